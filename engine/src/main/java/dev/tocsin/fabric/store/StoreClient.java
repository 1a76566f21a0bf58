package dev.tocsin.fabric.store;

import dev.tocsin.fabric.Hub;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A store without a copy at this node: the master answers everything. */
public final class StoreClient implements Store {
    private final StoreTopics topics;
    private final Requests requests;

    /** @throws IllegalArgumentException if that cannot be a store's name */
    public StoreClient(Hub hub, String name) {
        this.topics = new StoreTopics(name);
        this.requests = new Requests(hub, topics, _ -> false);
    }

    @Override
    public String name() {
        return topics.name();
    }

    @Override
    public CompletableFuture<Answer> mutate(Mutation mutation, Duration timeout) {
        return requests.send(mutation, timeout);
    }

    @Override
    public CompletableFuture<Answer> query(Query query, Duration timeout) {
        return requests.send(query, timeout);
    }

    @Override
    public CompletableFuture<Answer> queryMaster(Query query, Duration timeout) {
        return requests.send(query, timeout);
    }

    @Override
    public void close() {
        requests.close();
    }
}

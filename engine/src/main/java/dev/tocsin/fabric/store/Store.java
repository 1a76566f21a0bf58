package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A table of values by key that many nodes share. Everything is asynchronous and needs a time-out: when it is over, the
 * future fails with {@link StoreFault#TIMEOUT}. All failures are {@link StoreException}s. Thread-safe.
 */
public interface Store extends AutoCloseable {
    String name();

    /** Asks the master for it, and again if there is no answer; however often it is sent, it is made once. */
    CompletableFuture<Answer> mutate(Mutation mutation, Duration timeout);

    /**
     * Answers from the nearest copy, which knows at least what this store's callers have written: it waits for that.
     * Without a copy here, the master answers.
     */
    CompletableFuture<Answer> query(Query query, Duration timeout);

    /** The master answers, after all that was written before anywhere. */
    CompletableFuture<Answer> queryMaster(Query query, Duration timeout);

    /** The value. Fails with no_such_key. */
    default CompletableFuture<Value> get(Value key, Duration timeout) {
        return query(Query.get(key), timeout).thenApply(Answer::value);
    }

    /** Replaces whatever is there; it stays for good. */
    default CompletableFuture<Answer> put(Value key, Value value, Duration timeout) {
        return mutate(Mutation.put(key, value), timeout);
    }

    /** @return whether nothing was there */
    default CompletableFuture<Boolean> putUnique(Value key, Value value, Duration timeout) {
        return mutate(Mutation.putUnique(key, value), timeout).thenApply(a -> a.value().equals(Value.of(true)));
    }

    @Override
    void close();
}

import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.store.Mutation;
import dev.tocsin.fabric.store.Query;
import dev.tocsin.fabric.store.StoreClient;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** Another node that reads and changes the store. Every call is asynchronous and has a time-out. */
public class StoresConnector {
    private static final Duration SOON = Duration.ofSeconds(10);

    public static void main(String[] args) throws Exception {
        try (Fabric node = new Fabric("connector"); StoreClient store = new StoreClient(node.hub, "mystore")) {
            node.peers.peer(Fabric.address(args));
            System.out.println("one is " + store.get(Value.of("one"), Duration.ofSeconds(30)).join());
            store.mutate(Mutation.increment(Value.of("one"), Value.integer(1)), SOON).join();
            store.mutate(Mutation.insertInto(Value.of("two"), Value.count(3)), SOON).join();
            System.out.println("two is " + store.get(Value.of("two"), SOON).join());
            System.out.println("was there no new one? " + store.putUnique(Value.of("one"), Value.integer(0), SOON)
                    .join());
            System.out.println("vec[1] is " + store.query(Query.index(Value.of("vec"), Value.count(1)), SOON).join()
                    .value());
            while (true) {
                try {
                    store.get(Value.of("short"), SOON).join();
                    Thread.sleep(50);
                } catch (CompletionException e) {
                    System.out.println("short: " + e.getCause().getMessage());
                    break;
                }
            }
            store.put(Value.of("done"), Value.of(true), SOON).join();
        }
    }
}

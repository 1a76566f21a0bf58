import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueSet;
import dev.tocsin.fabric.data.Vector;
import dev.tocsin.fabric.store.Expiry;
import dev.tocsin.fabric.store.Mutation;
import dev.tocsin.fabric.store.StoreNode;
import java.time.Duration;
import java.util.List;

/** The master of a store: puts values of several types, one of which expires, and lets others read and change it. */
public class StoresListener {
    private static final Duration SOON = Duration.ofSeconds(10);

    public static void main(String[] args) throws Exception {
        try (Fabric node = new Fabric("listener");
                StoreNode store = StoreNode.local(node.hub, "mystore", StoreNode.Settings.MEMORY)) {
            store.put(Value.of("one"), Value.integer(110), SOON).join();
            store.put(Value.of("two"), ValueSet.of(Value.count(1), Value.count(2)), SOON).join();
            store.put(Value.of("vec"), new Vector(List.of(Value.count(1), Value.count(2))), SOON).join();
            store.mutate(Mutation.put(Value.of("short"), Value.of("soon gone")).with(Expiry.after(Duration.ofSeconds(1))),
                    SOON).join();
            System.out.println("four keys put");
            node.peers.listen(Fabric.address(args));
            while (store.peek(Value.of("done")).isEmpty()) {
                Thread.sleep(20);
            }
            System.out.println("one is now " + store.get(Value.of("one"), SOON).join());
            // The other side waits for the answer.
            Thread.sleep(500);
        }
    }
}

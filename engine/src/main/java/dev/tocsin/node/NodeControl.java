package dev.tocsin.node;

import dev.tocsin.event.Event;
import dev.tocsin.node.control.FabricTap;
import java.util.function.Predicate;

/** What a node says about itself over the fabric, and hears there about others. Closed before all that it speaks of. */
final class NodeControl implements AutoCloseable {
    private final FabricTap tap;

    NodeControl(Node node) {
        String name = node.config().node().name();
        boolean shared = node.config().log().bootstrapServers() != null;
        // Nodes that share a log would otherwise each tell all of it.
        Predicate<Event> own = shared ? e -> e.origin().node().equals(name) : _ -> true;
        tap = new FabricTap(node.fabric().hub(), node.log()::tap, own);
    }

    @Override
    public void close() {
        tap.close();
    }
}

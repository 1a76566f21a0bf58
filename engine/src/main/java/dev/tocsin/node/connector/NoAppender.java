package dev.tocsin.node.connector;

import dev.tocsin.event.Event;
import dev.tocsin.log.Appender;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A connector has no log; its sources only name and number events by the collector. */
final class NoAppender implements Appender {
    @Override
    public CompletableFuture<Void> append(List<Event> events, List<DeadLetter> dead, Map<String, String> cursors) {
        throw new UnsupportedOperationException("a connector has no log");
    }

    @Override
    public boolean refuses() {
        return false;
    }
}

package dev.tocsin.source;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.Appender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import tools.jackson.databind.JsonNode;

/** A log in memory: durable at once, or when it is told to be, or blocking, or refusing. */
final class FakeAppender implements Appender {
    private final List<Event> events = new ArrayList<>();
    private final List<DeadLetter> dead = new ArrayList<>();
    private final Map<String, String> cursors = new HashMap<>();
    private final List<CompletableFuture<Void>> held = new ArrayList<>();
    private volatile boolean holding;
    private volatile boolean refusing;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private int calls;

    @Override
    public CompletableFuture<Void> append(List<Event> more, List<DeadLetter> moreDead, Map<String, String> moved) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(e);
        }
        synchronized (this) {
            calls++;
            events.addAll(more);
            dead.addAll(moreDead);
            cursors.putAll(moved);
            if (!holding) {
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<Void> later = new CompletableFuture<>();
            held.add(later);
            return later;
        }
    }

    @Override
    public boolean refuses() {
        return refusing;
    }

    /** From now on nothing is durable until {@link #release}. */
    void hold() {
        holding = true;
    }

    void release() {
        holding = false;
        List<CompletableFuture<Void>> now;
        synchronized (this) {
            now = new ArrayList<>(held);
            held.clear();
        }
        now.forEach(f -> f.complete(null));
    }

    /** From now on {@code append} blocks until {@link #unblock}. */
    void block() {
        gate = new CountDownLatch(1);
    }

    void unblock() {
        gate.countDown();
    }

    void refuse(boolean yes) {
        refusing = yes;
    }

    synchronized int calls() {
        return calls;
    }

    synchronized List<Event> events() {
        return new ArrayList<>(events);
    }

    synchronized int size() {
        return events.size();
    }

    synchronized List<DeadLetter> dead() {
        return new ArrayList<>(dead);
    }

    synchronized Map<String, String> cursors() {
        return new HashMap<>(cursors);
    }

    List<JsonNode> bodies() {
        return events().stream().map(e -> Json.read(e.json())).toList();
    }

    /** {@code event.original} of all events, in order of arrival. */
    List<String> originals() {
        return bodies().stream().map(FakeAppender::original).toList();
    }

    List<String> causes() {
        return dead().stream().map(DeadLetter::cause).toList();
    }

    List<String> deadOriginals() {
        return dead().stream().map(d -> original(Json.read(d.event().json()))).toList();
    }

    Set<EventId> ids() {
        Set<EventId> ids = new LinkedHashSet<>();
        events().forEach(e -> ids.add(e.id()));
        return ids;
    }

    private static String original(JsonNode body) {
        return body.path("event").path("original").asString();
    }
}

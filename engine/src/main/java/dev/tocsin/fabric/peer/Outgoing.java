package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.Backlog;
import dev.tocsin.fabric.Backlogs;
import dev.tocsin.fabric.Doorbell;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Policies;
import dev.tocsin.fabric.Routed;
import java.net.ProtocolException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What is for one peer: first what was sent and is not yet acknowledged, then what waits, with one backlog for each
 * policy. An entry gets its place in the stream when it is taken to be sent, and keeps it until it is acknowledged,
 * over any number of connections. Thread-safe.
 */
final class Outgoing {
    private static final int WINDOW = 16_384;
    private static final long WINDOW_BYTES = 8L << 20;
    private static final int BATCH = 512;

    private final Doorbell doorbell = new Doorbell();
    private final Backlogs backlogs;
    private long stream = newStream();
    private final ArrayDeque<Routed> sent = new ArrayDeque<>();
    private long sentBytes;
    /** Place of the first of those sent. */
    private long first = 1;

    Outgoing(Hub hub, String peer, Policies policies) {
        backlogs = new Backlogs(hub, policies, "peer-" + peer, doorbell);
    }

    Doorbell doorbell() {
        return doorbell;
    }

    /** Never 0, which stands for none. */
    private static long newStream() {
        return ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    }

    synchronized long stream() {
        return stream;
    }

    Backlog backlog(String topic) {
        return backlogs.of(topic);
    }

    /** Whether something waits and may be sent. */
    synchronized boolean isReady() {
        return isOpen() && !backlogs.isEmpty();
    }

    private boolean isOpen() {
        return sent.size() < WINDOW && sentBytes < WINDOW_BYTES;
    }

    /** Takes the next to be sent; the backlogs in turns, so that none waits for another. */
    synchronized boolean take(List<Routed> into) {
        if (!isOpen()) {
            return false;
        }
        int before = into.size();
        backlogs.take(into, BATCH);
        for (Routed each : into.subList(before, into.size())) {
            sent.addLast(each);
            sentBytes += each.weightBytes();
        }
        return into.size() > before;
    }

    /**
     * Everything up to a place is taken by the peer.
     *
     * @throws ProtocolException when it was never sent
     */
    synchronized void acknowledged(long place) throws ProtocolException {
        if (place >= first + sent.size()) {
            throw new ProtocolException("place " + place + " was acknowledged, but only " + (first + sent.size() - 1)
                    + " were sent");
        }
        boolean wasOpen = isOpen();
        while (first <= place) {
            sentBytes -= sent.removeFirst().weightBytes();
            first++;
        }
        if (!wasOpen && isOpen()) {
            doorbell.ring();
        }
    }

    /**
     * What was sent and not acknowledged.
     *
     * @param first place of the first of them, or of the next to come
     */
    record Again(long stream, long first, List<Routed> entries) {
    }

    synchronized Again again() {
        return new Again(stream, first, List.copyOf(sent));
    }

    void presence(Backlog.Presence presence) {
        backlogs.all().forEach(b -> b.presence(presence));
    }

    /** The peer is gone for good, as it seems: what is for it is only counted from now on. */
    synchronized void lose() {
        Map<Backlog, List<Routed>> unconfirmed = new LinkedHashMap<>();
        backlogs.all().forEach(b -> unconfirmed.put(b, new ArrayList<>()));
        sent.forEach(each -> unconfirmed.computeIfAbsent(backlog(each.topic()), _ -> new ArrayList<>()).add(each));
        // The places of what is lost are never sent, so what comes after it is another stream.
        stream = newStream();
        first = 1;
        sent.clear();
        sentBytes = 0;
        unconfirmed.forEach(Backlog::lose);
    }

    synchronized int unacknowledged() {
        return sent.size();
    }

    Backlog.Figures figures() {
        return backlogs.figures();
    }

    void close() {
        backlogs.close();
    }
}

package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Routed;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * What comes over one connection, on its way to the hub. When the hub has no room, entries wait here, which the sender's
 * window bounds, while acknowledgements for the other direction are still read: otherwise two nodes could wait for each
 * other for ever. An entry counts as taken when the hub has it. Thread-safe.
 */
final class Incoming {
    /** How long an acknowledgement may wait for something to ride along with. */
    static final Duration ACK_DELAY = Duration.ofMillis(20);

    private static final Duration AGAIN = Duration.ofMillis(5);
    private static final int ACK_AFTER = 2048;
    /** More than any sender's window. */
    private static final int HELD_MAX = 100_000;

    private final Hub hub;
    private final Remote remote;
    private final ArrayDeque<Routed> held = new ArrayDeque<>();
    /** Place of the next entry to be read. */
    private long next;
    private boolean retrying;
    private boolean ackPlanned;
    private boolean closed;
    private volatile boolean ackDue;
    private volatile long acknowledged;

    Incoming(Hub hub, Remote remote) {
        this.hub = hub;
        this.remote = remote;
        this.acknowledged = remote.taken();
    }

    synchronized void start(long stream, long first) throws ProtocolException {
        if (stream == remote.stream()) {
            if (first < 1 || first > remote.taken() + 1) {
                throw new ProtocolException("its stream goes on at " + first + ", but is taken up to " + remote
                        .taken());
            }
        } else {
            if (stream == 0 || first < 1) {
                throw new ProtocolException("a stream that begins at " + first);
            }
            remote.stream(stream, first - 1);
            acknowledged = first - 1;
        }
        next = first;
    }

    /** @return whether the peer had no right to publish it; it is left out */
    synchronized boolean take(Routed routed) throws ProtocolException {
        if (next == 0) {
            throw new ProtocolException("an entry before the start of its stream");
        }
        long place = next++;
        if (place <= remote.taken()) {
            return false;
        }
        if (!remote.mayPublish(routed)) {
            // It still takes its place, after whatever is before it.
            held.addLast(routed);
            drain();
            return true;
        }
        if (held.isEmpty() && hub.bring(routed, remote)) {
            advance();
        } else {
            if (held.size() >= HELD_MAX) {
                throw new ProtocolException("it sends more than its window allows");
            }
            held.addLast(routed);
            retryLater();
        }
        return false;
    }

    private void advance() {
        long place = remote.taken() + 1;
        remote.taken(place);
        if (place - acknowledged >= ACK_AFTER) {
            if (!ackDue) {
                ackDue = true;
                remote.outgoing().doorbell().ring();
            }
        } else if (!ackPlanned) {
            ackPlanned = true;
            hub.timer().after(ACK_DELAY, this::ackNow);
        }
    }

    private synchronized void ackNow() {
        ackPlanned = false;
        if (!closed && remote.taken() > acknowledged) {
            ackDue = true;
            remote.outgoing().doorbell().ring();
        }
    }

    private void drain() {
        while (!held.isEmpty()) {
            Routed first = held.getFirst();
            if (remote.mayPublish(first) && !hub.bring(first, remote)) {
                retryLater();
                return;
            }
            held.removeFirst();
            advance();
        }
    }

    private void retryLater() {
        if (!retrying && !closed) {
            retrying = true;
            hub.timer().after(AGAIN, this::retry);
        }
    }

    private synchronized void retry() {
        retrying = false;
        if (!closed) {
            drain();
        }
    }

    boolean isAckDue() {
        return ackDue;
    }

    /** @return up to which place everything is taken; 0 when that has been said */
    synchronized long acknowledge() {
        ackDue = false;
        long place = remote.taken();
        if (place <= acknowledged) {
            return 0;
        }
        acknowledged = place;
        return place;
    }

    /** Nothing more is taken. What is held was not acknowledged and will come again. */
    synchronized void close() {
        closed = true;
        held.clear();
    }
}

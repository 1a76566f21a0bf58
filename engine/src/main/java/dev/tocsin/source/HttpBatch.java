package dev.tocsin.source;

import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.source.Received.Refused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The events and dead letters of one request on their way into the log. Owned by the request's thread. */
final class HttpBatch {
    private final Feed feed;
    private final String peer;
    private final Collector collector;
    private final Tally tally;
    private final int messageMax;
    private final Instant arrival;
    private final List<Item> items = new ArrayList<>();
    private Runnable acknowledged = () -> {
    };

    /**
     * What a sender said about one event.
     *
     * @param original the event
     * @param said the event and all that was said about it
     * @param host of the envelope, or empty
     * @param vendorId its own id, or null
     */
    record Said(byte[] original, byte[] said, @Nullable Instant time, String host, @Nullable ObjectNode hec,
            @Nullable String vendorId) {
    }

    /** @param cause why it cannot be an event; empty for a good one */
    private record Item(Said said, String cause) {
    }

    HttpBatch(Feed feed, String peer, Collector collector, Tally tally, int messageMax) {
        this.feed = feed;
        this.peer = peer;
        this.collector = collector;
        this.tally = tally;
        this.messageMax = messageMax;
        arrival = collector.now();
    }

    /** Whether it went in as an event; if it is too long it is kept as dead letters. */
    boolean add(Said said) {
        if (said.original().length > messageMax) {
            refuse(said.original(), "the event has " + said.original().length + " bytes, more than message_max ("
                    + messageMax + ")");
            return false;
        }
        // An event and its envelope are one record: host and fields of any length would be more than the log takes.
        if (said.said().length > messageMax && said.hec() != null && Json.write(said.hec()).length > messageMax) {
            refuse(said.said(), "what is said beside the event is longer than message_max (" + messageMax + ")");
            return false;
        }
        items.add(new Item(said, ""));
        return true;
    }

    /** Keeps what cannot be an event, whole; what is long is kept in pieces. */
    void refuse(byte[] what, String cause) {
        int pieces = Math.max(1, (what.length + messageMax - 1) / messageMax);
        for (int i = 0; i < pieces; i++) {
            byte[] piece = Arrays.copyOfRange(what, i * messageMax, Math.min(what.length, (i + 1) * messageMax));
            String which = pieces == 1 ? "" : " [piece " + (i + 1) + " of " + pieces + "]";
            items.add(new Item(new Said(piece, piece, null, "", null, null), cause + which));
        }
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    /**
     * Gives all to the log; blocks while it takes no more.
     *
     * @return completes when durable; the request's room is given back then
     */
    CompletableFuture<Void> submit(HttpIntake.Handed handed) {
        List<byte[]> contents = items.stream().filter(i -> i.said().vendorId() == null).map(i -> i.said().said())
                .toList();
        Occurrences.Named named = collector.occurrences().name(feed, contents);
        acknowledged = named.acknowledged();
        List<Received> events = new ArrayList<>(items.size());
        List<Refused> refused = new ArrayList<>(0);
        int content = 0;
        for (Item item : items) {
            String vendorId = item.said().vendorId();
            Received r = received(item.said(), vendorId == null
                    ? content(named.ids().get(content++))
                    : new Identity.Vendor(vendorId));
            if (item.cause().isEmpty()) {
                events.add(r);
            } else {
                refused.add(new Refused(r, item.cause()));
            }
        }
        tally.received(items.size());
        CompletableFuture<Void> durable = collector.collect(events, refused, Map.of());
        Backlog.Lease lease = handed.handOn();
        return durable.whenComplete((_, failure) -> {
            lease.close();
            if (failure == null) {
                tally.durable(events.size(), refused.size());
            } else {
                tally.error("the log is closed: " + failure.getMessage());
            }
        });
    }

    /** To be run when the sender was told that all is durable. */
    Runnable acknowledged() {
        return acknowledged;
    }

    /** @throws RefusedException when the log was closed instead; the sender is told to come again */
    static void await(CompletableFuture<Void> durable) {
        try {
            durable.join();
        } catch (CompletionException _) {
            throw new RefusedException(HecReply.BUSY, "the log is closed");
        }
    }

    private static Identity content(EventId name) {
        return new Identity.Content(name);
    }

    private Received received(Said said, Identity identity) {
        String key = said.host().isEmpty() ? feed.source() : feed.source() + "/" + said.host();
        return new Received(feed, key, said.original(), arrival, said.time(), peer, said.hec(), identity);
    }
}

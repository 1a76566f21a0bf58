package dev.tocsin.source;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The acknowledgement ids of HEC channels: each batch of a channel gets the next number, and a poll answers true once
 * the batch is durable. An answered id stays true until it expires, so that a lost answer can be asked for again.
 *
 * <p>An id that means one batch must never answer for another, or a client would drop what was lost with a crash. So ids
 * begin at 0 only in a node's first epoch; each later epoch begins at a number of its own, and a channel that expired
 * begins again above all ids it may have given. An unknown id answers false, and the client sends again, which is safe
 * because names repeat ({@link Occurrences}).
 *
 * <p>Bounds: {@value #CHANNELS_MAX} channels, {@value #BATCHES_MAX} batches in each; a channel that nobody used for ten
 * minutes is forgotten. Thread-safe.
 */
final class AckChannels {
    static final int CHANNELS_MAX = 1000;
    static final int BATCHES_MAX = 10_000;
    private static final Duration EXPIRY = Duration.ofMinutes(10);
    /** Epochs of this many numbers stay below 2^53, which is where JSON numbers end in many clients. */
    private static final long EPOCH_IDS = 1_000_000_000L;
    private static final long EPOCHS = 8_000_000;

    /** Least recently used first. */
    private final Map<String, Channel> channels = new LinkedHashMap<>(16, 0.75f, true);
    private long firstId;

    private static final class Channel {
        private final TreeMap<Long, Batch> batches = new TreeMap<>();
        private long next;
        private Instant used;

        Channel(long next, Instant used) {
            this.next = next;
            this.used = used;
        }
    }

    private record Batch(CompletableFuture<Void> durable, Runnable acknowledged) {
        boolean isDurable() {
            return durable.isDone() && !durable.isCompletedExceptionally();
        }
    }

    /**
     * What a poll is answered.
     *
     * @param acknowledged to be run when the answer was sent
     */
    record Answer(Map<Long, Boolean> acks, Runnable acknowledged) {
    }

    AckChannels(long epoch) {
        firstId = Math.floorMod(epoch - 1, EPOCHS) * EPOCH_IDS;
    }

    /** @throws RefusedException when the channel, or all of them, hold as many unanswered batches as they may */
    synchronized void checkRoom(String name, Instant now) {
        expire(now);
        Channel channel = channels.get(name);
        if (channel == null ? channels.size() >= CHANNELS_MAX : !makeRoom(channel)) {
            throw new RefusedException(HecReply.BUSY, "too many batches or channels wait to be acknowledged");
        }
    }

    /** The id of a batch that is on its way. */
    synchronized long add(String name, CompletableFuture<Void> durable, Runnable acknowledged, Instant now) {
        Channel channel = channels.computeIfAbsent(name, _ -> new Channel(firstId, now));
        channel.used = now;
        channel.batches.put(channel.next, new Batch(durable, acknowledged));
        return channel.next++;
    }

    synchronized Answer poll(String name, List<Long> ids, Instant now) {
        Map<Long, Boolean> acks = new LinkedHashMap<>();
        List<Runnable> acknowledged = new ArrayList<>();
        Channel channel = channels.get(name);
        Map<Long, Batch> batches = channel == null ? new HashMap<>() : channel.batches;
        if (channel != null) {
            channel.used = now;
        }
        for (Long id : ids) {
            Batch batch = batches.get(id);
            if (batch != null && batch.isDurable()) {
                acks.put(id, true);
                acknowledged.add(batch.acknowledged());
            } else {
                acks.put(id, false);
            }
        }
        return new Answer(acks, () -> acknowledged.forEach(Runnable::run));
    }

    /** Forgets the oldest durable batches when there are too many; those still on their way are never forgotten. */
    private static boolean makeRoom(Channel channel) {
        Iterator<Batch> oldest = channel.batches.values().iterator();
        while (channel.batches.size() >= BATCHES_MAX && oldest.hasNext()) {
            if (oldest.next().durable().isDone()) {
                oldest.remove();
            }
        }
        return channel.batches.size() < BATCHES_MAX;
    }

    private void expire(Instant now) {
        Iterator<Channel> oldest = channels.values().iterator();
        while (oldest.hasNext()) {
            Channel c = oldest.next();
            if (c.used.plus(EXPIRY).isAfter(now)) {
                return;
            }
            firstId = Math.max(firstId, c.next);
            oldest.remove();
        }
    }
}

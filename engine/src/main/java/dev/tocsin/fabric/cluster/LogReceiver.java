package dev.tocsin.fabric.cluster;

import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A logger: keeps what {@link LogSender}s write and answers when it is kept. A batch that comes again is answered and not
 * kept again, as long as it is among the last {@value #REMEMBERED} of its sender.
 */
public final class LogReceiver implements AutoCloseable {
    private static final int REMEMBERED = 4096;
    private static final int SENDERS_MAX = 4096;
    /** How long an answer waits for its sender to be known to listen: what it wants may come after what it says. */
    private static final Duration LISTENING_WITHIN = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(10);

    private final Hub hub;
    private final ClusterTopics topics;
    private final Client client;
    private final Sink sink;
    private final Map<String, Map<Long, Boolean>> senders = bounded(SENDERS_MAX);
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicLong unreadable = new AtomicLong();

    /** Keeps batches. */
    @FunctionalInterface
    public interface Sink {
        /** Completes when the rows are durable; a failure leaves the batch with its sender, which sends it again. */
        CompletableFuture<Void> keep(LogBatch batch);
    }

    public LogReceiver(Hub hub, Cluster cluster, Sink sink) {
        this.hub = hub;
        this.topics = cluster.topics();
        this.sink = sink;
        client = hub.client("log-receiver");
        client.subscribe(List.of(topics.node(cluster.self().name())), this::received);
    }

    private static <K, V> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    private void received(Message message) {
        Optional<EventCall> call = EventCall.from(BinValues.read(message.payload()));
        if (call.isEmpty() || !call.get().name().equals(LogBatch.WRITE)) {
            return;
        }
        Optional<LogBatch> batch = LogBatch.of(call.get());
        if (batch.isEmpty()) {
            unreadable.incrementAndGet();
        } else {
            take(batch.get());
        }
    }

    private void take(LogBatch batch) {
        Boolean kept;
        synchronized (senders) {
            kept = senders.computeIfAbsent(batch.sender(), _ -> bounded(REMEMBERED))
                    .putIfAbsent(batch.number(), false);
        }
        if (kept != null) {
            repeated.incrementAndGet();
            if (kept) {
                answer(batch);
            }
            return;
        }
        sink.keep(batch).whenComplete((_, failure) -> {
            synchronized (senders) {
                Map<Long, Boolean> numbers = senders.computeIfAbsent(batch.sender(), _ -> bounded(REMEMBERED));
                if (failure == null) {
                    numbers.put(batch.number(), true);
                } else {
                    numbers.remove(batch.number());
                }
            }
            if (failure == null) {
                answer(batch);
            }
        });
    }

    private void answer(LogBatch batch) {
        answer(topics.nodeId(batch.sender()),
                BinValues.write(EventCall.of(LogBatch.KEPT, Value.count(batch.number())).toValue()),
                System.nanoTime() + LISTENING_WITHIN.toNanos());
    }

    private void answer(String topic, byte[] payload, long untilNanos) {
        if (!hub.isWanted(topic) && System.nanoTime() - untilNanos < 0) {
            // Publishing may wait, which the timer must not.
            hub.timer().after(LOOK, () -> Thread.startVirtualThread(() -> answer(topic, payload, untilNanos)));
            return;
        }
        try {
            client.publish(topic, payload);
        } catch (FabricException _) {
            // Closing: the sender will send it again, to another.
        }
    }

    /** Batches that came again. */
    public long repeated() {
        return repeated.get();
    }

    /** Batches that could not be read. */
    public long unreadable() {
        return unreadable.get();
    }

    @Override
    public void close() {
        client.close();
    }
}

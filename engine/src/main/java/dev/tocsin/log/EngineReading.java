package dev.tocsin.log;

import dev.tocsin.event.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What the log knows of an engine, whether it runs in this process or in another: how far it is, what it has made. */
final class EngineReading {
    private static final Duration AGAIN = Duration.ofMillis(200);
    /** Of one look; an open transaction can hold the end back for seconds. */
    private static final Duration LOOK_MAX = Duration.ofSeconds(30);
    private static final String TURNED_AWAY = "dropped:ingress_closed";

    private final KafkaClients clients;
    private final Admin admin;
    private final Topics topics;

    EngineReading(KafkaClients clients, Admin admin, Topics topics) {
        this.clients = clients;
        this.admin = admin;
        this.topics = topics;
    }

    /**
     * Waits until the engine has handled what is in the log now.
     *
     * @param patience for so long at most
     */
    EngineReach reach(String engine, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Reached detect = reach(EngineStages.name(EngineStages.DETECT, engine), Stream.EVENTS.topic(), deadline);
        if (!detect.known) {
            return new EngineReach(false, null);
        }
        String matches = topics.of(EngineStages.lane(engine)).plain(Stream.MATCHES);
        Reached correlate = reach(EngineStages.name(EngineStages.CORRELATE, engine), matches, deadline);
        Instant next = detect.next;
        if (correlate.next != null && (next == null || correlate.next.isBefore(next))) {
            next = correlate.next;
        }
        return new EngineReach(true, next);
    }

    private record Reached(boolean known, @Nullable Instant next) {
    }

    private Reached reach(String stage, String topic, long deadline) throws InterruptedException {
        List<TopicPartition> partitions = Tailer.partitions(topics, topic);
        if (committed(stage).isEmpty()) {
            return new Reached(false, null);
        }
        Map<TopicPartition, Long> ends = clients.ends(partitions);
        while (true) {
            Instant next = firstUnread(ends, committed(stage));
            if (next == null || System.nanoTime() >= deadline) {
                return new Reached(true, next);
            }
            Thread.sleep(AGAIN);
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String stage) throws InterruptedException {
        try {
            return admin.listConsumerGroupOffsets(topics.name(Housekeeping.GROUP + stage))
                    .partitionsToOffsetAndMetadata().get();
        } catch (ExecutionException e) {
            throw new LogException("the place of stage " + stage + " cannot be read: " + e.getCause(), e);
        }
    }

    /** The marks of transactions count as places, too: whether there is a record, only reading tells. */
    private @Nullable Instant firstUnread(Map<TopicPartition, Long> ends,
            Map<TopicPartition, OffsetAndMetadata> committed) {
        Map<TopicPartition, Long> open = new HashMap<>();
        try (Consumer<String, byte[]> reader = clients.freeReader()) {
            reader.assign(ends.keySet());
            ends.forEach((tp, end) -> {
                OffsetAndMetadata offset = committed.get(tp);
                reader.seek(tp, offset == null ? 0 : offset.offset());
                open.put(tp, end);
            });
            Instant first = null;
            long deadline = System.nanoTime() + LOOK_MAX.toNanos();
            while (!open.isEmpty()) {
                if (System.nanoTime() >= deadline) {
                    throw new LogException("what is unread in " + open.keySet() + " cannot be read");
                }
                for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                    TopicPartition tp = new TopicPartition(record.topic(), record.partition());
                    Long end = open.remove(tp);
                    if (end != null && record.offset() < end) {
                        Instant time = Instant.ofEpochMilli(record.timestamp());
                        first = first == null || time.isBefore(first) ? time : first;
                    }
                }
                open.entrySet().removeIf(e -> reader.position(e.getKey()) >= e.getValue());
                reader.pause(ends.keySet().stream().filter(tp -> !open.containsKey(tp)).toList());
            }
            return first;
        }
    }

    /** Reads the whole ledger. */
    EngineLedger ledger(String engine, Instant since, Instant until) {
        Set<String> stages = Set.of(EngineStages.name(EngineStages.DETECT, engine),
                EngineStages.name(EngineStages.CORRELATE, engine));
        Set<String> alerts = Set.of(Stream.ALERTS.topic(), Stream.SHADOW.topic());
        long from = Math.floorDiv(since.getEpochSecond(), 60L);
        long to = Math.ceilDiv(until.getEpochSecond(), 60L);
        Map<LedgerRow.Key, Digest> rows = new HashMap<>();
        Set<Integer> generations = new HashSet<>();
        try (Consumer<String, byte[]> reader = clients.freeReader()) {
            Restore.readAll(clients, reader, Tailer.partitions(topics, Topics.LEDGER), record -> {
                LedgerRow.Key key = record.key() == null ? null : LedgerRow.Key.parse(record.key());
                if (key == null || !stages.contains(key.stage())) {
                    return;
                }
                generations.add(key.generation());
                boolean isMade = key.kind().equals("made") && alerts.contains(key.stream());
                if (key.minute() >= from && key.minute() < to && (isMade || key.kind().equals(TURNED_AWAY))) {
                    LedgerRow row = LedgerRow.parse(record.key(), record.value());
                    if (row != null) {
                        rows.put(key, row.digest());
                    }
                }
            });
        }
        Map<EngineLedger.Cell, Digest> made = new HashMap<>();
        Map<String, Long> turnedAway = new HashMap<>();
        rows.forEach((key, digest) -> {
            if (key.kind().equals(TURNED_AWAY)) {
                turnedAway.merge(key.customer(), digest.count(), Long::sum);
            } else {
                made.merge(new EngineLedger.Cell(key.customer(), key.minute()), digest, Digest::plus);
            }
        });
        return new EngineLedger(generations.stream().noneMatch(g -> g > 0), made, turnedAway);
    }
}

package dev.tocsin.log;

import dev.tocsin.event.Digest;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The ledger added up: for each stage, stream, customer and kind the digest over all time. Follows the ledger's topic.
 *
 * <p>Rows are cumulative within a worker's run, so it suffices to remember the rows of each worker's latest run and to
 * add what a new value exceeds the old one by.
 */
final class Ledger implements AutoCloseable {
    /** What is added up. */
    record Sum(String stage, String stream, String customer, String kind) {
    }

    private record Worker(String stage, String name) {
    }

    private static final class Run {
        private String name = "";
        private final Map<LedgerRow.Key, Digest> rows = new HashMap<>();
    }

    private final Map<Worker, Run> runs = new HashMap<>();
    private final Map<String, Integer> generations = new HashMap<>();
    private final Map<Sum, Digest> sums = new HashMap<>();
    private final Tailer tailer;

    Ledger(KafkaClients clients, Topics topics) {
        tailer = new Tailer(clients, topics, Topics.LEDGER, true, this::take);
    }

    private synchronized void take(ConsumerRecord<String, byte[]> record) {
        LedgerRow row = LedgerRow.parse(record.key(), record.value());
        if (row != null) {
            add(row);
        }
    }

    synchronized void add(LedgerRow row) {
        LedgerRow.Key key = row.key();
        int generation = generations.getOrDefault(key.stage(), 0);
        if (key.generation() < generation) {
            return;
        }
        if (key.generation() > generation) {
            generations.put(key.stage(), key.generation());
            sums.keySet().removeIf(s -> s.stage().equals(key.stage()));
            runs.keySet().removeIf(w -> w.stage().equals(key.stage()));
        }
        Run run = runs.computeIfAbsent(new Worker(key.stage(), key.worker()), _ -> new Run());
        if (!run.name.equals(key.run())) {
            run.name = key.run();
            run.rows.clear();
        }
        Digest before = run.rows.put(key, row.digest());
        Digest more = before == null ? row.digest() : row.digest().minus(before);
        sums.merge(new Sum(key.stage(), key.stream(), key.customer(), key.kind()), more, Digest::plus);
    }

    synchronized Map<Sum, Digest> sums() {
        return Map.copyOf(sums);
    }

    /** Stages that were made to read their input again, so that their counts say nothing of what is written. */
    synchronized Map<String, Integer> generations() {
        return Map.copyOf(generations);
    }

    /** Whether everything counted before the start was read. */
    boolean isComplete() {
        return tailer.hasCaughtUp();
    }

    @Override
    public void close() {
        tailer.close();
    }
}

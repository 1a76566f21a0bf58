package dev.tocsin.rollout.parity;

import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.LogException;
import dev.tocsin.log.Stream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Compares the alerts of two sides in the log. First all of them are read into {@link Buckets} of digests, what was published and
 * what was withheld at once; then those of the buckets that differ are read again, by id; then the bodies of some that differ in
 * content. So what is held in memory is bounded, however many alerts there are, and equal sides are read once.
 *
 * <p>One for each comparison, used by one thread.
 */
final class Comparison {
    /** Records looked into at once by id: some 90 MB. */
    private static final int PART_RECORDS = 1_000_000;
    private static final int PARTS_MAX = 8;
    /** A longer body is not held to see which fields differ. */
    private static final int BODY_BYTES_MAX = 256 << 10;

    private final Instant from;
    private final Instant to;
    private final long seed = ThreadLocalRandom.current().nextLong();
    private final List<AlertScan> scans = new ArrayList<>();
    private final Groups groups = new Groups();
    private long unnamed;

    /** @param customers empty for all */
    Comparison(DurableLog log, Side first, Side second, Instant from, Instant to, Set<String> customers) {
        this.from = from;
        this.to = to;
        for (Stream stream : List.of(Stream.ALERTS, Stream.SHADOW)) {
            scans.add(new AlertScan(log, stream, List.of(first, second), from, to, customers, seed));
        }
    }

    void run() throws IOException, InterruptedException {
        List<BitSet> parts = digests().differing(PART_RECORDS);
        IdTable ids = new IdTable(seed);
        for (BitSet part : parts.subList(0, Math.min(PARTS_MAX, parts.size()))) {
            ids.clear();
            for (AlertScan scan : scans) {
                scan.read(part, (side, alert, body) -> ids.add(side, alert.id(), body.hash(),
                        groups.number(body.rule(), body.title(), alert.customer()), alert.millis()));
            }
            ids.differences(groups::differs);
        }
        Buckets all = scans.getFirst().buckets();
        for (BitSet part : parts.subList(Math.min(PARTS_MAX, parts.size()), parts.size())) {
            unnamed += part.stream().mapToLong(all::records).sum();
        }
        compareFields();
    }

    private Buckets digests() throws IOException, InterruptedException {
        try (ExecutorService readers = Executors.newFixedThreadPool(scans.size(),
                Thread.ofPlatform().name("parity-", 0).daemon().factory())) {
            List<Future<AlertScan>> read = new ArrayList<>();
            scans.forEach(scan -> read.add(readers.submit(scan::digest)));
            try {
                for (Future<AlertScan> one : read) {
                    one.get();
                }
            } catch (ExecutionException e) {
                readers.shutdownNow();
                if (e.getCause() instanceof IOException failed) {
                    throw failed;
                }
                throw new LogException("alerts cannot be read: " + e.getCause(), e);
            } catch (InterruptedException e) {
                readers.shutdownNow();
                throw e;
            }
        }
        Buckets both = scans.getFirst().buckets();
        both.add(scans.getLast().buckets());
        return both;
    }

    private void compareFields() throws IOException {
        Map<EventId, Integer> toRead = groups.toRead();
        if (toRead.isEmpty()) {
            return;
        }
        Buckets buckets = new Buckets(from, to);
        BitSet wanted = new BitSet();
        groups.timesToRead((id, millis) -> wanted.set(buckets.bucket(millis, id)));
        List<Map<EventId, byte[]>> bodies = List.of(new HashMap<>(), new HashMap<>());
        for (AlertScan scan : scans) {
            scan.read(wanted, (side, alert, _) -> {
                if (!toRead.containsKey(alert.id()) || alert.json().length > BODY_BYTES_MAX) {
                    return;
                }
                byte[] other = bodies.get(1 - side).get(alert.id());
                if (other == null) {
                    bodies.get(side).put(alert.id(), alert.json());
                } else {
                    groups.fields(alert.id(), FieldDiff.paths(Json.read(other), Json.read(alert.json())));
                    bodies.get(1 - side).remove(alert.id());
                }
            });
        }
    }

    Groups groups() {
        return groups;
    }

    /** @param side 0 or 1 */
    long records(int side) {
        return scans.stream().mapToLong(s -> s.records(side)).sum();
    }

    Map<String, Long> byCustomer(int side) {
        Map<String, Long> sums = new HashMap<>();
        scans.forEach(s -> s.byCustomer(side).forEach((customer, n) -> sums.merge(customer, n, Long::sum)));
        return sums;
    }

    /** Records that were not looked into. */
    long unnamed() {
        return unnamed;
    }
}

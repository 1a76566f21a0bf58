package dev.tocsin.rollout.parity;

import dev.tocsin.log.DurableLog;
import dev.tocsin.log.RecordScan;
import dev.tocsin.log.Stream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the alerts of two sides out of one stream: at first all of them, then those of some buckets, of which it remembers where
 * they stand. Used by one thread.
 */
final class AlertScan {
    private final RecordScan scan;
    private final List<Side> sides;
    private final Instant from;
    private final Instant to;
    private final Set<String> customers;
    private final AlertBody body;
    private final Buckets buckets;
    /** By partition: of each slice the first place and the place behind the last. */
    private final Map<Integer, long[]> places = new HashMap<>();
    private final long[] records = new long[2];
    private final List<Map<String, Long>> byCustomer = List.of(new HashMap<>(), new HashMap<>());

    /** Takes an alert of a side. */
    interface Receiver {
        void alert(int side, RecordScan.Kept alert, AlertBody body);
    }

    AlertScan(DurableLog log, Stream stream, List<Side> sides, Instant from, Instant to, Set<String> customers,
            long seed) {
        this.scan = log.scan(stream);
        this.sides = sides;
        this.from = from;
        this.to = to;
        this.customers = customers;
        this.body = new AlertBody(seed);
        this.buckets = new Buckets(from, to);
    }

    /** Reads everything. @return this */
    AlertScan digest() throws IOException {
        read(null, null, (side, alert, itsBody) -> {
            records[side]++;
            byCustomer.get(side).merge(alert.customer(), 1L, Long::sum);
            buckets.add(side, alert.millis(), alert.id(), itsBody.hash());
            remember(alert);
        });
        return this;
    }

    private void remember(RecordScan.Kept alert) {
        long[] slices = places.computeIfAbsent(alert.partition(), _ -> new long[2 * Buckets.SLICES]);
        int at = 2 * buckets.slice(alert.millis());
        if (slices[at + 1] == 0) {
            slices[at] = alert.offset();
        }
        slices[at] = Math.min(slices[at], alert.offset());
        slices[at + 1] = Math.max(slices[at + 1], alert.offset() + 1);
    }

    /** Reads those of these buckets again. */
    void read(BitSet wanted, Receiver receiver) throws IOException {
        List<RecordScan.Range> ranges = new ArrayList<>();
        places.forEach((partition, slices) -> {
            long begin = Long.MAX_VALUE;
            long end = 0;
            for (int bucket = wanted.nextSetBit(0); bucket >= 0; bucket = wanted.nextSetBit(bucket + 1)) {
                int at = 2 * Buckets.sliceOf(bucket);
                if (slices[at + 1] > 0) {
                    begin = Math.min(begin, slices[at]);
                    end = Math.max(end, slices[at + 1]);
                }
            }
            if (end > 0) {
                ranges.add(new RecordScan.Range(partition, begin, end));
            }
        });
        if (!ranges.isEmpty()) {
            read(ranges, wanted, receiver);
        }
    }

    private void read(@Nullable List<RecordScan.Range> ranges, @Nullable BitSet wanted, Receiver receiver)
            throws IOException {
        scan.read(from, to, ranges, alert -> {
            if (wanted != null && !wanted.get(buckets.bucket(alert.millis(), alert.id()))
                    || !customers.isEmpty() && !customers.contains(alert.customer()) || !body.read(alert.json())
                    || body.isOwnAffair()) {
                return;
            }
            for (int side = 0; side < 2; side++) {
                if (sides.get(side).run().equals(body.run())
                        && sides.get(side).engine().equalsIgnoreCase(body.engine())) {
                    receiver.alert(side, alert, body);
                }
            }
        });
    }

    Buckets buckets() {
        return buckets;
    }

    /** @param side 0 or 1 */
    long records(int side) {
        return records[side];
    }

    /** How many of each customer. */
    Map<String, Long> byCustomer(int side) {
        return byCustomer.get(side);
    }
}

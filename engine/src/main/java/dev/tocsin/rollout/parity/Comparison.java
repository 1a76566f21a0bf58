package dev.tocsin.rollout.parity;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Compares the alerts of two sides in the log. First all of them are read into {@link Buckets} of digests; then those of the
 * buckets that differ are read again, by id; then the bodies of some that differ in content. So what is held in memory is
 * bounded, however many alerts there are, and equal sides are read once.
 *
 * <p>One for each comparison, used by one thread.
 */
final class Comparison {
    /** Records looked into at once by id: some 90 MB. */
    private static final int PART_RECORDS = 1_000_000;
    private static final int PARTS_MAX = 8;
    /** A longer body is not held to see which fields differ. */
    private static final int BODY_BYTES_MAX = 256 << 10;

    private final DurableLog log;
    private final List<Side> sides;
    private final Instant from;
    private final Instant to;
    private final Set<String> customers;
    private final long seed = ThreadLocalRandom.current().nextLong();
    private final AlertBody body = new AlertBody(seed);
    private final Groups groups = new Groups();
    private final long[] records = new long[2];
    /** Of each side by customer, to be held against the ledger. */
    private final List<Map<String, Long>> byCustomer = List.of(new HashMap<>(), new HashMap<>());
    private long unnamed;

    /** @param customers empty for all */
    Comparison(DurableLog log, Side first, Side second, Instant from, Instant to, Set<String> customers) {
        this.log = log;
        this.sides = List.of(first, second);
        this.from = from;
        this.to = to;
        this.customers = customers;
    }

    /** An alert of a side. */
    private interface Receiver {
        void alert(int side, Event event);
    }

    void run() throws IOException {
        Buckets buckets = new Buckets();
        scan(null, (side, event) -> {
            records[side]++;
            byCustomer.get(side).merge(event.customer(), 1L, Long::sum);
            buckets.add(side, event.id(), body.hash());
        });
        List<BitSet> parts = buckets.differing(PART_RECORDS);
        IdTable ids = new IdTable(seed);
        for (BitSet part : parts.subList(0, Math.min(PARTS_MAX, parts.size()))) {
            ids.clear();
            scan(part, (side, event) -> ids.add(side, event.id(), body.hash(),
                    groups.number(body.rule(), body.title(), event.customer()), event.time().toEpochMilli()));
            ids.differences(groups::differs);
        }
        for (BitSet part : parts.subList(Math.min(PARTS_MAX, parts.size()), parts.size())) {
            unnamed += part.stream().mapToLong(buckets::records).sum();
        }
        compareFields();
    }

    private void compareFields() throws IOException {
        Map<EventId, Integer> toRead = groups.toRead();
        if (toRead.isEmpty()) {
            return;
        }
        BitSet wanted = new BitSet();
        toRead.keySet().forEach(id -> wanted.set(Buckets.bucket(id)));
        List<Map<EventId, byte[]>> bodies = List.of(new HashMap<>(), new HashMap<>());
        scan(wanted, (side, event) -> {
            if (!toRead.containsKey(event.id()) || event.json().length > BODY_BYTES_MAX) {
                return;
            }
            byte[] other = bodies.get(1 - side).get(event.id());
            if (other == null) {
                bodies.get(side).put(event.id(), event.json());
            } else {
                groups.fields(event.id(), FieldDiff.paths(Json.read(other), Json.read(event.json())));
                bodies.get(1 - side).remove(event.id());
            }
        });
    }

    /** @param wanted the buckets, or null for all; what is not wanted costs little */
    private void scan(@Nullable BitSet wanted, Receiver receiver) throws IOException {
        for (Stream stream : List.of(Stream.ALERTS, Stream.SHADOW)) {
            log.read(stream, from, to, new StreamReading.Receiver() {
                @Override
                public void begin(long all) {
                    // What is in other buckets is passed over: there is no telling how many remain.
                }

                @Override
                public void event(Event event) {
                    if (wanted != null && !wanted.get(Buckets.bucket(event.id()))
                            || !customers.isEmpty() && !customers.contains(event.customer())
                            || !body.read(event.json())) {
                        return;
                    }
                    for (int side = 0; side < 2; side++) {
                        if (sides.get(side).run().equals(body.run())
                                && sides.get(side).engine().equalsIgnoreCase(body.engine())) {
                            receiver.alert(side, event);
                        }
                    }
                }
            });
        }
    }

    Groups groups() {
        return groups;
    }

    /** @param side 0 or 1 */
    long records(int side) {
        return records[side];
    }

    Map<String, Long> byCustomer(int side) {
        return byCustomer.get(side);
    }

    /** Records that were not looked into. */
    long unnamed() {
        return unnamed;
    }
}

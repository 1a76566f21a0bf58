package dev.tocsin.source.api;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which events were delivered, as far back as any of them may be read again.
 *
 * <p>Time is cut into buckets. Of each bucket the ids are known, or, when there are too many, only how many they were and
 * the exclusive or of their hashes. Of such a bucket, reading it again shows whether it holds the same events (then they
 * are known again) or one more (then it is known which); only when it has several more must all of it be delivered again,
 * with the same ids. The cursor document holds the ids of the newest buckets up to a bound, and sums of the others; the
 * process holds {@value #MEMORY_FACTOR} times as many. Owned by one thread.
 */
final class Seen {
    /** What is known of an event. UNSURE is one of a bucket of which only the sum is known. */
    enum Answer {
        NEW,
        KNOWN,
        UNSURE
    }

    static final int MEMORY_FACTOR = 10;
    private static final int BUCKETS = 500;
    private static final long[] LENGTHS = {1, 10, 60, 600, 3600, 86_400};

    private final int idsMax;
    private final long length;
    private final NavigableMap<Long, Bucket> buckets = new TreeMap<>();
    private final Map<IdHash, Long> known = new HashMap<>();

    private static final class Bucket {
        int count;
        long high;
        long low;
        boolean isSum;
        List<IdHash> ids = new ArrayList<>();

        void add(IdHash id) {
            count++;
            high ^= id.high();
            low ^= id.low();
            ids.add(id);
        }

        /** Only the sum is left; ids that come later are known beside it. */
        void forget() {
            isSum = true;
            ids = new ArrayList<>();
        }
    }

    /**
     * @param idsMax in the cursor document
     * @param span how far back it reaches; decides how long a bucket is
     */
    Seen(int idsMax, Duration span) {
        this.idsMax = idsMax;
        long wanted = Math.max(1, span.toSeconds() / BUCKETS);
        long fits = LENGTHS[LENGTHS.length - 1];
        for (int i = LENGTHS.length - 1; i >= 0 && LENGTHS[i] >= wanted; i--) {
            fits = LENGTHS[i];
        }
        length = fits;
    }

    long bucket(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), length) * length;
    }

    /** The beginning of the bucket of that time. */
    Instant floor(Instant time) {
        return Instant.ofEpochSecond(bucket(time));
    }

    Instant end(long bucket) {
        return Instant.ofEpochSecond(bucket + length);
    }

    int size() {
        return known.size();
    }

    Answer ask(IdHash id, Instant time) {
        if (known.containsKey(id)) {
            return Answer.KNOWN;
        }
        Bucket bucket = buckets.get(bucket(time));
        return bucket != null && bucket.isSum ? Answer.UNSURE : Answer.NEW;
    }

    void add(IdHash id, Instant time) {
        long at = bucket(time);
        Bucket bucket = buckets.computeIfAbsent(at, _ -> new Bucket());
        bucket.add(id);
        known.put(id, at);
        if (known.size() > MEMORY_FACTOR * idsMax) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        for (Bucket bucket : buckets.values()) {
            if (!bucket.isSum && known.size() > MEMORY_FACTOR * idsMax * 9L / 10) {
                bucket.ids.forEach(known::remove);
                bucket.forget();
            }
        }
    }

    /** Forgets all buckets that end before or at this time. */
    void prune(Instant floor) {
        Iterator<Bucket> old = buckets.headMap(bucket(floor)).values().iterator();
        while (old.hasNext()) {
            old.next().ids.forEach(known::remove);
            old.remove();
        }
    }

    /**
     * A bucket of which only the sum was known has been read as a whole.
     *
     * @param read every event that it holds now
     * @return how many of them are new, or may be: these are answered NEW from now on
     */
    int learn(long at, Set<IdHash> read) {
        Bucket sum = buckets.get(at);
        if (sum == null || !sum.isSum) {
            return 0;
        }
        long high = sum.high;
        long low = sum.low;
        for (IdHash id : read) {
            high ^= id.high();
            low ^= id.low();
        }
        List<IdHash> delivered = new ArrayList<>();
        if (read.size() == sum.count && high == 0 && low == 0) {
            delivered.addAll(read);
        } else if (read.size() == sum.count + 1 && read.contains(new IdHash(high, low))) {
            IdHash added = new IdHash(high, low);
            read.stream().filter(id -> !id.equals(added)).forEach(delivered::add);
        } else {
            delivered.addAll(sum.ids);
        }
        buckets.remove(at);
        for (IdHash id : delivered) {
            add(id, Instant.ofEpochSecond(at));
        }
        return read.size() - delivered.size();
    }

    /** {@code {"bucket": s, "ids": {"<epoch second>": "<base64>"}, "sums": {"<epoch second>": "<count>:<hex>"}}}. */
    void write(ObjectNode to) {
        to.put("bucket", length);
        ObjectNode ids = to.putObject("ids");
        ObjectNode sums = to.putObject("sums");
        int left = idsMax;
        for (Map.Entry<Long, Bucket> entry : buckets.descendingMap().entrySet()) {
            Bucket bucket = entry.getValue();
            String name = Long.toString(entry.getKey());
            left -= bucket.ids.size();
            if (bucket.isSum || left < 0) {
                sums.put(name, bucket.count + ":" + HexFormat.of().toHexDigits(bucket.high)
                        + HexFormat.of().toHexDigits(bucket.low));
            } else {
                ByteBuffer bytes = ByteBuffer.allocate(bucket.count * IdHash.BYTES);
                bucket.ids.forEach(id -> bytes.putLong(id.high()).putLong(id.low()));
                ids.put(name, Base64.getEncoder().withoutPadding().encodeToString(bytes.array()));
            }
        }
    }

    /** @throws IllegalArgumentException when it is not what {@link #write} writes */
    void read(JsonNode from) {
        from.path("ids").properties().forEach(e -> {
            Instant time = Instant.ofEpochSecond(Long.parseLong(e.getKey()));
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(e.getValue().asString()));
            while (bytes.remaining() >= IdHash.BYTES) {
                add(new IdHash(bytes.getLong(), bytes.getLong()), time);
            }
        });
        if (from.path("bucket").asLong() != length) {
            // Sums hold for buckets of their own length only; what they stood for is unknown now.
            return;
        }
        from.path("sums").properties().forEach(e -> {
            String[] parts = e.getValue().asString().split(":", 2);
            Bucket bucket = new Bucket();
            bucket.count = Integer.parseInt(parts[0]);
            bucket.high = HexFormat.fromHexDigitsToLong(parts[1], 0, 16);
            bucket.low = HexFormat.fromHexDigitsToLong(parts[1], 16, 32);
            bucket.forget();
            buckets.put(Long.parseLong(e.getKey()), bucket);
        });
    }
}

package dev.tocsin.detect;

import dev.tocsin.log.State;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How far the sources of one partition of {@code matches} have come. The watermark of a level is that of the source that is
 * behind the others, and there is none before each source has spoken. Sources that are idle are not waited for; when all are, the
 * furthest counts. Kept in the state, because what was once told is not told again.
 */
final class SourceClocks {
    private static final String PREFIX = "s/";

    private final int sources;
    private final State state;
    private final Map<String, WatermarkRecord> records = new HashMap<>();
    private final Set<String> changed = new HashSet<>();

    /** @param sources how many there are: the partitions */
    SourceClocks(int sources, State state) {
        this.sources = sources;
        this.state = state;
        state.entries().forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                String[] parts = key.split("/", -1);
                ByteBuffer bytes = ByteBuffer.wrap(value);
                records.put(key, new WatermarkRecord(Integer.parseInt(parts[1]), Integer.parseInt(parts[2]),
                        bytes.getLong(), bytes.get() == 1));
            }
        });
    }

    void update(WatermarkRecord told) {
        String key = PREFIX + told.level() + "/" + told.source();
        WatermarkRecord known = records.get(key);
        long millis = known == null ? told.millis() : Math.max(known.millis(), told.millis());
        WatermarkRecord next = new WatermarkRecord(told.level(), told.source(), millis, told.idle());
        if (!next.equals(known)) {
            records.put(key, next);
            changed.add(key);
        }
    }

    /** Nothing of that level earlier than this will come any more; {@link Long#MIN_VALUE} when nothing is known. */
    long watermark(int level) {
        long slowest = Long.MAX_VALUE;
        long furthest = Long.MIN_VALUE;
        for (int source = 0; source < sources; source++) {
            WatermarkRecord record = records.get(PREFIX + level + "/" + source);
            if (record == null) {
                return Long.MIN_VALUE;
            }
            furthest = Math.max(furthest, record.millis());
            if (!record.idle()) {
                slowest = Math.min(slowest, record.millis());
            }
        }
        return slowest == Long.MAX_VALUE ? furthest : slowest;
    }

    void save() {
        for (String key : changed) {
            WatermarkRecord record = records.get(key);
            if (record != null) {
                state.put(key, ByteBuffer.allocate(9).putLong(record.millis()).put((byte) (record.idle() ? 1 : 0))
                        .array());
            }
        }
        changed.clear();
    }
}

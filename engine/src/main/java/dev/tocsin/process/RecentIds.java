package dev.tocsin.process;

import dev.tocsin.event.EventId;
import dev.tocsin.log.State;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/**
 * The ids that passed lately through one partition, so that an event that comes twice passes once.
 *
 * <p>The window is kept in the state in chunks of {@value #CHUNK_IDS} ids. A batch adds one entry with its ids to the
 * open chunk, {@code seen/<chunk>.<part>}; when the chunk is full its parts are folded into one entry, {@code
 * seen/<chunk>}. Chunks that left the window are removed. So a batch writes no more than twice its ids however small it is,
 * idle traffic does not shorten the window, and the compacted changelog holds little more than the window. Chunks are
 * numbered upwards and never reused: another window size in the configuration changes only when chunks are removed.
 *
 * <p>Owned by one worker; after a failed batch it is made anew from the state.
 */
final class RecentIds {
    static final int CHUNK_IDS = 2048;
    private static final int ID_BYTES = 16;
    private static final String PREFIX = "seen/";
    private final State state;
    private final int window;
    private final IdSet ids;
    private final ArrayDeque<Long> full = new ArrayDeque<>();
    private final ByteBuffer open = ByteBuffer.allocate(CHUNK_IDS * ID_BYTES);
    private long chunk;
    private int part;
    private int savedBytes;

    /** @param window at least so many of the last ids are remembered, and at most a chunk more; 0 for none */
    RecentIds(State state, int window, long seed) {
        this.state = state;
        this.window = window;
        this.ids = new IdSet(seed);
        restore();
    }

    boolean contains(EventId id) {
        return ids.contains(id);
    }

    int size() {
        return ids.size();
    }

    /** Remembers an id that passed. It is in the state after {@link #save}. */
    void remember(EventId id) {
        if (window > 0 && ids.add(id)) {
            open.putLong(id.high()).putLong(id.low());
            if (!open.hasRemaining()) {
                fold();
            }
        }
    }

    /** Writes what this batch added and removes what left the window; to be called once at the end of a batch. */
    void save() {
        if (open.position() > savedBytes) {
            byte[] added = new byte[open.position() - savedBytes];
            open.get(savedBytes, added);
            state.put(PREFIX + chunk + "." + part, added);
            part++;
            savedBytes = open.position();
        }
        forget();
    }

    private void fold() {
        state.put(PREFIX + chunk, open.array().clone());
        for (int i = 0; i < part; i++) {
            state.remove(PREFIX + chunk + "." + i);
        }
        full.add(chunk);
        chunk++;
        part = 0;
        savedBytes = 0;
        open.clear();
    }

    private void forget() {
        while (!full.isEmpty() && (long) (full.size() - 1) * CHUNK_IDS + open.position() / ID_BYTES >= window) {
            String key = PREFIX + full.remove();
            byte[] gone = state.get(key);
            if (gone == null) {
                throw new IllegalStateException("the state lost " + key);
            }
            ByteBuffer buffer = ByteBuffer.wrap(gone);
            while (buffer.hasRemaining()) {
                ids.remove(new EventId(buffer.getLong(), buffer.getLong()));
            }
            state.remove(key);
        }
    }

    private void restore() {
        TreeMap<Long, byte[]> folded = new TreeMap<>();
        TreeMap<Integer, byte[]> parts = new TreeMap<>();
        for (Map.Entry<String, byte[]> e : state.entries().entrySet()) {
            if (e.getKey().startsWith(PREFIX)) {
                String name = e.getKey().substring(PREFIX.length());
                int dot = name.indexOf('.');
                if (dot < 0) {
                    folded.put(Long.parseLong(name), e.getValue());
                } else {
                    chunk = Long.parseLong(name.substring(0, dot));
                    parts.put(Integer.parseInt(name.substring(dot + 1)), e.getValue());
                }
            }
        }
        folded.forEach((number, bytes) -> {
            add(ByteBuffer.wrap(bytes));
            full.add(number);
        });
        for (byte[] bytes : parts.values()) {
            add(ByteBuffer.wrap(bytes));
            open.put(bytes);
        }
        if (parts.isEmpty()) {
            chunk = folded.isEmpty() ? 0 : folded.lastKey() + 1;
        } else {
            part = parts.lastKey() + 1;
        }
        savedBytes = open.position();
    }

    private void add(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            ids.add(new EventId(bytes.getLong(), bytes.getLong()));
        }
    }
}

package dev.tocsin.log;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A state in memory. What is put is seen at once and lasts from {@link #commit} on; a crash is {@link #rollback}. */
public final class FakeState implements State {
    private Map<String, byte[]> committed = new HashMap<>();
    private Map<String, byte[]> now = new HashMap<>();
    private long writes;
    private long writtenBytes;

    @Override
    public byte @Nullable [] get(String key) {
        return now.get(key);
    }

    @Override
    public void put(String key, byte[] value) {
        now.put(key, value);
        writes++;
        writtenBytes += key.length() + value.length;
    }

    @Override
    public void remove(String key) {
        now.remove(key);
        writes++;
        writtenBytes += key.length();
    }

    @Override
    public Map<String, byte[]> entries() {
        return now;
    }

    public void commit() {
        committed = new HashMap<>(now);
    }

    public void rollback() {
        now = new HashMap<>(committed);
    }

    /** Records that went to the changelog, removals included. */
    public long writes() {
        return writes;
    }

    public long writtenBytes() {
        return writtenBytes;
    }
}

package dev.tocsin.log;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stage's state for one partition, with what is needed to undo a batch that failed and to write what changed.
 * Owned by the worker's thread.
 */
final class ChangelogState implements State {
    private final Map<String, byte[]> values = new HashMap<>();
    private final Map<String, byte @Nullable []> undo = new HashMap<>();
    private final Map<String, byte @Nullable []> unwritten = new LinkedHashMap<>();

    @Override
    public byte @Nullable [] get(String key) {
        return values.get(key);
    }

    @Override
    public void put(String key, byte[] value) {
        change(key, value);
    }

    @Override
    public void remove(String key) {
        change(key, null);
    }

    @Override
    public Map<String, byte[]> entries() {
        return Collections.unmodifiableMap(values);
    }

    /** A value read from the changelog. */
    void restore(String key, byte @Nullable [] value) {
        if (value == null) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
    }

    /** The batch succeeded: what it changed will be written. */
    void keep() {
        undo.keySet().forEach(k -> unwritten.put(k, values.get(k)));
        undo.clear();
    }

    /** The batch failed: all is as it was before it. */
    void undo() {
        undo.forEach(this::restore);
        undo.clear();
    }

    /** What is to be written with the next commit; a null value removes the key. */
    Map<String, byte @Nullable []> unwritten() {
        return unwritten;
    }

    void written() {
        unwritten.clear();
    }

    private void change(String key, byte @Nullable [] value) {
        if (!undo.containsKey(key)) {
            undo.put(key, values.get(key));
        }
        restore(key, value);
    }
}

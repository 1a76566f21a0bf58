package dev.tocsin.node.connector;

import dev.tocsin.log.State;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an output remembers: changes count from {@link #commit} on, and are forgotten by {@link #rollBack}. */
final class OutputMemory implements State {
    private Map<String, byte[]> committed;
    private Map<String, byte[]> current;

    OutputMemory(Map<String, byte[]> committed) {
        this.committed = new TreeMap<>(committed);
        this.current = new TreeMap<>(committed);
    }

    @Override
    public byte @Nullable [] get(String key) {
        return current.get(key);
    }

    @Override
    public void put(String key, byte[] value) {
        current.put(key, value);
    }

    @Override
    public void remove(String key) {
        current.remove(key);
    }

    @Override
    public Map<String, byte[]> entries() {
        return current;
    }

    void commit() {
        committed = new TreeMap<>(current);
    }

    void rollBack() {
        current = new TreeMap<>(committed);
    }

    /** What counts. */
    Map<String, byte[]> committed() {
        return committed;
    }
}

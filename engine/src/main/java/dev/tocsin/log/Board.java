package dev.tocsin.log;

import java.util.Map;

/** Short notes by key that all nodes write and read, the last one of each key; kept in a compacted topic. Thread-safe. */
public interface Board extends AutoCloseable {
    /**
     * Writes a note; returns when it is durable.
     *
     * @throws LogException when it is not known to be written
     */
    void put(String key, byte[] value);

    /** Takes a note away. */
    void remove(String key);

    /** All notes, as far as they were read. */
    Map<String, byte[]> notes();

    /** Whether all that was there when reading began was read, and reading goes on. */
    boolean isCurrent();

    @Override
    void close();
}

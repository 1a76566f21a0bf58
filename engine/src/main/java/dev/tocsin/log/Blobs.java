package dev.tocsin.log;

import java.io.IOException;
import java.nio.file.Path;

/** Files in the log, cut into chunks that are far smaller than the largest record. Thread-safe. */
public interface Blobs extends AutoCloseable {
    /** The largest chunk. */
    int CHUNK_BYTES = 512 * 1024;

    /**
     * Where a blob lies.
     *
     * @param first offset of the first chunk
     * @param last offset of the last chunk; between the two may be others' records
     */
    record Place(long first, long last, int chunks, long bytes) {
    }

    /**
     * Writes a file; returns when it is durable and visible to all.
     *
     * @param name without a slash; what was there under this name is replaced
     * @throws LogException when it is not known to be written
     */
    Place put(String name, Path file) throws IOException;

    /**
     * Reads a blob into a file, which is made.
     *
     * @throws LogException when it is not there, or not all of it
     */
    void get(String name, Place place, Path to) throws IOException;

    /** Deletes a blob; the space is free when the topic is compacted next. */
    void remove(String name, int chunks);

    @Override
    void close();
}

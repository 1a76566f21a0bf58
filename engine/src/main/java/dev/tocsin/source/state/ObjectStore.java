package dev.tocsin.source.state;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What {@link S3State} needs of a store of objects. A request that fails with an IOException may have been done, or may be
 * done later.
 */
interface ObjectStore extends AutoCloseable {
    /** @param mark changes when the content does (ETag) */
    record Entry(String name, long bytes, String mark) {
    }

    /** @return false when there is an object of the name already, which may be from this very call, tried twice */
    boolean create(String name, byte[] content) throws IOException;

    void replace(String name, byte[] content) throws IOException;

    Optional<byte[]> get(String name) throws IOException;

    /** Everything whose name begins with the prefix and comes after the other name, in order of name. */
    List<Entry> list(String prefix, String after) throws IOException;

    void delete(String name) throws IOException;

    /** For messages. */
    @Override
    String toString();

    @Override
    void close();
}

package dev.tocsin.source;

/** Something that brings events in. The node starts it, asks it, and closes it; any thread may ask. */
public interface Source extends AutoCloseable {
    /** @throws SourceException when it cannot begin, such as an address in use */
    void start();

    SourceStatus status();

    /** Takes no more, hands over what was read, and waits (for a bounded time) until that is durable. */
    @Override
    void close();
}

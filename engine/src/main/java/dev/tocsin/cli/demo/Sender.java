package dev.tocsin.cli.demo;

import java.io.IOException;
import java.util.List;

/** Takes messages to one listener. Used by one thread, except {@link #close}. */
interface Sender extends AutoCloseable {
    /**
     * Returns when the receiver has the batch, as far as its protocol tells. After an exception the caller gives the
     * same batch again.
     */
    void deliver(List<Message> batch) throws IOException, InterruptedException;

    @Override
    default void close() {
    }
}

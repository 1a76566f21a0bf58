package dev.tocsin.sink;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Carries messages to a receiver. */
interface SyslogWire extends Closeable {
    /**
     * Hands the messages to the system, in this order. Those that were handed over have nothing remaining, also when it
     * throws.
     *
     * @throws IOException when the receiver is away; to be tried again later, with new buffers
     */
    void send(ByteBuffer[] messages) throws IOException;

    @Override
    void close();
}

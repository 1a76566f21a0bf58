package dev.tocsin.fabric.ws;

import java.io.IOException;

/** Where a session's messages leave. Thread-safe; messages of one thread keep their order. */
interface WsOutput {
    /**
     * Takes one message; waits while the other side does not read.
     *
     * @param text as a text frame, else as a binary one
     * @param soon without waiting for {@link #flush}
     * @throws IOException when the connection has ended
     */
    void send(byte[] message, boolean text, boolean soon) throws IOException, InterruptedException;

    /** Sends a text message at once or, if much is waiting already, not at all. */
    void offer(byte[] message);

    /** Everything taken is to leave now. */
    void flush();

    /** Sends a close after what was taken; nothing is sent after it. Does not wait. */
    void close(int code, String reason);
}

package dev.tocsin.web;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * A body whose sender has a limited time in all: only the time spent waiting for bytes counts, so that a log that holds
 * us up is not the sender's fault. The wait for one byte is bounded by the connection's idle timeout. Used by one thread.
 */
final class PatientBody extends FilterInputStream {
    private long leftNanos;

    PatientBody(InputStream in, Duration max) {
        super(in);
        leftNanos = max.toNanos();
    }

    /** The body cannot be had: the sender is gone, or its time is used up. No fault of ours. */
    static final class Broken extends IOException {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (leftNanos <= 0) {
            throw new Broken("the sender took too long for the body");
        }
        long start = System.nanoTime();
        try {
            return super.read(bytes, offset, length);
        } catch (IOException e) {
            Broken broken = new Broken("the body broke off: " + e.getMessage());
            broken.initCause(e);
            throw broken;
        } finally {
            leftNanos -= System.nanoTime() - start;
        }
    }
}

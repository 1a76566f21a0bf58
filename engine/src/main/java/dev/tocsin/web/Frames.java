package dev.tocsin.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events on their way to one reader: bounded, so that a reader who is slow or gone costs no memory, and
 * honest: what did not fit is announced at its place by an event {@code gap} with {@code {"missed":n}}. Thread-safe.
 */
final class Frames {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<byte[]> queue = new ArrayDeque<>();
    private final int framesMax;
    private final long bytesMax;
    private long bytes;
    private long missed;

    /** @param framesMax at most so many wait, and no more than {@code bytesMax} in all */
    Frames(int framesMax, long bytesMax) {
        this.framesMax = framesMax;
        this.bytesMax = bytesMax;
    }

    /** Never blocks. */
    void offer(byte[] frame) {
        lock.lock();
        try {
            if (queue.size() >= framesMax || bytes + frame.length > bytesMax) {
                missed++;
                return;
            }
            if (missed > 0) {
                add(gap());
            }
            add(frame);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for room, which a frame has when nothing else waits, whatever its size. @return whether it had any in time */
    boolean put(byte[] frame, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (!queue.isEmpty() && (queue.size() >= framesMax || bytes + frame.length > bytesMax)) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            add(frame);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The next frame, or null when there is none within the time. */
    byte @Nullable [] poll(Duration wait) throws InterruptedException {
        long left = wait.toNanos();
        lock.lock();
        try {
            while (queue.isEmpty() && missed == 0) {
                if (left <= 0) {
                    return null;
                }
                left = changed.awaitNanos(left);
            }
            byte[] next = queue.poll();
            if (next == null) {
                return gap();
            }
            bytes -= next.length;
            changed.signalAll();
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void add(byte[] frame) {
        queue.add(frame);
        bytes += frame.length;
    }

    private byte[] gap() {
        byte[] frame = frame("", "gap", ("{\"missed\":" + missed + "}").getBytes(StandardCharsets.US_ASCII));
        missed = 0;
        return frame;
    }

    /**
     * One event in the wire form of the HTML standard, section 9.2.
     *
     * @param id empty for none
     * @param event empty for {@code message}
     */
    static byte[] frame(String id, String event, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.length + 64);
        String head = (id.isEmpty() ? "" : "id: " + id + "\n") + (event.isEmpty() ? "" : "event: " + event + "\n")
                + "data: ";
        out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        for (byte b : data) {
            // A line end within the data would end the line; JSON means the same with a space there.
            out.write(b == '\n' || b == '\r' ? ' ' : b);
        }
        out.writeBytes(new byte[]{'\n', '\n'});
        return out.toByteArray();
    }

    /** Keeps the connection alive and shows whether it is. */
    static byte[] ping() {
        return ": ping\n\n".getBytes(StandardCharsets.US_ASCII);
    }
}

package dev.tocsin.fabric.ws;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;

/** Frames on their way to one client, bounded by bytes: who sends more waits until the client has read. */
final class Outbox implements WsOutput {
    private static final int BYTES_MAX = 512 * 1024;
    private static final int OVERHEAD_BYTES = 64;
    private static final long LOOK_MILLIS = 1000;

    private final CoreSession core;
    private final Runnable closing;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private long waiting;
    private boolean ended;
    private volatile long movedAt = System.nanoTime();

    /** @param closing runs when a close was sent */
    Outbox(CoreSession core, Runnable closing) {
        this.core = core;
        this.closing = closing;
    }

    @Override
    public void send(byte[] message, boolean text, boolean soon) throws IOException, InterruptedException {
        int weight = message.length + OVERHEAD_BYTES;
        lock.lockInterruptibly();
        try {
            while (waiting >= BYTES_MAX && !ended) {
                flush();
                room.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            if (ended) {
                throw new IOException("the connection has ended");
            }
            waiting += weight;
        } finally {
            lock.unlock();
        }
        frame(text ? OpCode.TEXT : OpCode.BINARY, message, weight, !soon);
    }

    @Override
    public void offer(byte[] message) {
        lock.lock();
        try {
            if (ended || waiting >= BYTES_MAX) {
                return;
            }
            waiting += message.length;
        } finally {
            lock.unlock();
        }
        frame(OpCode.TEXT, message, message.length, false);
    }

    /** A ping, or a pong; the latter only if none is waiting to leave. */
    void control(byte opcode, byte[] payload) {
        if (isIdle() || opcode == OpCode.PING) {
            core.sendFrame(new Frame(opcode, ByteBuffer.wrap(payload)), Callback.NOOP, false);
        }
    }

    private void frame(byte opcode, byte[] message, int weight, boolean batch) {
        core.sendFrame(new Frame(opcode, ByteBuffer.wrap(message)),
                Callback.from(() -> sent(weight), _ -> end()), batch);
    }

    private void sent(int weight) {
        movedAt = System.nanoTime();
        lock.lock();
        try {
            waiting -= weight;
            if (waiting < BYTES_MAX / 2) {
                room.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** When the client last took something, as {@link System#nanoTime}. */
    long movedAt() {
        return movedAt;
    }

    /** Whether little waits to be taken by the client. */
    boolean isIdle() {
        lock.lock();
        try {
            return waiting < BYTES_MAX / 2;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing waits. */
    boolean isEmpty() {
        lock.lock();
        try {
            return waiting == 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() {
        core.flush(Callback.NOOP);
    }

    @Override
    public void close(int code, String reason) {
        end();
        closing.run();
        core.close(code, reason.length() > 100 ? reason.substring(0, 100) : reason, Callback.NOOP);
    }

    /** Nothing can be sent any more. */
    void end() {
        lock.lock();
        try {
            ended = true;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

package dev.tocsin.web;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All readers of server-sent events: how many there may be, and how they end when the node does. Thread-safe. */
final class LiveStreams implements AutoCloseable {
    private static final int READERS_MAX = 200;
    private static final int FRAMES_MAX = 1000;
    private static final long FRAME_BYTES_MAX = 8L * 1024 * 1024;
    private static final Duration ROOM = Duration.ofMillis(100);
    private static final Duration PING_AFTER = Duration.ofSeconds(10);

    private final Set<LiveStream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @throws ApiError 503 when there are too many readers or the node is stopping */
    LiveStream open(Context ctx) {
        if (closed || open.size() >= READERS_MAX) {
            throw new ApiError(503, "Too many readers", "there are " + READERS_MAX + " live streams already",
                    "close one of them, or try again later");
        }
        LiveStream stream = new LiveStream(ctx);
        open.add(stream);
        if (closed) {
            stream.end();
        }
        return stream;
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(LiveStream::end);
    }

    /** One reader. {@link #offer} may be called by any thread, the rest by the thread of the request. */
    final class LiveStream implements AutoCloseable {
        private static final byte[] NOTHING = {};

        private final Frames frames = new Frames(FRAMES_MAX, FRAME_BYTES_MAX);
        private final Context ctx;
        private volatile boolean ended;

        private LiveStream(Context ctx) {
            this.ctx = ctx;
        }

        void offer(byte[] frame) {
            frames.offer(frame);
        }

        /** For whoever may wait, so that the reader misses nothing: returns when there was room, or nobody reads. */
        void put(byte[] frame) {
            try {
                boolean taken = ended;
                while (!taken) {
                    // A reader that has gone away is found out by the ping.
                    taken = frames.put(frame, ROOM) || ended;
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        /** Sends the headers, so that the reader knows that what comes from now on it will get. */
        void begin() throws IOException {
            ctx.res().setContentType("text/event-stream");
            ctx.res().setCharacterEncoding("UTF-8");
            send(": tocsin\n\n".getBytes(StandardCharsets.US_ASCII));
        }

        /** Sends one frame now, before those that wait. */
        void send(byte[] frame) throws IOException {
            // The response's own stream: the context's would gather bytes to compress them.
            OutputStream out = ctx.res().getOutputStream();
            out.write(frame);
            out.flush();
        }

        /** Sends what waits and what comes, for that long; false when the stream is at its end. */
        boolean pump(Duration howLong) throws IOException, InterruptedException {
            long end = System.nanoTime() + howLong.toNanos();
            while (!ended) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return true;
                }
                byte[] frame = frames.poll(Duration.ofNanos(left));
                if (frame != null && frame.length > 0) {
                    send(frame);
                }
            }
            return false;
        }

        /** Sends what waits and what comes until the reader or the node goes away. */
        void pumpToTheEnd() throws IOException, InterruptedException {
            while (pump(PING_AFTER)) {
                send(Frames.ping());
            }
        }

        private void end() {
            ended = true;
            // Wakes the thread that waits for a frame.
            frames.offer(NOTHING);
        }

        @Override
        public void close() {
            ended = true;
            open.remove(this);
        }
    }
}

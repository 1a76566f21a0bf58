package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Rights;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted WebSocket connection: frames in and out of a {@link WsSession}, pings, limits. Jetty's threads never wait
 * here: a thread of the connection takes whole messages from its {@link Inbox}.
 */
final class WsConnection implements FrameHandler {
    private static final Logger LOG = LoggerFactory.getLogger(WsConnection.class);

    private final Hub hub;
    private final WsConfig config;
    private final Rights rights;
    private final String endpoint;
    private final WsSession.@Nullable Refusal refusal;
    private final Consumer<WsConnection> acknowledged;
    private final Consumer<WsConnection> ended;
    private final Inbox inbox = new Inbox(this::demand);
    private ByteArrayOutputStream message = new ByteArrayOutputStream();
    private boolean text;
    private boolean ignoring;
    private @Nullable CoreSession core;
    private @Nullable Outbox outbox;
    private @Nullable WsSession session;
    private volatile @Nullable InetSocketAddress peer;
    private volatile boolean closed;
    private volatile boolean closing;
    private volatile long answeredAt = System.nanoTime();
    private long pings;

    /**
     * @param acknowledged runs in the connection's thread after the subscriptions took effect
     * @param ended runs in the connection's thread when all is over, if {@code acknowledged} ran
     */
    WsConnection(Hub hub, WsConfig config, Rights rights, String endpoint,
            WsSession.@Nullable Refusal refusal,
            Consumer<WsConnection> acknowledged, Consumer<WsConnection> ended) {
        this.hub = hub;
        this.config = config;
        this.rights = rights;
        this.endpoint = endpoint;
        this.refusal = refusal;
        this.acknowledged = acknowledged;
        this.ended = ended;
    }

    @Override
    public void onOpen(CoreSession opened, Callback callback) {
        core = opened;
        peer = opened.getRemoteAddress() instanceof InetSocketAddress inet ? inet : null;
        opened.setIdleTimeout(Duration.ZERO);
        Outbox out = new Outbox(opened, this::awaitClose);
        outbox = out;
        WsSession begun = new WsSession(hub, config, rights, endpoint, out);
        session = begun;
        // Until this callback the connection is not open: what is sent before may break it off.
        callback.succeeded();
        ping(out);
        Thread.ofVirtual().name("websocket-" + endpoint).start(() -> run(begun));
        hub.timer().after(config.limits().handshakeWithin(), () -> {
            if (begun.state() == WsSession.State.HANDSHAKE) {
                inbox.put(Inbox.Event.LATE);
            }
        });
        opened.demand();
    }

    private void run(WsSession begun) {
        boolean told = false;
        try {
            begun.opened(refusal);
            for (Inbox.Item item = inbox.take(); item != null; item = inbox.take()) {
                switch (item) {
                    case Inbox.Whole whole -> begun.message(whole.message(), whole.text());
                    case Inbox.Closing closing -> closing.answer().run();
                    case Inbox.Event.LATE -> begun.late();
                    case Inbox.Event.TOO_LONG -> begun.tooLong();
                }
                if (!told && begun.state() == WsSession.State.OPEN) {
                    told = true;
                    acknowledged.accept(this);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the connection {} failed", endpoint, e);
            abort();
        } finally {
            inbox.end();
            begun.ended();
            if (told) {
                ended.accept(this);
            }
        }
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        if (frame.getOpCode() == OpCode.CLOSE) {
            if (!inbox.putLast(new Inbox.Closing(callback::succeeded))) {
                callback.succeeded();
            }
            return;
        }
        boolean more = switch (frame.getOpCode()) {
            case OpCode.TEXT, OpCode.BINARY, OpCode.CONTINUATION -> part(frame);
            case OpCode.PING -> pong(frame);
            case OpCode.PONG -> {
                answeredAt = System.nanoTime();
                yield true;
            }
            default -> true;
        };
        callback.succeeded();
        if (more) {
            demand();
        }
    }

    private boolean part(Frame frame) {
        if (frame.getOpCode() != OpCode.CONTINUATION) {
            text = frame.getOpCode() == OpCode.TEXT;
        }
        ByteBuffer payload = frame.getPayload();
        if (ignoring || message.size() + (long) frame.getPayloadLength() > config.limits().messageBytesMax()) {
            boolean first = !ignoring;
            ignoring = true;
            message = new ByteArrayOutputStream();
            return !first || inbox.put(Inbox.Event.TOO_LONG);
        }
        if (payload != null) {
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            message.writeBytes(bytes);
        }
        if (!frame.isFin()) {
            return true;
        }
        byte[] whole = message.toByteArray();
        if (whole.length > 64 * 1024) {
            message = new ByteArrayOutputStream();
        } else {
            message.reset();
        }
        return inbox.put(new Inbox.Whole(whole, text));
    }

    private boolean pong(Frame ping) {
        Outbox out = outbox;
        if (out != null) {
            ByteBuffer payload = ping.getPayload();
            byte[] bytes = new byte[payload == null ? 0 : payload.remaining()];
            if (payload != null) {
                payload.get(bytes);
            }
            out.control(OpCode.PONG, bytes);
        }
        return true;
    }

    /** Once a client has closed or broken off, nothing is read; before, all that it sent is. */
    private void demand() {
        CoreSession open = core;
        if (open != null && !closed) {
            open.demand();
        }
    }

    private void ping(Outbox out) {
        if (closed || closing) {
            return;
        }
        WsLimits limits = config.limits();
        long now = System.nanoTime();
        if (!out.isEmpty()) {
            answeredAt = Math.max(answeredAt, now - limits.pingEvery().toNanos());
        } else if (now - Math.max(answeredAt, out.movedAt()) > limits.pongWithin().toNanos() && pings > 0) {
            out.close(WsCodes.INTERNAL, "Ping timeout");
            return;
        }
        String payload = "tocsin::heartbeat::" + limits.pingEvery().toSeconds() + "s::" + pings++;
        out.control(OpCode.PING, payload.getBytes(StandardCharsets.US_ASCII));
        hub.timer().after(limits.pingEvery(), () -> ping(out));
    }

    /** A close was sent: the client has to answer it. */
    private void awaitClose() {
        closing = true;
        hub.timer().after(config.limits().closeWithin(), () -> {
            if (!closed) {
                abort();
            }
        });
    }

    private void abort() {
        CoreSession open = core;
        if (open != null) {
            open.abort();
        }
    }

    /** Ends it as the node shuts down. */
    void shutDown() {
        Outbox out = outbox;
        if (out != null) {
            out.close(WsCodes.GOING_AWAY, "the node shuts down");
        }
    }

    /** What happened on this node, to a client that has subscribed to such news. */
    void offer(byte[] news) {
        Outbox out = outbox;
        if (out != null) {
            out.offer(news);
        }
    }

    boolean wants(String topic) {
        WsSession begun = session;
        return begun != null && begun.state() == WsSession.State.OPEN
                && begun.prefixes().stream().anyMatch(topic::startsWith);
    }

    /** Where the client is, or was; null when it was gone at once. */
    @Nullable
    InetSocketAddress peer() {
        return peer;
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        LOG.debug("{}: {}", endpoint, cause.toString());
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        closed = true;
        Outbox out = outbox;
        if (out != null) {
            out.end();
        }
        inbox.end();
        callback.succeeded();
    }
}

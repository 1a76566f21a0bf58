package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.Topics;
import dev.tocsin.fabric.data.JsonException;
import dev.tocsin.fabric.data.JsonTape;
import dev.tocsin.fabric.data.JsonValues;
import dev.tocsin.fabric.data.JsonWriter;
import dev.tocsin.fabric.data.Value;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a Zeek, a Broker or another node by the WebSocket wire. Survives what Zeek sends that is no UTF-8. What
 * it sends is exact: reals and times lose nothing on the way there, what comes is as the server writes it.
 *
 * <p>One connection, which ends once.
 */
public final class WsClient implements AutoCloseable {
    private final WsFrames frames;
    private final Listener listener;
    private final Duration silenceMax;
    private final CompletableFuture<Acknowledgement> acknowledged = new CompletableFuture<>();
    private final Thread reader;
    private final JsonWriter json = new JsonWriter(JsonWriter.Precision.EXACT);
    private volatile boolean closing;

    /** Gets what the server sends, one call after the other, in the connection's thread; as long as one lasts nothing is read. */
    public interface Listener {
        void message(String topic, Value value);

        /** The server did not understand something, or tells of a gap. */
        default void error(String code, String context) {
        }

        /** The server sent something that is no message of this wire. */
        default void unreadable(byte[] message, String why) {
        }

        /** The connection has ended; nothing follows. @param code 1006 without a close */
        default void closed(int code, String reason) {
        }
    }

    /**
     * Where to and how.
     *
     * @param uri {@code ws://host:port/v1/messages/json}, or {@code wss}
     * @param prefixes what to subscribe to; none only publishes
     * @param applicationName what the server may know about us; empty for nothing
     * @param headers of the request in addition, such as Authorization
     * @param tls for {@code wss}, null for the usual authorities
     * @param within for connecting and until the acknowledgement
     * @param silenceMax after which the server is pinged, and after twice of which it is given up
     * @param messageBytesMax that are taken
     */
    public record Settings(URI uri, List<String> prefixes, String applicationName, Map<String, String> headers,
            @Nullable SSLContext tls, Duration within, Duration silenceMax, int messageBytesMax) {
        public Settings {
            prefixes = List.copyOf(prefixes);
            headers = Map.copyOf(headers);
        }

        /** Without headers. */
        public Settings(URI uri, List<String> prefixes, String applicationName, @Nullable SSLContext tls,
                Duration within, Duration silenceMax, int messageBytesMax) {
            this(uri, prefixes, applicationName, Map.of(), tls, within, silenceMax, messageBytesMax);
        }

        public Settings withHeaders(Map<String, String> more) {
            return new Settings(uri, prefixes, applicationName, more, tls, within, silenceMax, messageBytesMax);
        }

        public Settings withTls(@Nullable SSLContext context) {
            return new Settings(uri, prefixes, applicationName, headers, context, within, silenceMax, messageBytesMax);
        }

        public Settings(URI uri, List<String> prefixes) {
            this(uri, prefixes, "tocsin", null, Duration.ofSeconds(10), Duration.ofSeconds(30), 64 << 20);
        }
    }

    private record Acknowledgement(String endpoint, String version) {
    }

    private WsClient(WsFrames frames, Settings settings, Listener listener) {
        this.frames = frames;
        this.listener = listener;
        this.silenceMax = settings.silenceMax();
        this.reader = Thread.ofVirtual().name("websocket-client").unstarted(this::run);
    }

    /** Connects, subscribes and waits for the acknowledgement. @throws IOException with the server's reason if it has one */
    public static WsClient connect(Settings settings, Listener listener) throws IOException {
        Map<String, String> headers = new HashMap<>(settings.headers());
        if (!settings.applicationName().isEmpty()) {
            headers.put("X-Application-Name", settings.applicationName());
        }
        WsFrames frames = WsHandshake.connect(settings.uri(), headers, settings.tls(), settings.within(),
                settings.messageBytesMax());
        WsClient client = new WsClient(frames, settings, listener);
        try {
            frames.write(WsCodes.TEXT, WsMessages.subscriptions(settings.prefixes()), true, false);
            client.reader.start();
            client.acknowledged.get(settings.within().toMillis(), TimeUnit.MILLISECONDS);
            return client;
        } catch (ExecutionException e) {
            client.close();
            throw new IOException(e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            client.close();
            throw new IOException("the server did not acknowledge within " + settings.within().toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            client.close();
            throw new IOException("interrupted", e);
        }
    }

    /** What the server calls this connection, or itself. */
    public String endpoint() {
        return acknowledged.join().endpoint();
    }

    public String version() {
        return acknowledged.join().version();
    }

    /** Sends one message; waits while the server does not read. @throws IOException when the connection has ended */
    public void publish(String topic, Value value) throws IOException {
        publish(topic, value, false);
    }

    /** The same, and if {@code later} it may wait until {@link #flush}. */
    public void publish(String topic, Value value, boolean later) throws IOException {
        byte[] message;
        boolean text;
        synchronized (json) {
            WsMessages.message(json, topic, value);
            message = json.toByteArray();
            text = json.isUtf8();
        }
        frames.write(text ? WsCodes.TEXT : WsCodes.BINARY, message, true, later);
    }

    public void flush() throws IOException {
        frames.flush();
    }

    private void run() {
        int code = WsCodes.ABNORMAL;
        String reason = "";
        WsFrames.Parts parts = new WsFrames.Parts();
        try {
            while (true) {
                WsFrames.Frame frame = next(parts);
                if (frame.opcode() == WsCodes.CLOSE) {
                    code = frame.code();
                    reason = frame.reason();
                    if (!closing) {
                        frames.write(WsCodes.CLOSE, frame.payload(), true, false);
                    }
                    break;
                }
                if (frame.opcode() == WsCodes.PING) {
                    frames.write(WsCodes.PONG, frame.payload(), true, false);
                } else if (frame.opcode() != WsCodes.PONG) {
                    take(frame.payload());
                }
            }
        } catch (IOException e) {
            reason = String.valueOf(e.getMessage());
        } finally {
            end(code, reason);
        }
    }

    private WsFrames.Frame next(WsFrames.Parts parts) throws IOException {
        frames.silence(silenceMax);
        try {
            return frames.read(parts);
        } catch (SocketTimeoutException _) {
            frames.write(WsCodes.PING, new byte[0], true, false);
        }
        try {
            return frames.read(parts);
        } catch (SocketTimeoutException e) {
            throw new IOException("nothing came for " + silenceMax.multipliedBy(2).toSeconds() + " s", e);
        }
    }

    private void end(int code, String reason) {
        closing = true;
        acknowledged.completeExceptionally(new IOException("the server closed with " + code + " " + reason));
        try {
            frames.close();
        } catch (IOException _) {
            // It is over either way.
        }
        listener.closed(code, reason);
    }

    private void take(byte[] message) {
        try {
            JsonTape tape = JsonTape.of(message);
            String type = tape.isObject(0) ? text(tape, "type") : "";
            switch (type) {
                case "data-message" -> listener.message(text(tape, "topic"), JsonValues.read(tape, 0));
                case "ack" -> acknowledged.complete(new Acknowledgement(text(tape, "endpoint"), text(tape, "version")));
                case "error" -> error(text(tape, "code"), text(tape, "context"));
                default -> listener.unreadable(message, "no message of this wire");
            }
        } catch (JsonException e) {
            listener.unreadable(message, String.valueOf(e.getMessage()));
        }
    }

    private void error(String code, String context) {
        acknowledged.completeExceptionally(new IOException("the server refused: " + code + ": " + context));
        listener.error(code, context);
    }

    private static String text(JsonTape tape, String name) {
        int node = tape.find(0, name);
        return node >= 0 && tape.isString(node) ? Topics.text(tape.string(node).toArray()) : "";
    }

    /** Everything published before has left, if the connection has not ended. */
    @Override
    public void close() {
        boolean first = !closing;
        closing = true;
        try {
            if (first) {
                frames.close(WsCodes.NORMAL, "");
                if (Thread.currentThread() != reader) {
                    reader.join(Duration.ofSeconds(2));
                }
            }
            frames.close();
        } catch (IOException _) {
            // It is over either way.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

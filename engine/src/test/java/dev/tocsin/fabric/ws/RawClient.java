package dev.tocsin.fabric.ws;

import dev.tocsin.base.Endpoint;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A WebSocket client that sends whatever it is told and shows each frame; answers nothing by itself but pings. */
final class RawClient implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final WsFrames frames;
    private final WsFrames.Parts parts = new WsFrames.Parts();
    private final boolean answersPings;

    private RawClient(WsFrames frames, boolean answersPings) {
        this.frames = frames;
        this.answersPings = answersPings;
    }

    static RawClient open(Endpoint server) throws IOException {
        return open(server, Dialect.PATH, Map.of(), true);
    }

    static RawClient open(Endpoint server, String path, Map<String, String> headers, boolean answersPings)
            throws IOException {
        URI uri = URI.create("ws://" + server + path);
        return new RawClient(WsHandshake.connect(uri, headers, null, PATIENCE, 64 << 20), answersPings);
    }

    /** With these subscriptions, after the acknowledgement. */
    static RawClient subscribed(Endpoint server, String... prefixes) throws IOException {
        RawClient client = open(server);
        client.text(new String(WsMessages.subscriptions(List.of(prefixes)), StandardCharsets.UTF_8));
        String ack = client.receive();
        if (!ack.startsWith("{\"type\":\"ack\"")) {
            throw new IOException("no acknowledgement but " + ack);
        }
        return client;
    }

    void text(String text) throws IOException {
        text(text.getBytes(StandardCharsets.UTF_8));
    }

    void text(byte[] bytes) throws IOException {
        frames.write(WsCodes.TEXT, bytes, true, false);
    }

    /** May wait until something else is sent. */
    void textLater(byte[] bytes) throws IOException {
        frames.write(WsCodes.TEXT, bytes, true, true);
    }

    void frame(byte opcode, byte[] bytes, boolean fin) throws IOException {
        frames.write(opcode, bytes, fin, false);
    }

    void fragments(List<String> texts) throws IOException {
        for (int i = 0; i < texts.size(); i++) {
            frame(i == 0 ? WsCodes.TEXT : WsCodes.CONTINUATION, texts.get(i).getBytes(StandardCharsets.UTF_8),
                    i == texts.size() - 1);
        }
    }

    /** The next frame that is no ping, or a close with 1006 when the connection ended without one. */
    WsFrames.Frame frame(Duration patience) throws IOException {
        long until = System.nanoTime() + patience.toNanos();
        while (true) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException("nothing came within " + patience);
            }
            frames.silence(Duration.ofNanos(left).plusMillis(1));
            WsFrames.Frame frame;
            try {
                frame = frames.read(parts);
            } catch (EOFException | SocketException e) {
                return new WsFrames.Frame(WsCodes.CLOSE,
                        new byte[]{(byte) (WsCodes.ABNORMAL >> 8), (byte) WsCodes.ABNORMAL});
            }
            if (frame.opcode() != WsCodes.PING || !answersPings) {
                return frame;
            }
            frames.write(WsCodes.PONG, frame.payload(), true, false);
        }
    }

    byte[] receiveBytes() throws IOException {
        WsFrames.Frame frame = frame(PATIENCE);
        if (frame.opcode() == WsCodes.CLOSE) {
            throw new IOException("closed " + frame.code() + " " + frame.reason());
        }
        return frame.payload();
    }

    String receive() throws IOException {
        return new String(receiveBytes(), StandardCharsets.UTF_8);
    }

    /** Whether nothing comes for so long. */
    boolean isSilent(Duration most) throws IOException {
        try {
            frame(most);
            return false;
        } catch (SocketTimeoutException _) {
            return true;
        }
    }

    /** The close that comes next; other frames before it are left out. */
    WsFrames.Frame awaitClose() throws IOException {
        while (true) {
            WsFrames.Frame frame = frame(PATIENCE);
            if (frame.opcode() == WsCodes.CLOSE) {
                return frame;
            }
        }
    }

    /** Says goodbye; the code with which the server answers. */
    int leave() throws IOException {
        frames.close(WsCodes.NORMAL, "");
        return awaitClose().code();
    }

    /** Breaks off. */
    @Override
    public void close() throws IOException {
        frames.close();
    }
}

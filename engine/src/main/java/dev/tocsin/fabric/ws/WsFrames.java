package dev.tocsin.fabric.ws;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket frames (RFC 6455) over a socket, the client's side. Text is not looked at: Zeek's may hold bytes that are not
 * UTF-8, at which the JDK's client breaks off. One thread reads, any may write.
 */
final class WsFrames implements Closeable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Socket socket;
    private final DataInputStream in;
    private final BufferedOutputStream out;
    private final int messageBytesMax;
    private final ReentrantLock writing = new ReentrantLock();
    private final Random masks = new Random();

    /** A whole message or a control frame. */
    @SuppressWarnings("ArrayRecordComponent")
    record Frame(byte opcode, byte[] payload) {
        /** Of a close: its code. */
        int code() {
            return payload.length < 2 ? WsCodes.NONE : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
        }

        /** Of a close: its reason. */
        String reason() {
            return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
    }

    /** @param in what is left to read after the handshake */
    WsFrames(Socket socket, BufferedInputStream in, int messageBytesMax) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(in);
        this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
        this.messageBytesMax = messageBytesMax;
    }

    /**
     * The next message with its fragments joined, or a control frame, which may stand between fragments.
     *
     * @param parts of a message whose end has not come yet; the same object for every call
     * @throws EOFException when the other side ended the connection
     * @throws SocketTimeoutException when nothing came for the socket's time; may be called again
     * @throws IOException when what came is no frame, or the message is too long
     */
    Frame read(Parts parts) throws IOException {
        while (true) {
            int first = in.readUnsignedByte();
            int timeout = socket.getSoTimeout();
            try {
                socket.setSoTimeout(Math.max(timeout, 60_000));
                Frame frame = rest(first, parts);
                if (frame != null) {
                    return frame;
                }
            } catch (SocketTimeoutException e) {
                throw new IOException("a frame broke off", e);
            } finally {
                if (!socket.isClosed()) {
                    socket.setSoTimeout(timeout);
                }
            }
        }
    }

    private @Nullable Frame rest(int first, Parts parts) throws IOException {
        int second = in.readUnsignedByte();
        byte opcode = (byte) (first & 0x0f);
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        boolean fin = (first & 0x80) != 0;
        if ((first & 0x70) != 0 || (second & 0x80) != 0 || opcode > WsCodes.PONG
                || opcode > WsCodes.BINARY && opcode < WsCodes.CLOSE) {
            throw new IOException("what came is no frame of a server: " + Integer.toHexString(first << 8 | second));
        }
        boolean control = opcode >= WsCodes.CLOSE;
        if (length < 0 || length + (control ? 0 : parts.size()) > (control ? 125 : messageBytesMax)) {
            throw new IOException("a message is longer than " + messageBytesMax + " bytes");
        }
        byte[] payload = in.readNBytes((int) length);
        if (payload.length < length) {
            throw new EOFException("a frame broke off");
        }
        if (control) {
            return new Frame(opcode, payload);
        }
        return parts.add(opcode, payload, fin);
    }

    /** The beginning of a message that comes in fragments. */
    static final class Parts {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private byte opcode;

        int size() {
            return bytes.size();
        }

        @Nullable
        Frame add(byte next, byte[] payload, boolean fin) {
            if (next != WsCodes.CONTINUATION) {
                opcode = next;
            }
            if (fin && bytes.size() == 0) {
                return new Frame(opcode, payload);
            }
            bytes.writeBytes(payload);
            if (!fin) {
                return null;
            }
            Frame whole = new Frame(opcode, bytes.toByteArray());
            bytes.reset();
            return whole;
        }
    }

    /** Writes one frame, masked; leaves at once unless {@code later}. Waits while the other side does not read. */
    void write(byte opcode, byte[] payload, boolean fin, boolean later) throws IOException {
        byte[] frame = masked(opcode, payload, fin, masks.nextInt());
        writing.lock();
        try {
            out.write(frame);
            if (!later) {
                out.flush();
            }
        } finally {
            writing.unlock();
        }
    }

    /** How long {@link #read} waits for the beginning of a frame. */
    void silence(Duration most) throws IOException {
        socket.setSoTimeout((int) most.toMillis());
    }

    void flush() throws IOException {
        writing.lock();
        try {
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    private static byte[] masked(byte opcode, byte[] payload, boolean fin, int mask) {
        int length = payload.length;
        int head = length < 126 ? 6 : length < 65536 ? 8 : 14;
        byte[] frame = new byte[head + length];
        frame[0] = (byte) (opcode | (fin ? 0x80 : 0));
        frame[1] = (byte) (0x80 | (length < 126 ? length : length < 65536 ? 126 : 127));
        for (int i = 2; i < head - 4; i++) {
            frame[i] = (byte) ((long) length >>> 8 * (head - 5 - i));
        }
        for (int i = 0; i < 4; i++) {
            frame[head - 4 + i] = (byte) (mask >>> 24 - 8 * i);
        }
        for (int i = 0; i < length; i++) {
            frame[head + i] = (byte) (payload[i] ^ mask >>> 24 - 8 * (i & 3));
        }
        return frame;
    }

    void close(int code, String reason) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        byte[] payload = new byte[2 + Math.min(text.length, 123)];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, payload.length - 2);
        write(WsCodes.CLOSE, payload, true, false);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Routed;
import dev.tocsin.fabric.Topics;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Reads what {@link FrameWriter} writes. Whatever is not as it should be is a {@link ProtocolException}. For one thread. */
final class FrameReader {
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private final List<UUID> origins = new ArrayList<>();
    private final List<String> topics = new ArrayList<>();
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private int at;
    private int end;

    FrameReader(InputStream in) {
        this.in = in;
    }

    /** Waits for the next frame. */
    Frame next(int most) throws IOException {
        need(5);
        int length = (buffer[from] & 0xFF) << 24 | (buffer[from + 1] & 0xFF) << 16 | (buffer[from + 2] & 0xFF) << 8
                | buffer[from + 3] & 0xFF;
        if (length < 1 || length > most) {
            throw new ProtocolException("a frame of " + Integer.toUnsignedString(length) + " bytes; at most " + most
                    + " are taken");
        }
        need(4 + length);
        at = from + 5;
        end = from + 4 + length;
        from = end;
        return Frame.of(buffer[at - 1]);
    }

    /** Whether the next frame, or a part of it, has already been read. */
    boolean isMoreAtHand() {
        return from < to;
    }

    private void need(int bytes) throws IOException {
        if (to - from >= bytes) {
            return;
        }
        if (buffer.length - from < bytes) {
            byte[] source = buffer;
            if (bytes > buffer.length || buffer.length > 16 * BUFFER_BYTES && bytes <= BUFFER_BYTES) {
                buffer = new byte[Math.max(bytes, BUFFER_BYTES)];
            }
            System.arraycopy(source, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        while (to - from < bytes) {
            int read = in.read(buffer, to, buffer.length - to);
            if (read < 0) {
                throw new EOFException("the other side closed the connection");
            }
            to += read;
        }
    }

    private void have(int bytes) throws ProtocolException {
        if (bytes < 0 || end - at < bytes) {
            throw new ProtocolException("a frame is too short for what is in it");
        }
    }

    long number() throws ProtocolException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            have(1);
            byte next = buffer[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new ProtocolException("a number has too many bytes");
    }

    /** A number that counts what follows, of at least one byte each. */
    int count() throws ProtocolException {
        long value = number();
        if (value < 0 || value > end - at) {
            throw new ProtocolException("a frame says that it has more than it has");
        }
        return (int) value;
    }

    long fixed() throws ProtocolException {
        have(8);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | buffer[at++] & 0xFF;
        }
        return value;
    }

    UUID id() throws ProtocolException {
        return new UUID(fixed(), fixed());
    }

    byte[] bytes() throws ProtocolException {
        int length = count();
        at += length;
        return Arrays.copyOfRange(buffer, at - length, at);
    }

    String text() throws ProtocolException {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    Routed routed(Frame frame) throws ProtocolException {
        UUID origin = origin();
        String topic = topic();
        long sequence = number();
        long ordinal = number();
        if (frame == Frame.GAP) {
            return new Gap(topic, origin, sequence, ordinal, number());
        }
        return new Message(topic, origin, sequence, ordinal, Arrays.copyOfRange(buffer, at, end));
    }

    private UUID origin() throws ProtocolException {
        long number = number();
        if (number != 0) {
            return known(origins, number);
        }
        UUID origin = id();
        if (origins.size() < FrameWriter.ORIGINS_MAX) {
            origins.add(origin);
        }
        return origin;
    }

    private String topic() throws ProtocolException {
        long number = number();
        if (number != 0) {
            return known(topics, number);
        }
        byte[] bytes = bytes();
        if (bytes.length > Topics.BYTES_MAX) {
            throw new ProtocolException("a topic of " + bytes.length + " bytes");
        }
        String topic = Topics.text(bytes);
        if (topics.size() < FrameWriter.TOPICS_MAX && bytes.length <= FrameWriter.NUMBERED_TOPIC_BYTES_MAX) {
            topics.add(topic);
        }
        return topic;
    }

    private static <T> T known(List<T> all, long number) throws ProtocolException {
        if (number < 0 || number > all.size()) {
            throw new ProtocolException("a frame names number " + number + ", which was never said");
        }
        return all.get((int) number - 1);
    }
}

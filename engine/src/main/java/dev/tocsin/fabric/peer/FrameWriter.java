package dev.tocsin.fabric.peer;

import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Routed;
import dev.tocsin.fabric.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Writes frames: length of the rest as four bytes, big-endian, one byte of {@link Frame kind}, body. Numbers in bodies
 * are of seven bits in each byte, low first. Origins and topics are written once and then by number. Gathers until
 * {@link #flush}. For one thread.
 */
final class FrameWriter {
    static final int ORIGINS_MAX = 4096;
    static final int TOPICS_MAX = 8192;
    static final int NUMBERED_TOPIC_BYTES_MAX = 512;

    private static final int FULL_BYTES = 64 << 10;

    private final OutputStream out;
    private final Map<UUID, Integer> origins = new HashMap<>();
    private final Map<String, Integer> topics = new HashMap<>();
    private byte[] buffer = new byte[FULL_BYTES + 8192];
    private int at;
    private int start;

    FrameWriter(OutputStream out) {
        this.out = out;
    }

    FrameWriter begin(Frame frame) {
        reserve(16);
        start = at;
        at += 4;
        buffer[at++] = (byte) frame.code();
        return this;
    }

    void end() throws IOException {
        int length = at - start - 4;
        buffer[start] = (byte) (length >>> 24);
        buffer[start + 1] = (byte) (length >>> 16);
        buffer[start + 2] = (byte) (length >>> 8);
        buffer[start + 3] = (byte) length;
        if (at >= FULL_BYTES) {
            drain();
        }
    }

    private void reserve(int more) {
        if (buffer.length - at < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, at + more));
        }
    }

    FrameWriter number(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer[at++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        buffer[at++] = (byte) rest;
        return this;
    }

    FrameWriter id(UUID id) {
        return fixed(id.getMostSignificantBits()).fixed(id.getLeastSignificantBits());
    }

    FrameWriter fixed(long value) {
        reserve(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            buffer[at++] = (byte) (value >>> shift);
        }
        return this;
    }

    FrameWriter bytes(byte[] bytes) {
        number(bytes.length);
        return raw(bytes);
    }

    FrameWriter text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private FrameWriter raw(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, buffer, at, bytes.length);
        at += bytes.length;
        return this;
    }

    void routed(Routed routed) throws IOException {
        begin(routed instanceof Message ? Frame.DATA : Frame.GAP);
        origin(routed.origin());
        topic(routed.topic());
        number(routed.sequence());
        number(routed.ordinal());
        switch (routed) {
            case Message message -> raw(message.payload());
            case Gap gap -> number(gap.count());
        }
        end();
    }

    private void origin(UUID origin) {
        Integer known = origins.get(origin);
        if (known != null) {
            number(known);
            return;
        }
        number(0).id(origin);
        if (origins.size() < ORIGINS_MAX) {
            origins.put(origin, origins.size() + 1);
        }
    }

    private void topic(String topic) {
        Integer known = topics.get(topic);
        if (known != null) {
            number(known);
            return;
        }
        byte[] bytes = Topics.bytes(topic);
        number(0).bytes(bytes);
        if (topics.size() < TOPICS_MAX && bytes.length <= NUMBERED_TOPIC_BYTES_MAX) {
            topics.put(topic, topics.size() + 1);
        }
    }

    private void drain() throws IOException {
        out.write(buffer, 0, at);
        at = 0;
        if (buffer.length > 16 * FULL_BYTES) {
            buffer = new byte[FULL_BYTES + 8192];
        }
    }

    void flush() throws IOException {
        if (at > 0) {
            drain();
        }
        out.flush();
    }
}

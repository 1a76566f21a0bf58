package dev.tocsin.sigma.correlate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Gathers the bytes of a record. */
final class RecordWriter {
    private ByteBuffer buffer = ByteBuffer.allocate(128);

    void one(int value) {
        room(1).put((byte) value);
    }

    void four(int value) {
        room(4).putInt(value);
    }

    void eight(long value) {
        room(8).putLong(value);
    }

    void position(Entry entry) {
        room(28).putLong(entry.time).putInt(entry.rule).putLong(entry.high).putLong(entry.low);
    }

    void text(@Nullable String text) {
        if (text == null) {
            four(-1);
        } else {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            four(bytes.length);
            room(bytes.length).put(bytes);
        }
    }

    byte[] bytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            buffer = ByteBuffer.allocate(Math.max(buffer.capacity() * 2, buffer.position() + bytes))
                    .put(buffer.flip());
        }
        return buffer;
    }
}

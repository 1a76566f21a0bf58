package dev.tocsin.sigma.correlate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Gathers the bytes of records, one after the other; {@link RecordReader} reads them. */
final class RecordWriter {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = new byte[256];
    private int size;

    /** Begins anew. */
    RecordWriter clear() {
        size = 0;
        return this;
    }

    void one(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    void four(int value) {
        one(value >>> 24);
        one(value >>> 16);
        one(value >>> 8);
        one(value);
    }

    void eight(long value) {
        room(8);
        EIGHT.set(bytes, size, value);
        size += 8;
    }

    /** A number that is small and not negative, in as few bytes as it needs. */
    void small(int value) {
        int rest = value;
        while (rest >= 0x80) {
            one(rest | 0x80);
            rest >>>= 7;
        }
        one(rest);
    }

    void position(Entry entry) {
        eight(entry.time);
        small(entry.rule);
        eight(entry.high);
        eight(entry.low);
    }

    /** One or two bytes for each character, as needed: any text comes back as it was, and none has to be converted. */
    void text(@Nullable String text) {
        if (text == null) {
            small(0);
            return;
        }
        int length = text.length();
        boolean isWide = isWide(text);
        small((length << 1 | (isWide ? 1 : 0)) + 1);
        room(2 * length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (isWide) {
                bytes[size++] = (byte) (c >>> 8);
            }
            bytes[size++] = (byte) c;
        }
    }

    void copy(byte[] from, int start, int end) {
        room(end - start);
        System.arraycopy(from, start, bytes, size, end - start);
        size += end - start;
    }

    int size() {
        return size;
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** What was gathered, behind all of the other array. */
    byte[] behind(byte[] first) {
        byte[] both = Arrays.copyOf(first, first.length + size);
        System.arraycopy(bytes, 0, both, first.length, size);
        return both;
    }

    /** Whether just this stands at that place of the other array. */
    boolean equals(byte[] other, int start, int end) {
        return Arrays.equals(bytes, 0, size, other, start, end);
    }

    private static boolean isWide(String text) {
        int all = 0;
        for (int i = 0; i < text.length(); i++) {
            all |= text.charAt(i);
        }
        return all > 0xFF;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}

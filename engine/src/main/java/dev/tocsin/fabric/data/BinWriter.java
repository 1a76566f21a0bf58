package dev.tocsin.fabric.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes that numbers are written to, big endian. */
final class BinWriter {
    private byte[] out = new byte[128];
    private int size;

    void u8(int value) {
        room(1);
        out[size++] = (byte) value;
    }

    void u16(int value) {
        u8(value >> 8);
        u8(value);
    }

    void u32(int value) {
        u16(value >>> 16);
        u16(value);
    }

    void u64(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            out[size++] = (byte) (value >>> shift);
        }
    }

    void f64(double value) {
        u64(Double.doubleToRawLongBits(value));
    }

    /** Seven bits in a byte, the lowest first; the top bit says that more follow. */
    void varbyte(int value) {
        int rest = value;
        while (rest >= 0x80) {
            u8(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        u8(rest);
    }

    void bytes(Bytes bytes) {
        room(bytes.length());
        bytes.copyTo(out, size);
        size += bytes.length();
    }

    /** A 32-bit length, and the bytes. */
    void string32(Bytes bytes) {
        u32(bytes.length());
        bytes(bytes);
    }

    void string32(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        string32(Bytes.of(bytes));
    }

    byte[] toByteArray() {
        return Arrays.copyOf(out, size);
    }

    private void room(int more) {
        if (out.length - size < more) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, size + more));
        }
    }
}

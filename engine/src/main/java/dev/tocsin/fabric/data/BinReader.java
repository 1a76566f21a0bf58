package dev.tocsin.fabric.data;

/** Reads numbers, big endian, from bytes of a stranger; says at which byte it failed. */
final class BinReader {
    private final byte[] in;
    private final int to;
    private int at;

    BinReader(byte[] in, int from, int to) {
        this.in = in;
        this.at = from;
        this.to = to;
    }

    int u8(String what) {
        need(1, what);
        return in[at++] & 0xff;
    }

    int u16(String what) {
        return u8(what) << 8 | u8(what);
    }

    int u32(String what) {
        return u16(what) << 16 | u16(what);
    }

    long u64(String what) {
        need(8, what);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | in[at++] & 0xff;
        }
        return value;
    }

    double f64(String what) {
        return Double.longBitsToDouble(u64(what));
    }

    /** A count of things that take at least {@code least} bytes each, so it cannot be more than what is left. */
    int varbyte(String what, int least) {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int b = u8(what);
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                if (b == 0 && shift > 0) {
                    throw fail(what + " is written longer than needed");
                }
                return bounded(value, least, what);
            }
        }
        throw fail(what + " is longer than 5 bytes");
    }

    /** A 32-bit count of things that take at least {@code least} bytes each. */
    int count32(String what, int least) {
        return bounded(u32(what) & 0xffff_ffffL, least, what);
    }

    int bounded(long count, int least, String what) {
        if (count < 0 || count > (to - at) / least) {
            throw fail(what + " says " + Long.toUnsignedString(count) + ", but " + (to - at) + " bytes are left");
        }
        return (int) count;
    }

    Bytes bytes(int length, String what) {
        need(length, what);
        at += length;
        return Bytes.of(in, at - length, at);
    }

    Bytes string32(String what) {
        return bytes(count32(what, 1), what);
    }

    void end() {
        if (at != to) {
            throw fail((to - at) + " bytes follow the end");
        }
    }

    ValueException fail(String what) {
        return new ValueException(what + ", at byte " + at);
    }

    private void need(int bytes, String what) {
        if (to - at < bytes) {
            throw fail("ends within " + what);
        }
    }
}

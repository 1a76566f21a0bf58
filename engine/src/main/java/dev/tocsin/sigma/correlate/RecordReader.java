package dev.tocsin.sigma.correlate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads what {@link RecordWriter} wrote. A record that ends too early makes it throw {@link IndexOutOfBoundsException}. */
final class RecordReader {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private int place;

    RecordReader(byte[] bytes, int place) {
        this.bytes = bytes;
        this.place = place;
    }

    int place() {
        return place;
    }

    void skip(int count) {
        place += count;
    }

    int one() {
        return bytes[place++] & 0xFF;
    }

    int four() {
        return one() << 24 | one() << 16 | one() << 8 | one();
    }

    long eight() {
        long value = (long) EIGHT.get(bytes, place);
        place += 8;
        return value;
    }

    int small() {
        int value = 0;
        int shift = 0;
        int part = one();
        while (part >= 0x80) {
            value |= (part & 0x7F) << shift;
            shift += 7;
            part = one();
        }
        return value | part << shift;
    }

    @Nullable
    String text() {
        int mark = small();
        if (mark == 0) {
            return null;
        }
        if (isWide(mark)) {
            char[] characters = new char[mark - 1 >>> 1];
            for (int i = 0; i < characters.length; i++) {
                characters[i] = (char) (one() << 8 | one());
            }
            return new String(characters);
        }
        String text = new String(bytes, place, length(mark), StandardCharsets.ISO_8859_1);
        place += length(mark);
        return text;
    }

    void skipText() {
        int mark = small();
        if (mark != 0) {
            place += length(mark);
        }
    }

    /** Whether the next text is this one; where it is not, the reader stands somewhere within. */
    boolean isText(@Nullable String text) {
        int mark = small();
        if (mark == 0 || text == null) {
            return mark == 0 && text == null;
        }
        boolean isWide = isWide(mark);
        if (text.length() != mark - 1 >>> 1) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            int c = isWide ? one() << 8 | one() : one();
            if (c != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWide(int mark) {
        return (mark - 1 & 1) != 0;
    }

    private static int length(int mark) {
        int characters = mark - 1 >>> 1;
        return isWide(mark) ? 2 * characters : characters;
    }
}

package dev.tocsin.sigma.match;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one event says in the wanted fields: for each path whether it is there, whether with a null, and its texts, folded.
 * Used again for the next event; owned by one thread.
 */
public final class EventFields {
    private static final byte IN_SOURCE = 0;
    private static final byte IN_FOLDED = 1;
    private static final byte GIVEN = 2;
    private static final byte ASCII_IN_SOURCE = 3;
    private static final int NOTHING = -1;
    private static final int VALUES_KEPT_MAX = 1 << 16;
    private static final byte[] NO_BYTES = new byte[0];
    private static final int PLAIN_KEPT_MAX = 1 << 20;

    final FoldedText folded = new FoldedText(1 << 12);
    private int event;
    private byte[] source = NO_BYTES;
    private byte[] plain = NO_BYTES;
    /** The value that was last unescaped, and to how many bytes. */
    private int plainOf = NOTHING;
    private int plainLength;

    private final int[] presentIn;
    private final int[] nullIn;
    private final int[] way;
    private final int[] head;
    private final int[] touched;
    private int touchedCount;

    private int count;
    private int[] from = new int[64];
    private int[] length = new int[64];
    private int[] next = new int[64];
    private int[] rawFrom = new int[64];
    private int[] rawEnd = new int[64];
    private byte[] kind = new byte[64];
    private @Nullable String[] given = new String[64];

    /** @param paths how many there are */
    public EventFields(int paths) {
        presentIn = new int[paths];
        nullIn = new int[paths];
        way = new int[paths];
        head = new int[paths];
        touched = new int[paths];
    }

    /** Forgets the event before. */
    public void clear() {
        clear(NO_BYTES);
    }

    void clear(byte[] bytes) {
        if (++event < 0) {
            Arrays.fill(presentIn, 0);
            Arrays.fill(nullIn, 0);
            event = 1;
        }
        source = bytes;
        plainOf = NOTHING;
        touchedCount = 0;
        folded.clear();
        if (count > VALUES_KEPT_MAX) {
            grow(VALUES_KEPT_MAX);
        }
        count = 0;
    }

    /** That the path leads somewhere, even if to null. */
    public void present(int path) {
        if (presentIn[path] != event) {
            presentIn[path] = event;
            head[path] = NOTHING;
            touched[touchedCount++] = path;
        }
    }

    /**
     * As {@link #present(int)}, reached by that entry.
     *
     * @return false if the path was reached in another way before: which one counts is not known here
     */
    boolean present(int path, int entry) {
        if (presentIn[path] != event) {
            present(path);
            way[path] = entry;
            return true;
        }
        return way[path] == entry;
    }

    /** A null, alone or in an array. */
    public void addNull(int path) {
        nullIn[path] = event;
    }

    /** A text; the path is negative if it has none and is wanted for keywords. */
    public void add(int path, String text) {
        int begin = folded.end();
        folded.append(text);
        int value = add(path, begin, GIVEN, 0, 0);
        given[value] = text;
    }

    /** A JSON text between its quotes, whose folded bytes have just been appended. */
    void addSource(int path, int foldedFrom, boolean ascii, int sourceFrom, int sourceEnd) {
        add(path, foldedFrom, ascii ? ASCII_IN_SOURCE : IN_SOURCE, sourceFrom, sourceEnd);
    }

    /** A word whose folded bytes, just appended, are the text itself. */
    void addWord(int path, int foldedFrom) {
        add(path, foldedFrom, IN_FOLDED, 0, 0);
    }

    private int add(int path, int foldedFrom, byte valueKind, int sourceFrom, int sourceEnd) {
        if (count == from.length) {
            grow(count * 2);
        }
        int value = count++;
        from[value] = foldedFrom;
        length[value] = folded.end() - foldedFrom;
        folded.pad();
        kind[value] = valueKind;
        rawFrom[value] = sourceFrom;
        rawEnd[value] = sourceEnd;
        if (path >= 0) {
            next[value] = head[path];
            head[path] = value;
        }
        return value;
    }

    private void grow(int size) {
        from = Arrays.copyOf(from, size);
        length = Arrays.copyOf(length, size);
        next = Arrays.copyOf(next, size);
        rawFrom = Arrays.copyOf(rawFrom, size);
        rawEnd = Arrays.copyOf(rawEnd, size);
        kind = Arrays.copyOf(kind, size);
        given = Arrays.copyOf(given, size);
    }

    public boolean isPresent(int path) {
        return presentIn[path] == event;
    }

    public boolean hasNull(int path) {
        return nullIn[path] == event;
    }

    /** How many paths are present; {@link #presentPath} gives them. */
    public int presentCount() {
        return touchedCount;
    }

    public int presentPath(int i) {
        return touched[i];
    }

    /** All values, whether under a path or not. */
    public int valueCount() {
        return count;
    }

    /** The first value of a path that is present, or a negative number. */
    public int firstValue(int path) {
        return head[path];
    }

    /** The value of the same path after that one, or a negative number. */
    public int nextValue(int value) {
        return next[value];
    }

    /** Where the values' folded bytes are; at least eight zeros stand behind each value. */
    public byte[] foldedBytes() {
        return folded.bytes();
    }

    public int foldedFrom(int value) {
        return from[value];
    }

    public int foldedLength(int value) {
        return length[value];
    }

    /** Whether all of the value is ASCII; if it is not known, false. */
    public boolean isAscii(int value) {
        return kind[value] == IN_FOLDED || kind[value] == ASCII_IN_SOURCE;
    }

    /**
     * Unescapes a value, case kept, into {@link #plainBytes} as UTF-8 and says how many bytes it has; what was there before
     * is gone.
     *
     * @return negative if it was not given as JSON, or has characters escaped by their number that are not ASCII
     */
    public int plain(int value) {
        if (value == plainOf) {
            return plainLength;
        }
        if (kind[value] == GIVEN) {
            return -1;
        }
        int size = Math.max(length[value], rawEnd[value] - rawFrom[value]);
        if (plain.length < size || plain.length > PLAIN_KEPT_MAX && size < PLAIN_KEPT_MAX) {
            plain = new byte[Math.max(size, 1 << 12)];
        }
        plainOf = value;
        if (kind[value] == IN_FOLDED) {
            System.arraycopy(folded.bytes(), from[value], plain, 0, length[value]);
            plainLength = length[value];
        } else {
            plainLength = JsonText.unescape(source, rawFrom[value], rawEnd[value], plain);
        }
        return plainLength;
    }

    public byte[] plainBytes() {
        return plain;
    }

    /** Whether a folded text stands in the value. */
    public boolean contains(int value, SmallText needle) {
        return needle.isIn(folded.bytes(), from[value], from[value] + length[value]);
    }

    /**
     * Whether the folded text of another value stands in the value.
     *
     * @param before whether something may stand before it
     * @param after whether something may stand behind it
     */
    public boolean contains(int value, int other, boolean before, boolean after) {
        byte[] bytes = folded.bytes();
        int own = length[other];
        int room = length[value] - own;
        if (room > 0 && !before && !after) {
            return false;
        }
        int last = before ? room : Math.min(room, 0);
        for (int at = before && !after ? room : 0; at >= 0 && at <= last; at++) {
            int begin = from[value] + at;
            if (Arrays.equals(bytes, begin, begin + own, bytes, from[other], from[other] + own)) {
                return true;
            }
        }
        return false;
    }

    /** The value as it was written; makes a string. */
    public String text(int value) {
        return switch (kind[value]) {
            case IN_SOURCE, ASCII_IN_SOURCE -> JsonText.decode(source, rawFrom[value], rawEnd[value]);
            case IN_FOLDED -> new String(folded.bytes(), from[value], length[value], StandardCharsets.ISO_8859_1);
            default -> java.util.Objects.requireNonNull(given[value]);
        };
    }
}

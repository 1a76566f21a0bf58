package dev.tocsin.fabric.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A JSON text of bytes, checked as a whole and laid out as numbered nodes, so that it can be read in any order without
 * parsing anything twice and without recursion.
 *
 * <p>Node 0 is the root. The nodes of a container follow it: of an object its keys and values in turn, of an array its
 * elements; {@link #next} steps over a whole subtree. Lenient where peers are: strings may hold raw control bytes,
 * bytes that are not UTF-8 and the escape {@code \v}; numbers may begin with {@code +}, {@code .} or needless zeros, which
 * are decimal. A lone surrogate is malformed. At most {@link #MAX_DEPTH} containers may be nested.
 */
public final class JsonTape {
    /** How deep objects and arrays may nest; a value takes up to three for each of its own levels. */
    public static final int MAX_DEPTH = 4 * Value.MAX_DEPTH;

    static final byte OBJECT = 0;
    static final byte ARRAY = 1;
    static final byte STRING = 2;
    static final byte INTEGER = 3;
    static final byte DECIMAL = 4;
    static final byte TRUE = 5;
    static final byte FALSE = 6;
    static final byte NULL = 7;

    private final byte[] json;
    private byte[] kinds = new byte[64];
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int[] nexts = new int[64];
    private int size;

    JsonTape(byte[] json) {
        this.json = json;
    }

    /** @throws JsonException if it is not one JSON text */
    public static JsonTape of(byte[] json) {
        JsonTape tape = new JsonTape(json);
        new JsonScanner(json, 0, json.length, tape).scan();
        return tape;
    }

    int add(byte kind, int start, int end) {
        if (size == kinds.length) {
            int more = size * 2;
            kinds = Arrays.copyOf(kinds, more);
            starts = Arrays.copyOf(starts, more);
            ends = Arrays.copyOf(ends, more);
            nexts = Arrays.copyOf(nexts, more);
        }
        kinds[size] = kind;
        starts[size] = start;
        ends[size] = end;
        nexts[size] = size + 1;
        return size++;
    }

    /** The container's last node was added. */
    void close(int container, int end) {
        ends[container] = end;
        nexts[container] = size;
    }

    byte kind(int node) {
        return kinds[node];
    }

    public boolean isObject(int node) {
        return kinds[node] == OBJECT;
    }

    public boolean isArray(int node) {
        return kinds[node] == ARRAY;
    }

    public boolean isString(int node) {
        return kinds[node] == STRING;
    }

    /** The node after {@code node} and all that is in it. */
    public int next(int node) {
        return nexts[node];
    }

    /** The value of the first member of that name, -1 if there is none. */
    public int find(int object, String name) {
        for (int key = object + 1; key < nexts[object]; key = nexts[key + 1]) {
            if (is(key, name)) {
                return key + 1;
            }
        }
        return -1;
    }

    /** Whether a string node has this ASCII text. */
    boolean is(int node, String ascii) {
        int start = starts[node];
        int length = ends[node] - start;
        if (length != ascii.length()) {
            return length > ascii.length() && string(node).utf8().equals(ascii);
        }
        for (int i = 0; i < length; i++) {
            if (json[start + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A string node's bytes, escapes resolved. */
    public Bytes string(int node) {
        int start = starts[node];
        int end = ends[node];
        for (int i = start; i < end; i++) {
            if (json[i] == '\\') {
                return Unescape.of(json, start, end);
            }
        }
        return Bytes.of(json, start, end);
    }

    /** A number node as it stands there. */
    String number(int node) {
        return new String(json, starts[node], ends[node] - starts[node], StandardCharsets.ISO_8859_1);
    }

    /** An integer node's 64 bits, and whether it has a minus. The scanner has seen that they suffice. */
    long integer(int node) {
        long number = 0;
        boolean minus = json[starts[node]] == '-';
        for (int i = starts[node]; i < ends[node]; i++) {
            if (json[i] >= '0') {
                number = number * 10 + json[i] - '0';
            }
        }
        return minus ? -number : number;
    }

    boolean isNegative(int node) {
        return json[starts[node]] == '-';
    }
}

package dev.tocsin.fabric.data;

/**
 * Why bytes are no JSON, or no value in JSON. The kinds and the names of what is malformed are those that clients of the
 * wire know. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What failed: the JSON itself, what it says, or only that a set or table says something twice. */
    public enum Kind {
        MALFORMED,
        INVALID,
        DUPLICATE
    }

    private final Kind kind;

    private JsonException(Kind kind, String what) {
        super(what, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    static JsonException invalid(String what) {
        return new JsonException(Kind.INVALID, what);
    }

    static JsonException duplicate(String what) {
        return new JsonException(Kind.DUPLICATE, what);
    }

    /**
     * The message is {@code what(line, column)}; lines and columns count from 1, a line feed has column 1 of its new line.
     *
     * @param at the offending byte, or {@code to} if the text ended too early
     */
    static JsonException malformed(String what, byte[] json, int from, int to, int at) {
        int line = 1;
        int column = 1;
        for (int i = from + 1; i <= at; i++) {
            column++;
            if (i < to && json[i] == '\n') {
                line++;
                column = 1;
            }
        }
        return new JsonException(Kind.MALFORMED, what + "(" + line + ", " + column + ")");
    }
}

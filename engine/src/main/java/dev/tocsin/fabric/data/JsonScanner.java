package dev.tocsin.fabric.data;

import java.util.Arrays;

/** Checks a JSON text in one pass and lays it out on a {@link JsonTape}; keeps its own stack. */
final class JsonScanner {
    private static final String EOF = "unexpected_eof";

    /** Whatever stands before a larger one, no double holds it. */
    private static final int EXPONENT_MAX = 511;

    private final byte[] json;
    private final int from;
    private final int to;
    private final JsonTape tape;
    private int[] open = new int[32];
    private int depth;
    private int at;

    JsonScanner(byte[] json, int from, int to, JsonTape tape) {
        this.json = json;
        this.from = from;
        this.to = to;
        this.tape = tape;
        this.at = from;
    }

    void scan() {
        value();
        while (depth > 0) {
            space();
            boolean object = tape.isObject(open[depth - 1]);
            if (peek() == (object ? '}' : ']')) {
                close();
            } else {
                expect(',');
                space();
                element(object);
            }
        }
        space();
        if (at < to) {
            throw fail("trailing_character", at);
        }
    }

    private void element(boolean object) {
        if (object) {
            expect('"');
            string();
            space();
            expect(':');
        }
        value();
    }

    private void close() {
        at++;
        tape.close(open[--depth], at);
    }

    /** A scalar whole; of a container that is not empty the beginning and its first element's. */
    private void value() {
        while (true) {
            space();
            int b = peek();
            if (b != '{' && b != '[') {
                scalar(b);
                return;
            }
            boolean object = b == '{';
            open(object ? JsonTape.OBJECT : JsonTape.ARRAY);
            space();
            if (peek() == (object ? '}' : ']')) {
                close();
                return;
            }
            if (object) {
                expect('"');
                string();
                space();
                expect(':');
            }
        }
    }

    private void open(byte kind) {
        if (depth == JsonTape.MAX_DEPTH) {
            throw fail("nested_too_deeply", at);
        }
        if (depth == open.length) {
            open = Arrays.copyOf(open, depth * 2);
        }
        open[depth++] = tape.add(kind, at, at);
        at++;
    }

    private void scalar(int b) {
        switch (b) {
            case '"' -> {
                at++;
                string();
            }
            case 't' -> literal("true", JsonTape.TRUE);
            case 'f' -> literal("false", JsonTape.FALSE);
            case 'n' -> literal("null", JsonTape.NULL);
            case '+', '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw unexpected(at);
        }
    }

    private void literal(String text, byte kind) {
        int start = at;
        for (int i = 0; i < text.length(); i++) {
            expect(text.charAt(i));
        }
        tape.add(kind, start, at);
    }

    /** From behind the opening quote to behind the closing one. */
    private void string() {
        int start = at;
        while (at < to) {
            byte b = json[at];
            if (b == '"') {
                tape.add(JsonTape.STRING, start, at++);
                return;
            }
            at++;
            if (b == '\\') {
                escape();
            }
        }
        throw fail(EOF, to);
    }

    private void escape() {
        int b = peek();
        if (b < 0) {
            throw fail(EOF, to);
        }
        if (b != 'u') {
            if ("\"\\/bfnrtv".indexOf(b) < 0) {
                throw unexpected(at);
            }
            at++;
            return;
        }
        char first = unit();
        if (Character.isHighSurrogate(first)) {
            expect('\\');
            if (peek() != 'u') {
                throw unexpected(at);
            }
            if (!Character.isLowSurrogate(unit())) {
                throw unexpected(at);
            }
        } else if (Character.isLowSurrogate(first)) {
            throw unexpected(at);
        }
    }

    private char unit() {
        at++;
        for (int i = 0; i < 4; i++, at++) {
            if (at == to || json[at] < 0 || Character.digit(json[at], 16) < 0) {
                throw unexpected(at);
            }
        }
        return (char) Unescape.hex(json, at - 4);
    }

    private void number() {
        int start = at;
        if (json[at] == '+' || json[at] == '-') {
            at++;
        }
        int whole = digits();
        int fraction = -1;
        if (peek() == '.') {
            at++;
            fraction = digits();
        }
        if (whole + Math.max(fraction, 0) == 0) {
            throw unexpected(at);
        }
        if (peek() != 'e' && peek() != 'E') {
            if (fraction < 0) {
                fits(start);
            }
            tape.add(fraction < 0 ? JsonTape.INTEGER : JsonTape.DECIMAL, start, at);
            return;
        }
        at++;
        if (peek() == '+' || peek() == '-') {
            at++;
        }
        int exponent = at;
        if (digits() == 0) {
            throw unexpected(at);
        }
        if (json[exponent - 1] != '-' && exponent(exponent) > EXPONENT_MAX) {
            throw fail("exponent_overflow", at);
        }
        tape.add(JsonTape.DECIMAL, start, at);
    }

    private int exponent(int start) {
        int exponent = 0;
        for (int i = start; i < at && exponent <= EXPONENT_MAX; i++) {
            exponent = exponent * 10 + json[i] - '0';
        }
        return exponent;
    }

    private int digits() {
        int start = at;
        while (at < to && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        return at - start;
    }

    /** An integer must be one of 64 bits, with or without a sign. */
    private void fits(int start) {
        boolean minus = json[start] == '-';
        long number = 0;
        for (int i = start; i < at; i++) {
            int digit = json[i] - '0';
            if (digit < 0) {
                continue;
            }
            if (minus) {
                if (number < (Long.MIN_VALUE + digit) / 10) {
                    throw fail("integer_underflow", i);
                }
                number = number * 10 - digit;
            } else {
                if (Long.compareUnsigned(number, Long.divideUnsigned(-1L - digit, 10)) > 0) {
                    throw fail("integer_overflow", i);
                }
                number = number * 10 + digit;
            }
        }
    }

    private void space() {
        while (at < to && (json[at] == ' ' || json[at] >= '\t' && json[at] <= '\r')) {
            at++;
        }
    }

    private int peek() {
        return at < to ? json[at] & 0xff : -1;
    }

    private void expect(char c) {
        if (peek() != c) {
            throw unexpected(at);
        }
        at++;
    }

    private JsonException unexpected(int where) {
        if (where >= to) {
            return fail(EOF, to);
        }
        return fail(json[where] == '\n' ? "unexpected_newline" : "unexpected_character", where);
    }

    private JsonException fail(String what, int where) {
        return JsonException.malformed(what, json, from, to, where);
    }
}

package dev.tocsin.fabric.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A JSON text in one form: members sorted, no spaces, strings byte for byte as ISO 8859-1, numbers as they were written. */
public final class CanonicalJson {
    private CanonicalJson() {
    }

    public static String of(byte[] json) {
        return of(JsonTape.of(json), 0);
    }

    /** The root's member of that name if it is a string, else empty. */
    public static String member(byte[] json, String name) {
        JsonTape tape = JsonTape.of(json);
        int node = tape.isObject(0) ? tape.find(0, name) : -1;
        return node >= 0 && tape.isString(node) ? tape.string(node).utf8() : "";
    }

    private static String of(JsonTape tape, int node) {
        List<String> parts = new ArrayList<>();
        switch (tape.kind(node)) {
            case JsonTape.OBJECT -> {
                for (int key = node + 1; key < tape.next(node); key = tape.next(key + 1)) {
                    parts.add(string(tape, key) + ":" + of(tape, key + 1));
                }
                Collections.sort(parts);
                return "{" + String.join(",", parts) + "}";
            }
            case JsonTape.ARRAY -> {
                for (int item = node + 1; item < tape.next(node); item = tape.next(item)) {
                    parts.add(of(tape, item));
                }
                return "[" + String.join(",", parts) + "]";
            }
            case JsonTape.STRING -> {
                return string(tape, node);
            }
            case JsonTape.TRUE -> {
                return "true";
            }
            case JsonTape.FALSE -> {
                return "false";
            }
            case JsonTape.NULL -> {
                return "null";
            }
            default -> {
                return tape.number(node);
            }
        }
    }

    private static String string(JsonTape tape, int node) {
        return '"' + new String(tape.string(node).toArray(), StandardCharsets.ISO_8859_1) + '"';
    }
}

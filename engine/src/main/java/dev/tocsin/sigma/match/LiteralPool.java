package dev.tocsin.sigma.match;

import dev.tocsin.sigma.match.LiteralIndex.Literal;
import java.util.Arrays;
import java.util.List;

/** Literals side by side: what is compared together lies together. */
final class LiteralPool {
    private static final int FIELDS = 4;

    private final byte[] bytes;
    /** For each: where it begins, its length, its number, its place. */
    private final int[] fields;

    LiteralPool(List<Literal> literals) {
        bytes = new byte[literals.stream().mapToInt(l -> l.bytes().length).sum()];
        fields = new int[literals.size() * FIELDS];
        int at = 0;
        for (int i = 0; i < literals.size(); i++) {
            Literal literal = literals.get(i);
            fields[i * FIELDS] = at;
            fields[i * FIELDS + 1] = literal.bytes().length;
            fields[i * FIELDS + 2] = literal.number();
            fields[i * FIELDS + 3] = literal.place().ordinal();
            System.arraycopy(literal.bytes(), 0, bytes, at, literal.bytes().length);
            at += literal.bytes().length;
        }
    }

    int length(int literal) {
        return fields[literal * FIELDS + 1];
    }

    int number(int literal) {
        return fields[literal * FIELDS + 2];
    }

    /** An ordinal of {@link LiteralIndex.Place}. */
    int place(int literal) {
        return fields[literal * FIELDS + 3];
    }

    boolean isAt(int literal, byte[] text, int at) {
        int from = fields[literal * FIELDS];
        int length = fields[literal * FIELDS + 1];
        return Arrays.equals(bytes, from, from + length, text, at, at + length);
    }
}

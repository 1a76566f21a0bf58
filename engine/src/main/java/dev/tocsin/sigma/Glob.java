package dev.tocsin.sigma;

/**
 * A {@link TextPattern} with wildcards, ready to run: greedy with one point to fall back to, so quadratic at worst. Case is
 * the caller's affair: pattern and text come in lower case, or neither does.
 */
final class Glob {
    private static final int MANY = -1;
    private static final int ONE = -2;
    private static final int DASH = -3;

    private final int[] program;

    Glob(TextPattern pattern) {
        program = pattern.parts().stream().flatMapToInt(part -> switch (part) {
            case TextPattern.Literal l -> l.text().codePoints();
            case TextPattern.Wild w -> java.util.stream.IntStream
                    .of(w == TextPattern.Wild.MANY ? MANY : w == TextPattern.Wild.ONE ? ONE : DASH);
            case TextPattern.Placeholder p -> throw new IllegalArgumentException("unresolved placeholder " + p.name());
        }).toArray();
    }

    boolean matches(String text) {
        int p = 0;
        int t = 0;
        int afterStar = -1;
        int retry = 0;
        while (t < text.length()) {
            int c = text.codePointAt(t);
            if (p < program.length && program[p] == MANY) {
                afterStar = ++p;
                retry = t;
            } else if (p < program.length && accepts(program[p], c)) {
                p++;
                t += Character.charCount(c);
            } else if (afterStar >= 0) {
                p = afterStar;
                retry += Character.charCount(text.codePointAt(retry));
                t = retry;
            } else {
                return false;
            }
        }
        while (p < program.length && program[p] == MANY) {
            p++;
        }
        return p == program.length;
    }

    private static boolean accepts(int instruction, int c) {
        return instruction == c || instruction == ONE || instruction == DASH && TextPattern.DASHES.indexOf(c) >= 0;
    }
}

package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a text must have for a regular expression to be found in it, so that most texts need no search: one of some literals,
 * and a number of characters. Both are implied by a match and never the other way round; of syntax that is not understood
 * nothing is implied.
 *
 * <p>Literals are meant without case, as {@link Fold} sees it. Under {@code (?i)} RE2 also takes U+017F for an s, which
 * folding does not, and other letters outside ASCII alike; such characters are left out of literals.
 */
final class RegexLiterals {
    /** Nothing is required. */
    static final Required NOTHING = new Required(List.of(), 0);
    private static final int LITERALS_MAX = 200_000;
    private static final int NESTING_MAX = 100;
    private static final int LENGTH_MAX = 10_000;

    /**
     * @param anyOf one of these must occur; empty if no literal must
     * @param characters so many there must be at least
     */
    record Required(List<String> anyOf, int characters) {
    }

    /** A piece of the expression: the one text that it matches, or what it requires. */
    private record Piece(@Nullable String exact, List<String> anyOf, int characters) {
        static final Piece EMPTY = new Piece("", List.of(), 0);

        static Piece any(int characters) {
            return new Piece(null, List.of(), characters);
        }

        List<String> literals() {
            return exact == null ? anyOf : exact.isEmpty() ? List.of() : List.of(exact);
        }
    }

    private final String source;
    private int at;
    private boolean ignoreCase;
    private int nesting;

    private RegexLiterals(Regex regex) {
        source = regex.source();
        ignoreCase = regex.ignoreCase();
    }

    static Required of(Regex regex) {
        try {
            RegexLiterals parser = new RegexLiterals(regex);
            Piece piece = parser.alternatives();
            return parser.at < parser.source.length()
                    ? NOTHING
                    : new Required(piece.literals(), Math.min(LENGTH_MAX, piece.characters()));
        } catch (IndexOutOfBoundsException | IllegalArgumentException _) {
            return NOTHING;
        }
    }

    private Piece alternatives() {
        if (++nesting > NESTING_MAX) {
            throw new IllegalArgumentException("nested too deep");
        }
        List<Piece> pieces = new ArrayList<>(List.of(sequence()));
        while (at < source.length() && source.charAt(at) == '|') {
            at++;
            pieces.add(sequence());
        }
        nesting--;
        if (pieces.size() == 1) {
            return pieces.getFirst();
        }
        List<String> union = new ArrayList<>();
        int characters = Integer.MAX_VALUE;
        boolean all = true;
        for (Piece piece : pieces) {
            all &= !piece.literals().isEmpty() && union.size() < LITERALS_MAX;
            if (all) {
                union.addAll(piece.literals());
            }
            characters = Math.min(characters, piece.characters());
        }
        return new Piece(null, all ? union : List.of(), characters);
    }

    private Piece sequence() {
        StringBuilder run = new StringBuilder();
        List<String> best = List.of();
        boolean exact = true;
        int characters = 0;
        while (at < source.length() && source.charAt(at) != '|' && source.charAt(at) != ')') {
            Piece piece = piece();
            int times = repeats();
            if (times != 0) {
                characters = Math.min(LENGTH_MAX, characters + piece.characters() * Math.abs(times));
            }
            String text = piece.exact();
            if (times == 1 && text != null) {
                run.append(text);
                continue;
            }
            exact = false;
            if (times != 0 && text != null) {
                run.append(text);
            }
            best = better(best, run);
            run.setLength(0);
            if (times != 0) {
                best = better(best, piece.literals());
            }
        }
        return exact
                ? new Piece(run.toString(), List.of(), characters)
                : new Piece(null, better(best, run), characters);
    }

    private static List<String> better(List<String> best, StringBuilder run) {
        return run.isEmpty() ? best : better(best, List.of(run.toString()));
    }

    /** The one whose shortest literal is longer; of equals the one with fewer. */
    private static List<String> better(List<String> a, List<String> b) {
        int shortestA = shortest(a);
        int shortestB = shortest(b);
        return shortestA > shortestB || shortestA == shortestB && a.size() <= b.size() ? a : b;
    }

    private static int shortest(List<String> literals) {
        return literals.stream().mapToInt(String::length).min().orElse(0);
    }

    /** 1: once and no more; 0: perhaps not at all; negative: at least so often. */
    private int repeats() {
        if (at == source.length()) {
            return 1;
        }
        int times = 1;
        char c = source.charAt(at);
        if (c == '*' || c == '?') {
            at++;
            times = 0;
        } else if (c == '+') {
            at++;
            times = -1;
        } else if (c == '{') {
            int close = source.indexOf('}', at);
            String bounds = close < 0 ? "" : source.substring(at + 1, close);
            if (!bounds.matches("\\d{1,4}(,\\d{0,4})?")) {
                return 1;
            }
            at = close + 1;
            times = -Integer.parseInt(bounds.split(",", -1)[0]);
        } else {
            return 1;
        }
        if (at < source.length() && source.charAt(at) == '?') {
            at++;
        }
        if (at < source.length() && "*+?".indexOf(source.charAt(at)) >= 0 || repeatsFollow()) {
            throw new IllegalArgumentException("repeats of repeats");
        }
        return times;
    }

    private boolean repeatsFollow() {
        return source.startsWith("{", at) && source.substring(at).matches("(?s)\\{\\d+(,\\d*)?\\}.*");
    }

    private Piece piece() {
        int c = source.codePointAt(at);
        at += Character.charCount(c);
        return switch (c) {
            case '(' -> group();
            case '[' -> brackets();
            case '.' -> Piece.any(1);
            case '^', '$' -> Piece.EMPTY;
            case '\\' -> escape();
            case '*', '+', '?' -> throw new IllegalArgumentException("a repeat of nothing");
            default -> character(c);
        };
    }

    private Piece character(int c) {
        if (ignoreCase && (c >= 0x80 || c == 's' || c == 'S') || c >= 0xd800 && c <= 0xdfff) {
            return Piece.any(1);
        }
        return new Piece(Character.toString(c), List.of(), 1);
    }

    private Piece group() {
        boolean before = ignoreCase;
        if (source.startsWith("?P<", at) || source.startsWith("?<", at)) {
            at = source.indexOf('>', at) + 1;
        } else if (source.startsWith("?", at)) {
            boolean negated = false;
            for (at++; source.charAt(at) != ':' && source.charAt(at) != ')'; at++) {
                switch (source.charAt(at)) {
                    case '-' -> negated = true;
                    case 'i' -> ignoreCase = !negated;
                    case 'm', 's', 'U' -> {
                    }
                    default -> throw new IllegalArgumentException("an unknown flag");
                }
            }
            if (source.charAt(at++) == ')') {
                return Piece.EMPTY;
            }
        }
        Piece inner = alternatives();
        if (source.charAt(at) != ')') {
            throw new IllegalArgumentException("a group is open");
        }
        at++;
        ignoreCase = before;
        return inner;
    }

    private Piece brackets() {
        int from = at;
        if (source.startsWith("^", at)) {
            at++;
        }
        if (source.startsWith("]", at)) {
            at++;
        }
        while (source.charAt(at) != ']') {
            if (source.startsWith("[:", at)) {
                at = source.indexOf(":]", at) + 2;
                if (at < 2) {
                    throw new IllegalArgumentException("a class is open");
                }
            } else {
                at += source.charAt(at) == '\\' ? 2 : 1;
            }
        }
        String inside = source.substring(from, at);
        at++;
        return inside.length() == 1 && inside.charAt(0) != '^' ? character(inside.charAt(0)) : Piece.any(1);
    }

    private Piece escape() {
        int c = source.codePointAt(at);
        at += Character.charCount(c);
        switch (c) {
            case 'A', 'z', 'b', 'B' -> {
                return Piece.EMPTY;
            }
            case 'd', 'D', 'w', 'W', 's', 'S' -> {
                return Piece.any(1);
            }
            case 'p', 'P' -> {
                at = source.charAt(at) == '{' ? source.indexOf('}', at) + 1 : at + 1;
                if (at <= 0) {
                    throw new IllegalArgumentException("a class is open");
                }
                return Piece.any(1);
            }
            case 'n' -> {
                return character('\n');
            }
            case 'r' -> {
                return character('\r');
            }
            case 't' -> {
                return character('\t');
            }
            default -> {
                if (c < 0x80 && !Character.isLetterOrDigit(c)) {
                    return character(c);
                }
                throw new IllegalArgumentException("an escape that needs more thought");
            }
        }
    }
}

package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A regular expression as a tree, for what this program does with it besides matching: which literals it implies
 * ({@link RegexLiterals}) and how it runs over ASCII ({@link RegexAutomaton}). What is not understood is not guessed:
 * then there is no tree, and RE2 alone has the word.
 */
sealed interface RegexSyntax {

    /**
     * One character.
     *
     * @param low which of the characters 0 to 63 it may be, a bit each
     * @param high which of 64 to 127
     * @param beyond whether it may be one that is not ASCII
     * @param single the only character that it may be; negative if there are several
     */
    record Chars(long low, long high, boolean beyond, int single) implements RegexSyntax {
        boolean has(int ascii) {
            return ((ascii < 64 ? low : high) >>> ascii & 1) != 0;
        }
    }

    record Sequence(List<RegexSyntax> parts) implements RegexSyntax {
    }

    record Choice(List<RegexSyntax> parts) implements RegexSyntax {
    }

    /** @param max negative: no end */
    record Repeat(RegexSyntax part, int min, int max) implements RegexSyntax {
    }

    /** Where the text begins. */
    record Begin() implements RegexSyntax {
    }

    /** Where the text ends, or, for a dollar, also before a line break that ends it. */
    record End(boolean dollar) implements RegexSyntax {
    }

    /** A place whose neighbours decide; nothing is implied by it, and no automaton is made. */
    record Boundary() implements RegexSyntax {
    }

    static Optional<RegexSyntax> parse(Regex regex) {
        try {
            return Optional.of(new Parser(regex).all());
        } catch (IndexOutOfBoundsException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Recursive descent over RE2's syntax as the specification and the public rules use it. */
    final class Parser {
        private static final int NESTING_MAX = 100;
        private static final String SPACES = "\t\n\f\r ";

        private final String source;
        private int at;
        private boolean ignoreCase;
        private boolean multiLine;
        private boolean dotAll;
        private int nesting;

        private Parser(Regex regex) {
            source = regex.source();
            ignoreCase = regex.ignoreCase();
            multiLine = regex.multiLine();
            dotAll = regex.dotAll();
        }

        private RegexSyntax all() {
            RegexSyntax all = choice();
            if (at < source.length()) {
                throw unknown();
            }
            return all;
        }

        private static IllegalArgumentException unknown() {
            return new IllegalArgumentException("syntax that needs more thought");
        }

        private RegexSyntax choice() {
            if (++nesting > NESTING_MAX) {
                throw unknown();
            }
            List<RegexSyntax> parts = new ArrayList<>(List.of(sequence()));
            while (at < source.length() && source.charAt(at) == '|') {
                at++;
                parts.add(sequence());
            }
            nesting--;
            return parts.size() == 1 ? parts.getFirst() : new Choice(parts);
        }

        private RegexSyntax sequence() {
            List<RegexSyntax> parts = new ArrayList<>();
            while (at < source.length() && source.charAt(at) != '|' && source.charAt(at) != ')') {
                parts.add(repeated(piece()));
            }
            return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
        }

        private RegexSyntax repeated(RegexSyntax part) {
            if (at == source.length()) {
                return part;
            }
            char c = source.charAt(at);
            RegexSyntax repeat;
            if (c == '*' || c == '+' || c == '?') {
                at++;
                repeat = new Repeat(part, c == '+' ? 1 : 0, c == '?' ? 1 : -1);
            } else if (isCount()) {
                int close = source.indexOf('}', at);
                String[] bounds = source.substring(at + 1, close).split(",", -1);
                at = close + 1;
                int min = Integer.parseInt(bounds[0]);
                repeat = new Repeat(part, min,
                        bounds.length == 1 ? min : bounds[1].isEmpty() ? -1 : Integer.parseInt(bounds[1]));
            } else {
                return part;
            }
            if (at < source.length() && source.charAt(at) == '?') {
                at++; // Lazy or greedy: whether there is a match is the same.
            }
            if (at < source.length() && ("*+?".indexOf(source.charAt(at)) >= 0 || isCount())) {
                throw unknown();
            }
            return repeat;
        }

        /** A brace that does not hold a count is a brace. */
        private boolean isCount() {
            int close = source.charAt(at) == '{' ? source.indexOf('}', at) : -1;
            return close > 0 && source.substring(at + 1, close).matches("\\d{1,4}(,\\d{0,4})?");
        }

        private RegexSyntax piece() {
            int c = source.codePointAt(at);
            at += Character.charCount(c);
            return switch (c) {
                case '(' -> group();
                case '[' -> brackets();
                case '.' -> new Chars(dotAll ? -1L : ~(1L << '\n'), -1L, true, -1);
                case '^' -> multiLine ? new Boundary() : new Begin();
                case '$' -> multiLine ? new Boundary() : new End(true);
                case '\\' -> escape();
                case '*', '+', '?' -> throw unknown();
                default -> character(c);
            };
        }

        private RegexSyntax group() {
            boolean caseBefore = ignoreCase;
            boolean linesBefore = multiLine;
            boolean dotBefore = dotAll;
            if (source.startsWith("?P<", at) || source.startsWith("?<", at)) {
                at = source.indexOf('>', at) + 1;
            } else if (source.startsWith("?", at) && !flags()) {
                return new Sequence(List.of());
            }
            RegexSyntax inner = choice();
            if (source.charAt(at++) != ')') {
                throw unknown();
            }
            ignoreCase = caseBefore;
            multiLine = linesBefore;
            dotAll = dotBefore;
            return inner;
        }

        /** Whether a group follows the flags; else they are for the rest of the group that they stand in. */
        private boolean flags() {
            boolean on = true;
            for (at++; source.charAt(at) != ':' && source.charAt(at) != ')'; at++) {
                switch (source.charAt(at)) {
                    case '-' -> on = false;
                    case 'i' -> ignoreCase = on;
                    // The dollar of a rule is rewritten unless such a flag stands anywhere in it.
                    case 's' -> dotAll = on;
                    case 'U' -> {
                    }
                    default -> throw unknown();
                }
            }
            return source.charAt(at++) == ':';
        }

        private RegexSyntax character(int c) {
            if (c >= 0x80) {
                if (c >= 0xd800 && c <= 0xdfff) {
                    throw unknown();
                }
                Ascii set = new Ascii();
                if (ignoreCase) {
                    // K and the long s are cases of ASCII letters.
                    set.add(Character.toLowerCase(c));
                    set.add(Character.toUpperCase(c));
                    set.add(Character.toUpperCase(Character.toLowerCase(c)));
                }
                return new Chars(set.low, set.high, true, ignoreCase ? -1 : c);
            }
            Ascii set = new Ascii();
            set.add(c);
            boolean one = !ignoreCase || !Character.isLetter(c);
            return one ? new Chars(set.low, set.high, false, c) : set.chars(true);
        }

        private RegexSyntax brackets() {
            Ascii set = new Ascii();
            boolean negated = source.startsWith("^", at);
            at += negated ? 1 : 0;
            boolean beyond = false;
            boolean first = true;
            while (first || source.charAt(at) != ']') {
                first = false;
                if (source.startsWith("[:", at)) {
                    throw unknown();
                }
                int from = classCharacter(set);
                if (from < 0) {
                    continue;
                }
                int to = from;
                if (source.charAt(at) == '-' && source.charAt(at + 1) != ']') {
                    at++;
                    to = classCharacter(set);
                    if (to < from) {
                        throw unknown();
                    }
                }
                for (int c = from; c <= Math.min(to, 0x7f); c++) {
                    set.add(c);
                }
                beyond |= to >= 0x80;
            }
            at++;
            if (beyond && ignoreCase) {
                throw unknown();
            }
            if (negated) {
                return set.negated(ignoreCase);
            }
            Chars chars = set.chars(ignoreCase);
            return beyond ? new Chars(chars.low(), chars.high(), true, -1) : chars;
        }

        /** A character of a class; negative if it was a class of its own, which is then in the set. */
        private int classCharacter(Ascii set) {
            int c = source.codePointAt(at);
            at += Character.charCount(c);
            if (c != '\\') {
                return c;
            }
            c = source.charAt(at++);
            if ("dws".indexOf(c) >= 0) {
                set.add(named(c));
                return -1;
            }
            return escaped(c);
        }

        private RegexSyntax escape() {
            int c = source.charAt(at++);
            return switch (c) {
                case 'A' -> new Begin();
                case 'z' -> new End(false);
                case 'b', 'B' -> new Boundary();
                case 'd', 'w', 's' -> named(c).chars(ignoreCase);
                case 'D', 'W', 'S' -> named(c | 0x20).negated(false);
                default -> character(escaped(c));
            };
        }

        private static int escaped(int c) {
            return switch (c) {
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'f' -> '\f';
                default -> {
                    if (c >= 0x80 || Character.isLetterOrDigit(c)) {
                        throw unknown();
                    }
                    yield c;
                }
            };
        }

        private static Ascii named(int letter) {
            Ascii set = new Ascii();
            for (int c = 0; c < 0x80; c++) {
                boolean digit = c >= '0' && c <= '9';
                if (letter == 'd'
                        ? digit
                        : letter == 's' ? SPACES.indexOf(c) >= 0 : Character.isLetterOrDigit(c) || c == '_') {
                    set.add(c);
                }
            }
            return set;
        }

        /** A set of ASCII characters in the making. */
        private final static class Ascii {
            private long low;
            private long high;

            void add(int c) {
                if (c < 64) {
                    low |= 1L << c;
                } else if (c < 128) {
                    high |= 1L << c;
                }
            }

            void add(Ascii other) {
                low |= other.low;
                high |= other.high;
            }

            private void addCases() {
                long letters = high & 0x07fffffe07fffffeL;
                high |= letters << 32 | letters >>> 32;
            }

            Chars chars(boolean ignoreCase) {
                if (ignoreCase) {
                    addCases();
                }
                boolean longS = (high >>> 's' & 1) != 0;
                boolean kelvin = (high >>> 'k' & 1) != 0;
                int count = Long.bitCount(low) + Long.bitCount(high);
                int single = low != 0 ? Long.numberOfTrailingZeros(low) : 64 + Long.numberOfTrailingZeros(high);
                return new Chars(low, high, ignoreCase && (longS || kelvin), count == 1 ? single : -1);
            }

            Chars negated(boolean ignoreCase) {
                if (ignoreCase) {
                    addCases();
                }
                return new Chars(~low, ~high, true, -1);
            }
        }
    }
}

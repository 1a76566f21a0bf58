package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;

/**
 * A Sigma string: literal text with {@code *} (any run), {@code ?} (one character), and the sets that modifiers put in.
 *
 * <p>Escapes (specification, "Escape Character"): {@code \*} and {@code \?} are literal, {@code \\} is one backslash, a
 * backslash before anything else is itself. No two literals stand side by side, nor two {@code *}.
 */
public record TextPattern(List<Part> parts) {
    /** A piece of the pattern. */
    public sealed interface Part {
    }

    public record Literal(String text) implements Part {
    }

    /** A wildcard. */
    public enum Wild implements Part {
        /** Any run of characters, line breaks included, also none. */
        MANY,
        /** Exactly one character (code point). */
        ONE,
        /** One of {@code - /} and the en dash, em dash and horizontal bar; from {@code windash}. */
        DASH
    }

    /** A {@code %name%} that nobody replaced yet; a loaded rule has none. */
    public record Placeholder(String name) implements Part {
    }

    /** What {@code windash} takes to be the same. */
    public static final String DASHES = "-/\u2013\u2014\u2015";

    public TextPattern {
        parts = merged(parts);
    }

    /** Text in which nothing is special. */
    public static TextPattern literal(String text) {
        return new TextPattern(List.of(new Literal(text)));
    }

    /** Text in which only {@code *} is special, as in a condition's patterns. */
    static TextPattern stars(String text) {
        List<Part> parts = new ArrayList<>();
        for (String piece : text.split("\\*", -1)) {
            if (!parts.isEmpty()) {
                parts.add(Wild.MANY);
            }
            parts.add(new Literal(piece));
        }
        return new TextPattern(parts);
    }

    /** @param placeholders whether {@code %name%} is a placeholder and {@code \%} a percent sign */
    public static TextPattern parse(String source, boolean placeholders) {
        List<Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < source.length(); i++) {
            char c = source.charAt(i);
            char next = i + 1 < source.length() ? source.charAt(i + 1) : 0;
            int close = placeholders && c == '%' ? endOfPlaceholder(source, i) : -1;
            if (c == '\\' && (next == '*' || next == '?' || next == '\\' || placeholders && next == '%')) {
                text.append(next);
                i++;
            } else if (c == '*' || c == '?' || close > 0) {
                parts.add(new Literal(text.toString()));
                text.setLength(0);
                parts.add(
                        close > 0 ? new Placeholder(source.substring(i + 1, close)) : c == '*' ? Wild.MANY : Wild.ONE);
                i = Math.max(i, close);
            } else {
                text.append(c);
            }
        }
        parts.add(new Literal(text.toString()));
        return new TextPattern(parts);
    }

    private static int endOfPlaceholder(String source, int percent) {
        int i = percent + 1;
        while (i < source.length()
                && (Character.isLetterOrDigit(source.charAt(i)) || "_-.".indexOf(source.charAt(i)) >= 0)) {
            i++;
        }
        return i > percent + 1 && i < source.length() && source.charAt(i) == '%' ? i : -1;
    }

    private static List<Part> merged(List<Part> parts) {
        List<Part> merged = new ArrayList<>();
        for (Part part : parts) {
            Part last = merged.isEmpty() ? null : merged.getLast();
            if (part instanceof Literal b && last instanceof Literal a) {
                merged.set(merged.size() - 1, new Literal(a.text() + b.text()));
            } else if (!(part == Wild.MANY && last == Wild.MANY)
                    && !(part instanceof Literal l && l.text().isEmpty())) {
                merged.add(part);
            }
        }
        return List.copyOf(merged);
    }

    /** Whether it is text only; the empty pattern is the empty text. */
    public boolean isLiteral() {
        return parts.isEmpty() || parts.size() == 1 && parts.getFirst() instanceof Literal;
    }

    /** The literal text, when {@link #isLiteral}. */
    public String literalText() {
        return parts.isEmpty() ? "" : ((Literal) parts.getFirst()).text();
    }

    public boolean startsWithMany() {
        return !parts.isEmpty() && parts.getFirst() == Wild.MANY;
    }

    public boolean endsWithMany() {
        return !parts.isEmpty() && parts.getLast() == Wild.MANY;
    }

    /** The same with {@code *} before and, or, after it. */
    TextPattern open(boolean before, boolean after) {
        List<Part> opened = new ArrayList<>();
        if (before) {
            opened.add(Wild.MANY);
        }
        opened.addAll(parts);
        if (after) {
            opened.add(Wild.MANY);
        }
        return new TextPattern(opened);
    }

    /** As it would be written in a rule, {@code windash} sets as {@code [-/]}. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Literal l -> out.append(l.text().replace("*", "\\*").replace("?", "\\?"));
                case Wild w -> out.append(w == Wild.MANY ? "*" : w == Wild.ONE ? "?" : "[-/]");
                case Placeholder p -> out.append('%').append(p.name()).append('%');
            }
        }
        return out.toString();
    }
}

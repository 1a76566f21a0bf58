package dev.tocsin.base;

/**
 * Text that came from outside, made safe to show on a terminal. Log lines and file names are written by whoever
 * attacks: an escape sequence in them must not clear the screen, forge a line, or reverse the reading order.
 */
public final class Printable {
    private Printable() {
    }

    /** Control, format and unpaired surrogate characters become U+FFFD, tabs and line ends a space. */
    public static String line(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL -> safe.append(c == '\t' || c == '\n' || c == '\r' ? ' ' : '\uFFFD');
                case Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    safe.append('\uFFFD');
                default -> safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }

    /** As {@link #line}, cut to so many characters; what was cut shows as an ellipsis. */
    public static String clip(String text, int charactersMax) {
        String safe = line(text.length() > 4 * charactersMax ? text.substring(0, 4 * charactersMax) : text);
        if (safe.codePointCount(0, safe.length()) <= charactersMax) {
            return safe;
        }
        return safe.substring(0, safe.offsetByCodePoints(0, Math.max(0, charactersMax - 1))) + "…";
    }
}

package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;

/**
 * The {@code windash} modifier: each {@code -} or {@code /} that begins a word (before it no letter, digit or underscore,
 * behind it one) may be any of the five dashes. In {@code -param-name} the first is loose and the second stays.
 */
final class Windash {
    private Windash() {
    }

    static Operand.Text apply(Operand.Text text) {
        List<TextPattern.Part> parts = new ArrayList<>();
        for (TextPattern.Part part : text.pattern().parts()) {
            if (part instanceof TextPattern.Literal literal) {
                loosen(literal.text(), parts);
            } else {
                parts.add(part);
            }
        }
        return text.with(new TextPattern(parts));
    }

    private static void loosen(String text, List<TextPattern.Part> parts) {
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c == '-' || c == '/') && !isWord(text, i - 1) && isWord(text, i + 1)) {
                parts.add(new TextPattern.Literal(text.substring(from, i)));
                parts.add(TextPattern.Wild.DASH);
                from = i + 1;
            }
        }
        parts.add(new TextPattern.Literal(text.substring(from)));
    }

    private static boolean isWord(String text, int i) {
        return i >= 0 && i < text.length() && (Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '_');
    }
}

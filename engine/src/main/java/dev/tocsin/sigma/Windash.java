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

    /**
     * The pattern written out with each dash in turn, as encodings need it: what stands for five characters has no one
     * encoding.
     *
     * @param max how many forms there may be; beyond it nothing is returned
     */
    static List<TextPattern> forms(TextPattern pattern, int max) {
        List<List<TextPattern.Part>> forms = new ArrayList<>();
        forms.add(List.of());
        for (TextPattern.Part part : pattern.parts()) {
            List<TextPattern.Part> choices = part == TextPattern.Wild.DASH
                    ? TextPattern.DASHES.codePoints()
                            .mapToObj(Character::toString).<TextPattern.Part>map(TextPattern.Literal::new).toList()
                    : List.of(part);
            if ((long) forms.size() * choices.size() > max) {
                return List.of();
            }
            List<List<TextPattern.Part>> longer = new ArrayList<>();
            for (List<TextPattern.Part> begun : forms) {
                for (TextPattern.Part choice : choices) {
                    List<TextPattern.Part> sum = new ArrayList<>(begun);
                    sum.add(choice);
                    longer.add(sum);
                }
            }
            forms = longer;
        }
        return forms.stream().map(TextPattern::new).toList();
    }

    private static boolean isWord(String text, int i) {
        return i >= 0 && i < text.length() && (Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '_');
    }
}

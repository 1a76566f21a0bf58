package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Text tests of which one must hold, those without case apart from those with. Immutable. */
final class TextSet {
    private final Form caseless;
    private final Form cased;

    TextSet(List<ValueTest.Text> texts) {
        caseless = new Form(texts.stream().filter(t -> !t.cased()).map(t -> folded(t.pattern())).toList());
        cased = new Form(texts.stream().filter(ValueTest.Text::cased).map(ValueTest.Text::pattern).toList());
    }

    boolean matchesAny(FieldValues values) {
        if (!caseless.isEmpty) {
            for (String text : values.lower()) {
                if (caseless.matches(text)) {
                    return true;
                }
            }
        }
        if (!cased.isEmpty) {
            for (String text : values.texts()) {
                if (cased.matches(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static TextPattern folded(TextPattern pattern) {
        return new TextPattern(pattern.parts().stream().<TextPattern.Part>map(
                part -> part instanceof TextPattern.Literal l ? new TextPattern.Literal(Fold.fold(l.text())) : part)
                .toList());
    }

    /** Texts of one length, at one end of the value. */
    private record Edge(int length, String first, Set<String> texts) {
        static Edge[] of(Map<Integer, Set<String>> byLength) {
            return byLength.entrySet().stream()
                    .map(e -> new Edge(e.getKey(), e.getValue().iterator().next(), e.getValue())).toArray(Edge[]::new);
        }

        /** A single text is compared in place, which is cheaper than cutting a piece out for the set. */
        boolean isAt(String text, int from) {
            return texts.size() == 1
                    ? text.startsWith(first, from)
                    : texts.contains(text.substring(from, from + length));
        }
    }

    /**
     * Patterns sorted by how they can be answered: whole texts in a set, beginnings and ends in sets by length, contained
     * texts one by one, the rest as globs.
     */
    private static final class Form {
        private final boolean isEmpty;
        private final Set<String> wholes = new HashSet<>();
        private final Edge[] beginnings;
        private final Edge[] ends;
        private final String[] contained;
        private final Glob[] globs;

        Form(List<TextPattern> patterns) {
            isEmpty = patterns.isEmpty();
            Map<Integer, Set<String>> starting = new TreeMap<>();
            Map<Integer, Set<String>> ending = new TreeMap<>();
            List<String> inside = new ArrayList<>();
            List<Glob> others = new ArrayList<>();
            for (TextPattern pattern : patterns) {
                boolean before = pattern.startsWithMany();
                boolean after = pattern.endsWithMany();
                List<TextPattern.Part> parts = pattern.parts();
                int from = before ? 1 : 0;
                TextPattern inner = new TextPattern(
                        parts.subList(from, after ? Math.max(from, parts.size() - 1) : parts.size()));
                if (!inner.isLiteral()) {
                    others.add(new Glob(pattern));
                } else if (before && after) {
                    inside.add(inner.literalText());
                } else if (before || after) {
                    String text = inner.literalText();
                    (before ? ending : starting).computeIfAbsent(text.length(), _ -> new HashSet<>()).add(text);
                } else {
                    wholes.add(inner.literalText());
                }
            }
            beginnings = Edge.of(starting);
            ends = Edge.of(ending);
            contained = inside.toArray(String[]::new);
            globs = others.toArray(Glob[]::new);
        }

        boolean matches(String text) {
            if (!wholes.isEmpty() && wholes.contains(text) || atEdge(text)) {
                return true;
            }
            for (String piece : contained) {
                if (text.contains(piece)) {
                    return true;
                }
            }
            for (Glob glob : globs) {
                if (glob.matches(text)) {
                    return true;
                }
            }
            return false;
        }

        private boolean atEdge(String text) {
            for (Edge end : ends) {
                int from = text.length() - end.length();
                if (from >= 0 && end.isAt(text, from)) {
                    return true;
                }
            }
            for (Edge beginning : beginnings) {
                if (beginning.length() <= text.length() && beginning.isAt(text, 0)) {
                    return true;
                }
            }
            return false;
        }
    }
}

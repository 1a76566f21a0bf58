package dev.tocsin.sigma;

import dev.tocsin.sigma.match.CaseFold;
import dev.tocsin.sigma.match.LiteralIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the atoms of a rule set while it is compiled: the single values that items ask for. An atom is a literal, which an
 * index finds without being asked; or a lazy test, which is made only when a candidate asks, and only if one of its guards,
 * literals that it implies, was found. Equal atoms of different rules are one.
 */
final class Atoms {
    /** More spellings of a windash text than this are not written out. */
    private static final int SPELLINGS_MAX = 125;
    private static final byte[] NO_BYTES = {};

    /** @param folded the literal's text */
    private record LiteralKey(int slot, LiteralIndex.Place place, String folded) {
    }

    private record LazyKey(int slot, ValueTest test, int otherSlot) {
    }

    /**
     * @param test null for a literal
     * @param small a literal that is too short for an index, of a lazy test that asks whether it occurs; else empty
     * @param guards literals that must be found before the test can hold: one of each list
     * @param characters so many a value must have for the test to hold
     * @param weight how often a literal may be found, compared with others: the shorter, the more
     * @param needsField whether it cannot hold of a field that is not there
     */
    record Atom(int slot, @Nullable LazyCheck test, byte[] small, int[][] guards, int characters, int weight,
            boolean needsField) {
    }

    private final Map<Object, Integer> numbers = new HashMap<>();
    private final List<Atom> atoms = new ArrayList<>();
    private final Map<Integer, LiteralIndex.Builder> indexes = new HashMap<>();

    List<Atom> all() {
        return atoms;
    }

    /** The literals of each slot that has some. */
    Map<Integer, LiteralIndex> indexes() {
        return LiteralIndex.build(indexes);
    }

    /** Atoms of which one holds exactly if the test does. */
    List<Integer> of(ValueTest test, int slot, int otherSlot) {
        return switch (test) {
            case ValueTest.OneOf(List<ValueTest> forms) -> {
                List<Integer> all = new ArrayList<>();
                forms.forEach(form -> all.addAll(of(form, slot, otherSlot)));
                yield all;
            }
            case ValueTest.Text(TextPattern pattern, boolean cased) -> {
                List<Integer> literals = isWellFormed(pattern) ? literals(pattern, slot) : List.of();
                if (!literals.isEmpty()) {
                    boolean found = literals.stream().allMatch(literal -> atoms.get(literal).test() == null);
                    yield cased
                            ? List.of(lazy(test, slot, otherSlot, found ? List.of(literals) : List.of(), 0))
                            : literals;
                }
                yield List.of(lazy(test, slot, otherSlot, guards(pattern, slot), 0));
            }
            case ValueTest.Search(Regex regex) -> {
                RegexLiterals.Required required = RegexLiterals.of(regex);
                List<List<Integer>> guards = required.allOf().stream().filter(Atoms::areLong)
                        .map(anyOf -> anyOf.stream()
                                .map(text -> literal(text, LiteralIndex.Place.ANYWHERE, slot)).toList())
                        .toList();
                yield List.of(lazy(test, slot, otherSlot, guards, required.characters()));
            }
            default -> List.of(lazy(test, slot, otherSlot, List.of(), 0));
        };
    }

    private int lazy(ValueTest test, int slot, int otherSlot, List<List<Integer>> guards, int characters) {
        return numbers.computeIfAbsent(new LazyKey(slot, test, otherSlot), _ -> {
            atoms.add(new Atom(slot, new LazyCheck(test, slot, otherSlot), NO_BYTES,
                    guards.stream().map(anyOf -> anyOf.stream().distinct().mapToInt(i -> i).toArray())
                            .toArray(int[][]::new),
                    characters, 0,
                    !LazyCheck.holdsOfNothing(test)));
            return atoms.size() - 1;
        });
    }

    private int literal(String text, LiteralIndex.Place place, int slot) {
        return numbers.computeIfAbsent(new LiteralKey(slot, place, Fold.fold(text)), key -> {
            byte[] bytes = CaseFold.bytes(text);
            if (place == LiteralIndex.Place.ANYWHERE && !LiteralIndex.isLong(bytes)) {
                TextPattern pattern = TextPattern.literal(text).open(true, true);
                atoms.add(new Atom(slot, new LazyCheck(new ValueTest.Text(pattern, false), slot, slot), bytes,
                        new int[0][], bytes.length, 0, true));
                return atoms.size() - 1;
            }
            int weight = bytes.length >= 8 ? 1 : bytes.length >= 4 ? 3 : bytes.length >= 2 ? 15 : 100;
            indexes.computeIfAbsent(slot, _ -> new LiteralIndex.Builder()).add(bytes, place, atoms.size());
            atoms.add(new Atom(slot, null, NO_BYTES, new int[0][], 0, weight, true));
            return atoms.size() - 1;
        });
    }

    /** The pattern as literals of which one must be found; empty if it is not so simple. */
    private List<Integer> literals(TextPattern pattern, int slot) {
        boolean before = pattern.startsWithMany();
        boolean after = pattern.endsWithMany();
        List<TextPattern.Part> parts = pattern.parts();
        int from = before ? 1 : 0;
        parts = parts.subList(from, after ? Math.max(from, parts.size() - 1) : parts.size());
        if (parts.isEmpty() && (before || after)) {
            return List.of();
        }
        List<String> texts = List.of("");
        for (TextPattern.Part part : parts) {
            List<String> longer = new ArrayList<>();
            for (String text : texts) {
                switch (part) {
                    case TextPattern.Literal(String literal) -> longer.add(text + literal);
                    case TextPattern.Wild.DASH ->
                        TextPattern.DASHES.chars().forEach(dash -> longer.add(text + (char) dash));
                    default -> {
                        return List.of();
                    }
                }
            }
            if (longer.size() > SPELLINGS_MAX) {
                return List.of();
            }
            texts = longer;
        }
        LiteralIndex.Place place = before
                ? after ? LiteralIndex.Place.ANYWHERE : LiteralIndex.Place.END
                : after ? LiteralIndex.Place.START : LiteralIndex.Place.WHOLE;
        return texts.stream().map(text -> literal(text, place, slot)).toList();
    }

    /** The literals in a pattern with wildcards. */
    private List<List<Integer>> guards(TextPattern pattern, int slot) {
        List<List<Integer>> guards = new ArrayList<>();
        for (TextPattern.Part part : pattern.parts()) {
            if (part instanceof TextPattern.Literal(String text) && isWellFormed(text) && areLong(List.of(text))) {
                guards.add(List.of(literal(text, LiteralIndex.Place.ANYWHERE, slot)));
            }
        }
        return guards;
    }

    private static boolean areLong(List<String> texts) {
        return texts.stream().allMatch(text -> LiteralIndex.isLong(CaseFold.bytes(text)));
    }

    static boolean isWellFormed(TextPattern pattern) {
        return pattern.parts().stream()
                .allMatch(part -> !(part instanceof TextPattern.Literal(String text)) || isWellFormed(text));
    }

    /** Half of a surrogate pair may stand in UTF-16 where in UTF-8 there is a whole character. */
    private static boolean isWellFormed(String text) {
        return text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff);
    }
}

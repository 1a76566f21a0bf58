package dev.tocsin.sigma;

import dev.tocsin.sigma.match.CaseFold;
import dev.tocsin.sigma.match.LiteralIndex;
import dev.tocsin.sigma.match.SmallText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the atoms of a rule set while it is compiled: the single values that items ask for. An atom is a literal or a
 * network, which an index finds without being asked; or a lazy test, which is made only when a candidate asks, and only if one of its guards,
 * literals that it implies, was found. Equal atoms of different rules are one.
 */
final class Atoms {
    /** More spellings of a windash text than this are not written out. */
    private static final int SPELLINGS_MAX = 125;
    /** Addresses are often in private networks. */
    private static final int NETWORK_WEIGHT = 15;
    private static final int[][] NO_GUARDS = {};
    /** So many guards too short for the index a test has at most, of so many texts each. */
    private static final int SMALL_GUARDS_MAX = 2;
    private static final int SMALL_TEXTS_MAX = 4;

    /** @param folded the literal's text */
    private record LiteralKey(int slot, LiteralIndex.Place place, String folded) {
    }

    private record LazyKey(int slot, ValueTest test, int otherSlot) {
    }

    /**
     * @param test null for what an index finds
     * @param small a literal that is too short for an index, of a lazy test that asks whether it occurs; else null
     * @param guards literals that must be found before the test can hold: one of each list
     * @param smallGuards as the guards, but of each list one atom or more is not in the index and has to be asked
     * @param characters so many a value must have for the test to hold
     * @param weight how often a literal may be found, compared with others: the shorter, the more
     * @param needsField whether it cannot hold of a field that is not there
     */
    record Atom(int slot, @Nullable LazyCheck test, @Nullable SmallText small, int[][] guards, int[][] smallGuards,
            int characters, int weight, boolean needsField) {
    }

    /** By number, as in {@link Atom}. */
    private record Guards(List<List<Integer>> indexed, List<List<Integer>> small) {
        static final Guards NONE = new Guards(List.of(), List.of());
    }

    private final Map<Object, Integer> numbers = new HashMap<>();
    private final List<Atom> atoms = new ArrayList<>();
    private final Map<Integer, LiteralIndex.Builder> indexes = new HashMap<>();
    private final Map<Integer, Map<Network, Integer>> networks = new HashMap<>();

    List<Atom> all() {
        return atoms;
    }

    /** The networks of each slot that has some. */
    Map<Integer, NetworkIndex> networks() {
        Map<Integer, NetworkIndex> made = new HashMap<>();
        networks.forEach((slot, numbersOf) -> made.put(slot, new NetworkIndex(numbersOf)));
        return made;
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
                            ? List.of(lazy(test, slot, otherSlot,
                                    found ? new Guards(List.of(literals), List.of()) : Guards.NONE, 0))
                            : literals;
                }
                yield List.of(lazy(test, slot, otherSlot, guards(pattern, slot), 0));
            }
            case ValueTest.Search(Regex regex) -> {
                RegexLiterals.Required required = RegexLiterals.of(regex);
                yield List.of(lazy(test, slot, otherSlot, guards(required.allOf(), slot), required.characters()));
            }
            case ValueTest.InNetwork(Network network) -> List.of(network(network, slot));
            default -> List.of(lazy(test, slot, otherSlot, Guards.NONE, 0));
        };
    }

    private int lazy(ValueTest test, int slot, int otherSlot, Guards guards, int characters) {
        return numbers.computeIfAbsent(new LazyKey(slot, test, otherSlot), _ -> {
            atoms.add(new Atom(slot, new LazyCheck(test, slot, otherSlot), null, arrays(guards.indexed()),
                    arrays(guards.small()), characters, 0, !LazyCheck.holdsOfNothing(test)));
            return atoms.size() - 1;
        });
    }

    private static int[][] arrays(List<List<Integer>> guards) {
        return guards.stream().map(anyOf -> anyOf.stream().distinct().mapToInt(i -> i).toArray()).toArray(int[][]::new);
    }

    private int literal(String text, LiteralIndex.Place place, int slot) {
        return numbers.computeIfAbsent(new LiteralKey(slot, place, Fold.fold(text)), key -> {
            byte[] bytes = CaseFold.bytes(text);
            if (place == LiteralIndex.Place.ANYWHERE && !LiteralIndex.isLong(bytes)) {
                TextPattern pattern = TextPattern.literal(text).open(true, true);
                atoms.add(new Atom(slot, new LazyCheck(new ValueTest.Text(pattern, false), slot, slot),
                        new SmallText(bytes), NO_GUARDS, NO_GUARDS, bytes.length, 0, true));
                return atoms.size() - 1;
            }
            int weight = bytes.length >= 8 ? 1 : bytes.length >= 4 ? 3 : bytes.length >= 2 ? 15 : 100;
            indexes.computeIfAbsent(slot, _ -> new LiteralIndex.Builder()).add(bytes, place, atoms.size());
            atoms.add(new Atom(slot, null, null, NO_GUARDS, NO_GUARDS, 0, weight, true));
            return atoms.size() - 1;
        });
    }

    private int network(Network network, int slot) {
        return networks.computeIfAbsent(slot, _ -> new LinkedHashMap<>()).computeIfAbsent(network, _ -> {
            atoms.add(new Atom(slot, null, null, NO_GUARDS, NO_GUARDS, 0, NETWORK_WEIGHT, true));
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
            return List.of(literal("", LiteralIndex.Place.ANYWHERE, slot));
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
    private Guards guards(TextPattern pattern, int slot) {
        List<List<String>> texts = new ArrayList<>();
        for (TextPattern.Part part : pattern.parts()) {
            if (part instanceof TextPattern.Literal(String text) && isWellFormed(text)) {
                texts.add(List.of(text));
            }
        }
        return guards(texts, slot);
    }

    /** Guards of which one text each must stand in a value: all that the index can find, and the rarest of the others. */
    private Guards guards(List<List<String>> allOf, int slot) {
        List<List<Integer>> indexed = allOf.stream().filter(Atoms::areLong).map(anyOf -> anywhere(anyOf, slot))
                .toList();
        List<List<Integer>> small = allOf.stream()
                .filter(anyOf -> !areLong(anyOf) && anyOf.size() <= SMALL_TEXTS_MAX && rarity(anyOf) > 0)
                .sorted(Comparator.comparingInt(Atoms::rarity).reversed()).limit(SMALL_GUARDS_MAX)
                .map(anyOf -> anywhere(anyOf, slot)).toList();
        return new Guards(indexed, small);
    }

    private List<Integer> anywhere(List<String> anyOf, int slot) {
        return anyOf.stream().map(text -> literal(text, LiteralIndex.Place.ANYWHERE, slot)).toList();
    }

    private static int rarity(List<String> anyOf) {
        return anyOf.stream().mapToInt(text -> SmallText.rarity(CaseFold.bytes(text))).min().orElse(0);
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

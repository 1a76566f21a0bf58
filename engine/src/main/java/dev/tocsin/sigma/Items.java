package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers the fields, the items and the atoms of a rule set while it is compiled. Equal items of different rules are one. */
final class Items {
    /** The slot of keywords: every value of the event. */
    static final int EVERYTHING = 0;
    private static final int NONE = -1;
    /** Items of more literals are told when one is found, and do not look through all of them. */
    private static final int PULLED_MAX = 24;

    /** Equal tests on equally mapped fields are one item; a test that names a second field is mapped by its log source. */
    private record Key(Detection.FieldTest test, int slot, List<Integer> otherSlots) {
    }

    /**
     * @param values for each value the atoms of which one must hold
     * @param all whether each value must hold, not only one
     * @param literals where one value is enough: the literals of all
     * @param lazies where one value is enough: the lazy tests of all
     * @param told whether the item is told of its literals when they are found
     * @param cost roughly, of asking it
     */
    record Item(int slot, int[][] values, boolean all, int[] literals, int[] lazies, boolean told, int cost) {
    }

    private final FieldMapping mapping;
    private final Map<List<String>, Integer> slots = new HashMap<>();
    private final List<List<String>> paths = new ArrayList<>(List.of(List.of()));
    private final Map<Key, Integer> numbers = new HashMap<>();
    private final List<Item> items = new ArrayList<>();
    private final List<int[]> slotsOfItem = new ArrayList<>();
    private final Atoms atoms = new Atoms();

    Items(FieldMapping mapping) {
        this.mapping = mapping;
    }

    /** The item that asks what the test does, not counting its negation. */
    int of(Detection.FieldTest test, RuleLogSource source) {
        int slot = test.field() == null ? EVERYTHING : slot(test.field(), source);
        List<Integer> others = test.values().stream().map(value -> otherSlot(value, source)).toList();
        Detection.FieldTest plain = test.negated()
                ? new Detection.FieldTest(test.field(), test.values(), test.all(), false)
                : test;
        Key key = new Key(plain, slot, others);
        Integer known = numbers.get(key);
        if (known == null) {
            known = items.size();
            items.add(make(plain, slot, others));
            List<Integer> used = new ArrayList<>(List.of(slot));
            others.stream().filter(other -> other != NONE).forEach(used::add);
            slotsOfItem.add(used.stream().distinct().mapToInt(i -> i).toArray());
            numbers.put(key, known);
        }
        return known;
    }

    private int slot(String field, RuleLogSource source) {
        List<String> names = mapping.paths(field, source);
        return slots.computeIfAbsent(names, _ -> {
            paths.add(names);
            return paths.size() - 1;
        });
    }

    private int otherSlot(ValueTest value, RuleLogSource source) {
        String other = LazyCheck.otherField(value);
        return other == null ? NONE : slot(other, source);
    }

    private Item make(Detection.FieldTest test, int slot, List<Integer> others) {
        int[][] values = new int[test.values().size()][];
        List<Integer> literals = new ArrayList<>();
        List<Integer> lazies = new ArrayList<>();
        int cost = 1;
        for (int i = 0; i < values.length; i++) {
            List<Integer> any = atoms.of(test.values().get(i), slot, others.get(i));
            for (int atom : any) {
                LazyCheck lazy = atoms.all().get(atom).test();
                (lazy == null ? literals : lazies).add(atom);
                cost += lazy == null ? 0 : lazy.cost();
            }
            values[i] = array(any);
        }
        boolean told = !test.all() && literals.size() > PULLED_MAX;
        return new Item(slot, values, test.all(), array(literals), array(lazies), told,
                cost + (told ? 0 : literals.size() / 4));
    }

    private static int[] array(List<Integer> numbers) {
        return numbers.stream().distinct().mapToInt(i -> i).toArray();
    }

    List<Item> all() {
        return items;
    }

    Atoms atoms() {
        return atoms;
    }

    /** The slots that an item looks into. */
    int[] slotsOf(int item) {
        return slotsOfItem.get(item);
    }

    /** The paths to try for each slot, in order; none for {@link #EVERYTHING}. */
    List<List<String>> paths() {
        return paths;
    }
}

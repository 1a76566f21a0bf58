package dev.tocsin.sigma;

import dev.tocsin.sigma.match.FieldNames;
import dev.tocsin.sigma.match.LiteralIndex;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A rule set as arrays, for {@link EventMatcher}. Immutable; not to be changed by who reads the arrays. */
final class CompiledRules {
    final List<SigmaRule> rules;
    final int[][] programs;
    final Items.Item[] items;
    final Atoms.Atom[] atoms;
    /** For each literal the rules of which it is a witness. */
    final int[][] witnessOf;
    /** For each literal the items that are told of it. */
    final int[][] tells;
    /** For each slot the rules of which its presence is a witness. */
    final int[][] fieldWitnessOf;
    /** Rules that have no witness. */
    final BitSet always = new BitSet();
    /** The slots that a rule looks into. */
    final BitSet[] slotsOfRule;
    /** For each slot its literals; null where it has none. */
    final @Nullable LiteralIndex[] indexes;
    /** For each slot the networks that are asked for; null where there are none. */
    final @Nullable NetworkIndex[] networks;
    /** For each slot the numbers of its paths, in the order in which they count. */
    final int[][] pathsOfSlot;
    /** For each path the slots that try it. */
    final int[][] slotsOfPath;
    /** By number. */
    final List<String> paths;
    final FieldNames names;
    final EventScope scope;

    private CompiledRules(List<SigmaRule> rules, Items made, List<Expression> expressions, EventScope scope) {
        this.rules = rules;
        this.scope = scope;
        items = made.all().toArray(Items.Item[]::new);
        atoms = made.atoms().all().toArray(Atoms.Atom[]::new);
        programs = expressions.stream().map(Program::of).toArray(int[][]::new);
        int slots = made.paths().size();
        slotsOfRule = IntStream.range(0, rules.size()).mapToObj(i -> slots(expressions.get(i), made, new BitSet()))
                .toArray(BitSet[]::new);
        Lists literalLists = new Lists(atoms.length);
        Lists fieldLists = new Lists(slots);
        Witness.Search search = Witness.Search.of(made);
        for (int i = 0; i < rules.size(); i++) {
            int rule = i;
            Optional<Witness> witness = search.of(expressions.get(i));
            witness.ifPresentOrElse(w -> {
                literalLists.add(w.literals(), rule);
                fieldLists.add(w.fields(), rule);
            }, () -> always.set(rule));
        }
        witnessOf = literalLists.arrays();
        fieldWitnessOf = fieldLists.arrays();
        Lists told = new Lists(atoms.length);
        for (int i = 0; i < items.length; i++) {
            if (items[i].told()) {
                told.add(items[i].literals(), i);
            }
        }
        tells = told.arrays();
        indexes = new LiteralIndex[slots];
        made.atoms().indexes().forEach((slot, index) -> indexes[slot] = index);
        networks = new NetworkIndex[slots];
        made.atoms().networks().forEach((slot, index) -> networks[slot] = index);
        Map<String, Integer> numbers = new LinkedHashMap<>();
        pathsOfSlot = made.paths().stream().map(list -> list.stream().filter(path -> !path.startsWith("_"))
                .mapToInt(path -> numbers.computeIfAbsent(path, _ -> numbers.size())).toArray()).toArray(int[][]::new);
        paths = List.copyOf(numbers.keySet());
        Lists bySlot = new Lists(paths.size());
        for (int slot = 0; slot < slots; slot++) {
            bySlot.add(pathsOfSlot[slot], slot);
        }
        slotsOfPath = bySlot.arrays();
        names = FieldNames.of(paths, scope.without());
    }

    static CompiledRules of(List<SigmaRule> rules, FieldMapping mapping, EventScope scope) {
        Items items = new Items(mapping);
        List<Expression> expressions = new ArrayList<>(rules.size());
        for (SigmaRule rule : rules) {
            expressions.add(Expression.of(rule, items));
        }
        return new CompiledRules(List.copyOf(rules), items, expressions, scope);
    }

    private static BitSet slots(Expression expression, Items items, BitSet slots) {
        switch (expression) {
            case Expression.Leaf leaf -> {
                for (int slot : items.slotsOf(leaf.item())) {
                    slots.set(slot);
                }
            }
            case Expression.Many many -> many.parts().forEach(part -> slots(part, items, slots));
        }
        return slots;
    }

    /** Lists of numbers, by number. */
    private static final class Lists {
        private static final int[] NONE = {};
        private final @Nullable List<Integer>[] lists;

        @SuppressWarnings({"unchecked", "rawtypes"})
        Lists(int size) {
            lists = new List[size];
        }

        void add(int[] at, int number) {
            for (int i : at) {
                List<Integer> list = lists[i];
                if (list == null) {
                    list = new ArrayList<>(2);
                    lists[i] = list;
                }
                list.add(number);
            }
        }

        int[][] arrays() {
            int[][] arrays = new int[lists.length][];
            for (int i = 0; i < lists.length; i++) {
                List<Integer> list = lists[i];
                arrays[i] = list == null ? NONE : list.stream().mapToInt(n -> n).toArray();
            }
            return arrays;
        }
    }
}

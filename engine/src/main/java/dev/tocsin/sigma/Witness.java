package dev.tocsin.sigma;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What an event must have for a rule to match: one of some literals, or one of some fields. Implied by the rule's
 * expression:
 *
 * <ul>
 * <li>a literal by itself; a lazy test by its guards, or else by its field being there;
 * <li>any of several by all their witnesses together, if each has one;
 * <li>all of several by the witness of any one of them, and the one that is found least often is taken;
 * <li>a negated item, and what may hold of an absent field, by nothing.
 * </ul>
 *
 * @param literals atoms
 * @param fields slots
 * @param cost how often it is found, compared with others
 */
record Witness(int[] literals, int[] fields, double cost) {
    /** A field that is there says little: it costs as much as many literals. */
    private static final double FIELD_COST = 5000;

    /** Finds witnesses in one rule set. */
    record Search(List<Items.Item> items, List<Atoms.Atom> atoms, int[] uses) {

        static Search of(Items items) {
            int[] uses = new int[items.atoms().all().size()];
            for (Items.Item item : items.all()) {
                for (int[] value : item.values()) {
                    for (int atom : value) {
                        uses[atom]++;
                    }
                }
            }
            return new Search(items.all(), items.atoms().all(), uses);
        }

        Optional<Witness> of(Expression expression) {
            return switch (expression) {
                case Expression.Leaf leaf -> leaf.negated() ? Optional.empty() : of(items.get(leaf.item()));
                case Expression.Many(boolean all, var parts, _) -> {
                    List<Optional<Witness>> witnesses = parts.stream().map(this::of).toList();
                    yield all ? cheapest(witnesses) : together(witnesses);
                }
            };
        }

        private Optional<Witness> of(Items.Item item) {
            List<Optional<Witness>> values = List.of(item.values()).stream()
                    .map(value -> together(IntStream.of(value).mapToObj(this::ofAtom).toList())).toList();
            return item.all() ? cheapest(values) : together(values);
        }

        private Optional<Witness> ofAtom(int number) {
            Atoms.Atom atom = atoms.get(number);
            if (atom.test() == null) {
                return Optional.of(literals(number));
            }
            if (atom.guards().length > 0) {
                return cheapest(Stream.of(atom.guards()).map(anyOf -> Optional.of(literals(anyOf))).toList());
            }
            return atom.needsField() && atom.slot() != Items.EVERYTHING
                    ? Optional.of(new Witness(new int[0], new int[]{atom.slot()}, FIELD_COST))
                    : Optional.empty();
        }

        private Witness literals(int... anyOf) {
            return new Witness(anyOf, new int[0], IntStream.of(anyOf).mapToDouble(this::cost).sum());
        }

        private double cost(int literal) {
            return (1.0 + uses[literal]) * atoms.get(literal).weight();
        }
    }

    private static Optional<Witness> cheapest(List<Optional<Witness>> witnesses) {
        return witnesses.stream().flatMap(Optional::stream).min((a, b) -> Double.compare(a.cost(), b.cost()));
    }

    private static Optional<Witness> together(List<Optional<Witness>> witnesses) {
        if (witnesses.stream().anyMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        List<Witness> all = witnesses.stream().flatMap(Optional::stream).toList();
        if (all.size() == 1) {
            return Optional.of(all.getFirst());
        }
        return Optional.of(new Witness(all.stream().flatMapToInt(w -> IntStream.of(w.literals())).distinct().toArray(),
                all.stream().flatMapToInt(w -> IntStream.of(w.fields())).distinct().toArray(),
                all.stream().mapToDouble(Witness::cost).sum()));
    }
}

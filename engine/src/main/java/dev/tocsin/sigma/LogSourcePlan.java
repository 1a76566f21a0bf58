package dev.tocsin.sigma;

import dev.tocsin.sigma.match.Demand;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a rule set has for the events of one log source: which rules, which fields. Immutable. */
final class LogSourcePlan {
    private final @Nullable String product;
    private final List<String> category;
    private final @Nullable String service;
    private final long[] rules;
    /** Rules without a witness: candidates for each event. */
    final int[] always;
    /** The slots that the rules look into. */
    final boolean[] slots;
    final BitSet paths = new BitSet();
    final Demand demand;
    final int ruleCount;

    LogSourcePlan(CompiledRules compiled, @Nullable String product, List<String> category, @Nullable String service) {
        this.product = product;
        this.category = List.copyOf(category);
        this.service = service;
        BitSet covering = new BitSet();
        for (int i = 0; i < compiled.rules.size(); i++) {
            covering.set(i, compiled.rules.get(i).logSource().covers(product, category, service));
        }
        ruleCount = covering.cardinality();
        rules = java.util.Arrays.copyOf(covering.toLongArray(), (compiled.rules.size() >> 6) + 1);
        slots = new boolean[compiled.pathsOfSlot.length];
        covering.stream().forEach(rule -> compiled.slotsOfRule[rule].stream().forEach(slot -> slots[slot] = true));
        for (int slot = 0; slot < slots.length; slot++) {
            if (slots[slot]) {
                for (int path : compiled.pathsOfSlot[slot]) {
                    paths.set(path);
                }
            }
        }
        demand = Demand.of(compiled.names, paths, slots[Items.EVERYTHING]);
        BitSet unwitnessed = (BitSet) covering.clone();
        unwitnessed.and(compiled.always);
        always = unwitnessed.stream().toArray();
    }

    boolean isOf(@Nullable String otherProduct, List<String> otherCategory, @Nullable String otherService) {
        if (category.size() != otherCategory.size() || !Objects.equals(product, otherProduct)
                || !Objects.equals(service, otherService)) {
            return false;
        }
        for (int i = 0; i < category.size(); i++) {
            if (!category.get(i).equals(otherCategory.get(i))) {
                return false;
            }
        }
        return true;
    }

    boolean covers(int rule) {
        return (rules[rule >> 6] >>> rule & 1) != 0;
    }
}

package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A rule as a tree of checks, the cheap ones first. */
final class CompiledRule {
    private final SigmaRule rule;
    private final Check check;

    private CompiledRule(SigmaRule rule, Check check) {
        this.rule = rule;
        this.check = check;
    }

    static CompiledRule of(SigmaRule rule, FieldMapping mapping, FieldTable table) {
        Compiler compiler = new Compiler(rule, mapping, table);
        return new CompiledRule(rule, any(rule.conditions().stream().map(compiler::check).toList()));
    }

    SigmaRule rule() {
        return rule;
    }

    boolean matches(EventView view) {
        return check.holds(view);
    }

    private sealed interface Check {
        boolean holds(EventView view);

        long cost();
    }

    private record ItemCheck(CompiledItem item) implements Check {
        @Override
        public boolean holds(EventView view) {
            return view.holds(item);
        }

        @Override
        public long cost() {
            return item.cost();
        }
    }

    private record NotCheck(Check part) implements Check {
        @Override
        public boolean holds(EventView view) {
            return !part.holds(view);
        }

        @Override
        public long cost() {
            return part.cost();
        }
    }

    /** All parts, or any part, of at least two. */
    private record ManyCheck(Check[] parts, boolean all, long cost) implements Check {
        @Override
        public boolean holds(EventView view) {
            for (Check part : parts) {
                if (part.holds(view) != all) {
                    return !all;
                }
            }
            return all;
        }
    }

    private static Check all(List<Check> parts) {
        return many(parts, true);
    }

    private static Check any(List<Check> parts) {
        return many(parts, false);
    }

    private static Check many(List<Check> parts, boolean all) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        List<Check> sorted = new ArrayList<>(parts);
        sorted.sort(Comparator.comparingLong(Check::cost));
        return new ManyCheck(sorted.toArray(Check[]::new), all, sorted.stream().mapToLong(Check::cost).sum());
    }

    private record Compiler(SigmaRule rule, FieldMapping mapping, FieldTable table) {
        Check check(Condition condition) {
            return switch (condition) {
                case Condition.And(var parts) -> all(parts.stream().map(this::check).toList());
                case Condition.Or(var parts) -> any(parts.stream().map(this::check).toList());
                case Condition.Not(var part) -> new NotCheck(check(part));
                case Condition.Selection(var name) -> check(rule.detection(name));
                case Condition.Quantified(_, boolean all, var names) ->
                    many(names.stream().map(name -> check(rule.detection(name))).toList(), all);
            };
        }

        private Check check(Detection detection) {
            return switch (detection) {
                case Detection.AllOf(var parts) -> all(parts.stream().map(this::check).toList());
                case Detection.AnyOf(var parts) -> any(parts.stream().map(this::check).toList());
                case Detection.Item item -> new ItemCheck(table.item(item.test(), mapping, rule.logSource()));
            };
        }
    }
}

package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Lints what a rule's condition means: whether it can hold, and whether each part of it matters. */
final class ConditionLint {
    /** Above this many selections the table of truth is not written out. */
    private static final int VARIABLES_MAX = 12;

    private final SigmaRule rule;
    private final List<Place> places;
    private final List<SigmaProblem> problems = new ArrayList<>();

    /** @param places of the conditions, in their order */
    ConditionLint(SigmaRule rule, List<Place> places) {
        this.rule = rule;
        this.places = places;
    }

    List<SigmaProblem> problems() {
        Map<String, Integer> byMeaning = variables(true);
        Map<String, Integer> byName = variables(false);
        if (byMeaning.size() <= VARIABLES_MAX) {
            Condition whole = rule.conditions().size() == 1
                    ? rule.conditions().getFirst()
                    : new Condition.Or(rule.conditions());
            if (always(whole, byMeaning, false)) {
                at(0, LintCheck.CANNOT_HOLD, "\"" + whole + "\" can never hold", "the rule never fires");
            } else if (always(whole, byMeaning, true)) {
                at(0, LintCheck.ALWAYS_HOLDS, "\"" + whole + "\" holds whatever the selections say",
                        "the rule fires on every event");
            } else if (byName.size() <= VARIABLES_MAX) {
                for (int i = 0; i < rule.conditions().size(); i++) {
                    idle(i, rule.conditions().get(i), byName);
                }
            }
        }
        for (int i = 0; i < rule.conditions().size(); i++) {
            conjunction(i, rule.conditions().get(i));
            doubleNot(i, rule.conditions().get(i));
        }
        return problems;
    }

    /** Selections that ask the same are one variable, if asked so. */
    private Map<String, Integer> variables(boolean byMeaning) {
        Map<String, Integer> variables = new LinkedHashMap<>();
        Map<Detection, Integer> known = new HashMap<>();
        rule.detections().forEach((name, detection) -> variables.put(name,
                byMeaning
                        ? known.computeIfAbsent(withoutPlace(detection), _ -> known.size())
                        : Integer.valueOf(variables.size())));
        return variables;
    }

    /** The same without where it stands and how it was written. */
    static Detection withoutPlace(Detection detection) {
        return switch (detection) {
            case Detection.AllOf(var parts) -> parts.size() == 1
                    ? withoutPlace(parts.getFirst())
                    : new Detection.AllOf(parts.stream().map(ConditionLint::withoutPlace).toList());
            case Detection.AnyOf(var parts) ->
                new Detection.AnyOf(parts.stream().map(ConditionLint::withoutPlace).toList());
            case Detection.Item item -> new Detection.Item("", item.test(), 0, 0);
        };
    }

    private static boolean always(Condition condition, Map<String, Integer> variables, boolean expected) {
        for (int row = 0; row < 1 << variables.size(); row++) {
            if (holds(condition, variables, row) != expected) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(Condition condition, Map<String, Integer> variables, int row) {
        Predicate<String> named = name -> (row >> variables.getOrDefault(name, 0) & 1) == 1;
        return switch (condition) {
            case Condition.And(var parts) -> parts.stream().allMatch(p -> holds(p, variables, row));
            case Condition.Or(var parts) -> parts.stream().anyMatch(p -> holds(p, variables, row));
            case Condition.Not(var part) -> !holds(part, variables, row);
            case Condition.Selection(var name) -> named.test(name);
            case Condition.Quantified(_, boolean all, var names) ->
                all ? names.stream().allMatch(named) : names.stream().anyMatch(named);
        };
    }

    private void idle(int index, Condition condition, Map<String, Integer> variables) {
        List<Condition> parts = switch (condition) {
            case Condition.And(var inner) -> inner;
            case Condition.Or(var inner) -> inner;
            case Condition.Not _,Condition.Selection _,Condition.Quantified _ -> List.of();
        };
        for (int i = 0; i < parts.size(); i++) {
            List<Condition> others = new ArrayList<>(parts);
            Condition part = others.remove(i);
            Condition without = condition instanceof Condition.And
                    ? new Condition.And(others)
                    : new Condition.Or(others);
            boolean same = true;
            for (int row = 0; same && row < 1 << variables.size(); row++) {
                same = holds(condition, variables, row) == holds(without, variables, row);
            }
            if (same) {
                at(index, LintCheck.IDLE_PART, "\"" + part + "\" makes no difference in \"" + condition + "\"",
                        "remove it, or see what was meant");
                return;
            }
        }
    }

    /** What all must hold together, looked at in pairs; and filters that take everything of it away. */
    private void conjunction(int index, Condition condition) {
        List<Condition> parts = condition instanceof Condition.And(var inner) ? inner : List.of(condition);
        Map<String, Detection> positive = new LinkedHashMap<>();
        Map<String, Detection> negative = new LinkedHashMap<>();
        for (Condition part : parts) {
            switch (part) {
                case Condition.Selection(var name) -> positive.put(name, rule.detection(name));
                case Condition.Quantified(_, boolean all, var names) when all ->
                    names.forEach(name -> positive.put(name, rule.detection(name)));
                case Condition.Not(Condition.Selection(var name)) -> negative.put(name, rule.detection(name));
                case Condition.Not(Condition.Quantified(_, boolean all, var names)) when !all ->
                    names.forEach(name -> negative.put(name, rule.detection(name)));
                default -> {
                    // Nothing certain can be said of the others alone.
                }
            }
        }
        List<Detection.Item> items = new ArrayList<>();
        positive.values().forEach(detection -> required(detection, items));
        contradictions(items);
        negative.forEach((filter, taken) -> positive.forEach((name, found) -> {
            if (!withoutPlace(found).equals(withoutPlace(taken)) && Implication.implies(found, taken)) {
                at(index, LintCheck.FILTER_TAKES_ALL,
                        "whatever \"" + name + "\" finds, \"not " + filter + "\" takes away", "narrow the filter");
            }
        }));
    }

    private static void required(Detection detection, List<Detection.Item> items) {
        switch (detection) {
            case Detection.AllOf(var parts) -> parts.forEach(part -> required(part, items));
            case Detection.AnyOf(var parts) -> {
                if (parts.size() == 1) {
                    required(parts.getFirst(), items);
                }
            }
            case Detection.Item item -> items.add(item);
        }
    }

    private void contradictions(List<Detection.Item> items) {
        for (int i = 0; i < items.size(); i++) {
            for (int j = 0; j < i; j++) {
                Detection.Item a = items.get(j);
                Detection.Item b = items.get(i);
                if ((long) a.test().values().size() * b.test().values().size() < 100_000
                        && Implication.disjoint(a.test(), b.test())) {
                    problems.add(LintCheck.CONTRADICTING_ITEMS.at(new Place(rule.file(), b.line(), b.column()),
                            "no value of " + b.test().field() + " meets both \"" + a.written() + "\" in line "
                                    + a.line() + " and this",
                            "only a field that holds a list could; join them with or, or mend one"));
                    return;
                }
            }
        }
    }

    private void doubleNot(int index, Condition condition) {
        switch (condition) {
            case Condition.And(var parts) -> parts.forEach(p -> doubleNot(index, p));
            case Condition.Or(var parts) -> parts.forEach(p -> doubleNot(index, p));
            case Condition.Not(Condition.Not(var part)) -> at(index, LintCheck.DOUBLE_NOT,
                    "\"not not " + part + "\" is " + part, "remove both");
            case Condition.Not(var part) -> doubleNot(index, part);
            case Condition.Selection _,Condition.Quantified _ -> {
                // There is no not in it.
            }
        }
    }

    private void at(int index, LintCheck check, String what, String hint) {
        Place place = index < places.size() ? places.get(index) : new Place(rule.file(), rule.line(), 1);
        problems.add(check.at(place, what, hint));
    }
}

package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A rule with one thing wrong on purpose. A test that does not fail with it has not looked at that thing.
 *
 * @param kind {@code condition}, {@code selection}, {@code item} or {@code value}
 * @param where what was changed: the condition, or selection and item
 * @param change what was done to it
 * @param line of the change, as near as is known
 * @param rule the rule so changed
 */
record RuleMutant(String kind, String where, String change, int line, SigmaRule rule) {
    /** Rules with thousands of values would take minutes and tell nothing new. */
    private static final int VALUES_MAX = 200;

    /** Every mutant of the rule, in the rule's order. */
    static List<RuleMutant> of(SigmaRule rule) {
        List<RuleMutant> mutants = new ArrayList<>();
        Set<String> used = new TreeSet<>();
        for (int i = 0; i < rule.conditions().size(); i++) {
            int index = i;
            Condition condition = rule.conditions().get(i);
            names(condition, used);
            change(condition, (what, changed) -> {
                List<Condition> conditions = new ArrayList<>(rule.conditions());
                conditions.set(index, changed);
                mutants.add(new RuleMutant("condition", "condition", what, rule.line(),
                        with(rule, rule.detections(), conditions)));
            });
        }
        rule.detections().forEach((name, detection) -> {
            if (used.contains(name)) {
                Consumer<Edit> add = edit -> {
                    Map<String, Detection> detections = new LinkedHashMap<>(rule.detections());
                    detections.put(name, edit.changed());
                    mutants.add(new RuleMutant(edit.kind(), edit.where().isEmpty() ? name : name + ": " + edit.where(),
                            edit.what(), edit.line() == 0 ? rule.line() : edit.line(),
                            with(rule, detections, rule.conditions())));
                };
                change(detection, add);
            }
        });
        return mutants;
    }

    private static SigmaRule with(SigmaRule rule, Map<String, Detection> detections, List<Condition> conditions) {
        return new SigmaRule(rule.id(), rule.title(), rule.status(), rule.level(), rule.description(), rule.author(),
                rule.references(), rule.tags(), rule.falsepositives(), rule.file(), rule.line(), rule.logSource(),
                detections, conditions, rule.custom(), rule.filters());
    }

    private static void names(Condition condition, Set<String> names) {
        switch (condition) {
            case Condition.And(var parts) -> parts.forEach(p -> names(p, names));
            case Condition.Or(var parts) -> parts.forEach(p -> names(p, names));
            case Condition.Not(var part) -> names(part, names);
            case Condition.Selection(var name) -> names.add(name);
            case Condition.Quantified(_, _, var more) -> names.addAll(more);
        }
    }

    private interface Changed {
        void to(String what, Condition changed);
    }

    private static void change(Condition condition, Changed out) {
        switch (condition) {
            case Condition.And(var parts) -> {
                out.to("\"or\" in place of \"and\" in " + condition, new Condition.Or(parts));
                parts(parts, out, true);
            }
            case Condition.Or(var parts) -> {
                out.to("\"and\" in place of \"or\" in " + condition, new Condition.And(parts));
                parts(parts, out, false);
            }
            case Condition.Not(var part) -> {
                out.to("without the \"not\" before " + part, part);
                if (!(part instanceof Condition.Selection)) {
                    change(part, (what, changed) -> out.to(what, new Condition.Not(changed)));
                }
            }
            case Condition.Selection(var name) -> out.to("not " + name + " in place of " + name,
                    new Condition.Not(condition));
            case Condition.Quantified(var written, boolean all, var names) -> {
                out.to("not " + written + " in place of " + written, new Condition.Not(condition));
                if (names.size() > 1) {
                    out.to((all ? "\"1 of\" in place of \"all of\" in " : "\"all of\" in place of \"1 of\" in ")
                            + written, new Condition.Quantified(written, !all, names));
                    for (String name : names) {
                        out.to(written + " without " + name, new Condition.Quantified(written, all,
                                names.stream().filter(n -> !n.equals(name)).toList()));
                    }
                }
            }
        }
    }

    private static void parts(List<Condition> parts, Changed out, boolean all) {
        for (int i = 0; i < parts.size(); i++) {
            int index = i;
            out.to("without \"" + parts.get(i) + "\"", join(without(parts, i), all));
            change(parts.get(i), (what, changed) -> {
                List<Condition> copy = new ArrayList<>(parts);
                copy.set(index, changed);
                out.to(what, join(copy, all));
            });
        }
    }

    private static Condition join(List<Condition> parts, boolean all) {
        return parts.size() == 1 ? parts.getFirst() : all ? new Condition.And(parts) : new Condition.Or(parts);
    }

    private record Edit(String kind, String where, String what, int line, Detection changed) {
        Edit in(Detection outer) {
            return new Edit(kind, where, what, line, outer);
        }
    }

    private static void change(Detection detection, Consumer<Edit> out) {
        switch (detection) {
            case Detection.AllOf(var parts) -> parts(parts, out, true);
            case Detection.AnyOf(var parts) -> parts(parts, out, false);
            case Detection.Item item -> values(item, out);
        }
    }

    private static void parts(List<Detection> parts, Consumer<Edit> out, boolean all) {
        for (int i = 0; i < parts.size(); i++) {
            int index = i;
            if (parts.size() > 1) {
                out.accept(new Edit(all ? "item" : "selection", "", "without " + describe(parts.get(i), i),
                        line(parts.get(i)), group(without(parts, i), all)));
            }
            change(parts.get(i), edit -> {
                List<Detection> copy = new ArrayList<>(parts);
                copy.set(index, edit.changed());
                out.accept(edit.in(group(copy, all)));
            });
        }
    }

    private static Detection group(List<Detection> parts, boolean all) {
        return all ? new Detection.AllOf(parts) : new Detection.AnyOf(parts);
    }

    private static void values(Detection.Item item, Consumer<Edit> out) {
        Detection.FieldTest test = item.test();
        if (test.values().size() < 2) {
            return;
        }
        if (test.all()) {
            out.accept(new Edit("item", item.written(), "any value in place of all", item.line(),
                    new Detection.Item(item.written(),
                            new Detection.FieldTest(test.field(), test.values(), false, test.negated()), item.line(),
                            item.column())));
        }
        for (int i = 0; i < Math.min(VALUES_MAX, test.values().size()); i++) {
            Detection.FieldTest fewer = new Detection.FieldTest(test.field(), without(test.values(), i), test.all(),
                    test.negated());
            out.accept(new Edit("value", item.written(), "without " + test.values().get(i), item.line(),
                    new Detection.Item(item.written(), fewer, item.line(), item.column())));
        }
    }

    private static String describe(Detection part, int index) {
        return part instanceof Detection.Item item
                ? item.written() + (item.test().values().size() == 1 ? " " + item.test().values().getFirst() : "")
                : "alternative " + (index + 1);
    }

    private static int line(Detection part) {
        return switch (part) {
            case Detection.Item item -> item.line();
            case Detection.AllOf(var parts) -> parts.isEmpty() ? 0 : line(parts.getFirst());
            case Detection.AnyOf(var parts) -> parts.isEmpty() ? 0 : line(parts.getFirst());
        };
    }

    private static <T> List<T> without(List<T> list, int index) {
        List<T> fewer = new ArrayList<>(list);
        fewer.remove(index);
        return fewer;
    }
}

package dev.tocsin.sigma;

import dev.tocsin.sigma.correlate.CorrelationRule;
import dev.tocsin.sigma.correlate.RuleExpression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the rules that correlations name, and refuses those that name nothing, something ambiguous, or themselves. */
final class CorrelationResolver {
    private final List<SigmaProblem> problems;
    /** What may be named: for each name and id the ids of the rules that have it. */
    private final Map<String, Set<String>> ids = new HashMap<>();
    /** For each id the name, where there is one. */
    private final Map<String, String> names = new HashMap<>();

    private CorrelationResolver(List<SigmaProblem> problems) {
        this.problems = problems;
    }

    /** Reads the correlations among the documents; what is wrong is added to the problems. */
    static List<CorrelationRule> read(List<RuleDocument> documents, List<SigmaRule> rules,
            List<SigmaProblem> problems) {
        CorrelationResolver resolver = new CorrelationResolver(problems);
        rules.forEach(rule -> resolver.define(rule.id(), rule.name()));
        Set<String> taken = new HashSet<>(rules.stream().map(SigmaRule::id).toList());
        Map<String, CorrelationDraft> drafts = new LinkedHashMap<>();
        for (RuleDocument document : documents) {
            if (CorrelationReader.isCorrelation(document)) {
                CorrelationReader.read(document, problems).ifPresent(draft -> {
                    if (taken.add(draft.id())) {
                        drafts.put(draft.id(), draft);
                        resolver.define(draft.id(), draft.name());
                    } else {
                        problems.add(draft.place().error("S118", "the id " + draft.id() + " is already in use",
                                "every rule needs an id of its own; make one with uuidgen"));
                    }
                });
            }
        }
        return resolver.resolve(drafts);
    }

    private void define(String id, @Nullable String name) {
        ids.computeIfAbsent(id, _ -> new LinkedHashSet<>()).add(id);
        if (name != null) {
            names.put(id, name);
            ids.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(id);
        }
    }

    private List<CorrelationRule> resolve(Map<String, CorrelationDraft> drafts) {
        Map<String, CorrelationRule> resolved = new LinkedHashMap<>();
        drafts.values().forEach(draft -> resolve(draft).ifPresent(rule -> resolved.put(rule.id(), rule)));
        Set<String> refused = new HashSet<>(drafts.keySet());
        refused.removeAll(resolved.keySet());
        for (CorrelationRule rule : List.copyOf(resolved.values())) {
            List<String> circle = circle(rule.id(), resolved, new ArrayList<>());
            if (!circle.isEmpty()) {
                problems.add(at(drafts, rule).error("S153",
                        "the correlation names itself: " + String.join(" -> ", circle),
                        "a correlation can only name rules that do not lead back to it"));
                refused.add(rule.id());
            }
        }
        resolved.keySet().removeAll(refused);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (CorrelationRule rule : List.copyOf(resolved.values())) {
                for (CorrelationRule.Reference reference : rule.rules()) {
                    if (refused.contains(reference.id()) && resolved.remove(rule.id()) != null) {
                        refused.add(rule.id());
                        problems.add(at(drafts, rule).error("S152",
                                "the correlation \"" + reference.written() + "\" that it names was refused",
                                "mend that one first"));
                        changed = true;
                    }
                }
            }
        }
        return List.copyOf(resolved.values());
    }

    private static Place at(Map<String, CorrelationDraft> drafts, CorrelationRule rule) {
        return Objects.requireNonNull(drafts.get(rule.id())).place();
    }

    /** The way from the rule back to it; empty when there is none. */
    private static List<String> circle(String id, Map<String, CorrelationRule> rules, List<String> way) {
        way.add(id);
        CorrelationRule rule = rules.get(id);
        if (rule != null) {
            for (CorrelationRule.Reference reference : rule.rules()) {
                if (reference.id().equals(way.getFirst())) {
                    List<String> found = new ArrayList<>(way);
                    found.add(reference.id());
                    return found;
                }
                if (!way.contains(reference.id())) {
                    List<String> found = circle(reference.id(), rules, way);
                    if (!found.isEmpty()) {
                        return found;
                    }
                }
            }
        }
        way.removeLast();
        return List.of();
    }

    private Optional<CorrelationRule> resolve(CorrelationDraft draft) {
        int before = problems.size();
        List<CorrelationRule.Reference> references = new ArrayList<>();
        for (YamlNode.Scalar written : draft.rules()) {
            Set<String> found = ids.getOrDefault(written.text(), Set.of());
            if (found.size() == 1) {
                references.add(new CorrelationRule.Reference(written.text(), found.iterator().next()));
            } else if (found.isEmpty()) {
                problems.add(written.place().error("S152", "no rule has the id or name \"" + written.text() + "\"",
                        Suggestion.hint(written.text(), ids.keySet(),
                                "the rule must be loaded together with this correlation and be sound")));
            } else {
                problems.add(written.place().error("S152",
                        "\"" + written.text() + "\" is the name of " + found.size() + " rules",
                        "name one by its id: " + String.join(", ", found)));
            }
        }
        if (problems.size() > before) {
            return Optional.empty();
        }
        RuleExpression expression = expression(draft, references);
        Map<String, Map<Integer, String>> aliases = aliases(draft, references);
        return problems.size() > before
                ? Optional.empty()
                : Optional.of(new CorrelationRule(draft.id(), draft.name(), draft.head(), draft.type(), references,
                        draft.groupBy(), draft.timespanMillis(), draft.threshold(), expression, draft.fields(),
                        draft.percentile(), aliases, draft.generate(), draft.rearm(), draft.missingGroup(),
                        draft.extension()));
    }

    /** By what a correlation may call each of its rules: as it wrote it, by name, by id. */
    private Map<String, Integer> called(List<CorrelationRule.Reference> references) {
        Map<String, Integer> called = new LinkedHashMap<>();
        for (int i = 0; i < references.size(); i++) {
            CorrelationRule.Reference reference = references.get(i);
            called.put(reference.written(), i);
            called.put(reference.id(), i);
            String name = names.get(reference.id());
            if (name != null) {
                called.put(name, i);
            }
        }
        return called;
    }

    private @Nullable RuleExpression expression(CorrelationDraft draft, List<CorrelationRule.Reference> references) {
        YamlNode.Scalar text = draft.expression();
        if (text == null) {
            return null;
        }
        Map<String, Integer> called = called(references);
        try {
            RuleExpression expression = expression(ConditionParser.parse(text.text(), called.keySet(), text.place()),
                    called);
            for (int i = 0; i < references.size(); i++) {
                int number = i;
                if (!expression.wants(i) && !expression.negate().wants(i)) {
                    problems.add(text.place().error("S155",
                            "the condition does not say what \"" + references.get(number).written() + "\" is for",
                            "name it in the condition, or take it out of rules"));
                }
            }
            boolean wantsNone = true;
            for (int i = 0; i < references.size(); i++) {
                wantsNone &= !expression.wants(i);
            }
            if (wantsNone) {
                problems.add(text.place().error("S155", "the condition wants no rule to match",
                        "that something did not come can only be told after something that did"));
            }
            return expression;
        } catch (RuleRefused e) {
            problems.add(e.problem());
            return null;
        }
    }

    private static RuleExpression expression(Condition condition, Map<String, Integer> called) {
        return switch (condition) {
            case Condition.And and -> new RuleExpression.And(
                    and.parts().stream().map(p -> expression(p, called)).toList());
            case Condition.Or or -> new RuleExpression.Or(or.parts().stream().map(p -> expression(p, called)).toList());
            case Condition.Not not -> expression(not.part(), called).negate();
            case Condition.Selection one -> new RuleExpression.Rule(
                    Objects.requireNonNull(called.get(one.name())), false);
            case Condition.Quantified some -> {
                List<RuleExpression> rules = some.names().stream().map(n -> Objects.requireNonNull(called.get(n)))
                        .distinct().map(n -> (RuleExpression) new RuleExpression.Rule(n, false)).toList();
                yield some.all() ? new RuleExpression.And(rules) : new RuleExpression.Or(rules);
            }
        };
    }

    private Map<String, Map<Integer, String>> aliases(CorrelationDraft draft,
            List<CorrelationRule.Reference> references) {
        Map<String, Map<Integer, String>> aliases = new LinkedHashMap<>();
        if (draft.aliases() == null) {
            return aliases;
        }
        Map<String, Integer> called = called(references);
        for (YamlNode.Entry alias : draft.aliases().entries()) {
            if (!(alias.value() instanceof YamlNode.Mapping fields)) {
                problems.add(alias.value().place().error("S158", "an alias is a mapping from rules to fields, not "
                        + alias.value().kindName(), "such as " + alias.key() + ": {rule_name: FieldName}"));
                continue;
            }
            Map<Integer, String> byRule = aliases.computeIfAbsent(alias.key(), _ -> new LinkedHashMap<>());
            for (YamlNode.Entry entry : fields.entries()) {
                Integer number = called.get(entry.key());
                if (number == null) {
                    problems.add(entry.keyPlace().error("S158",
                            "the alias \"" + alias.key() + "\" names \"" + entry.key()
                                    + "\", which is none of the correlation's rules",
                            Suggestion.hint(entry.key(), called.keySet(),
                                    "its rules are " + String.join(", ", called.keySet()))));
                } else if (entry.value() instanceof YamlNode.Scalar s && s.kind() != YamlNode.Kind.NULL) {
                    byRule.put(number, s.text());
                } else {
                    problems.add(entry.value().place().error("S158", "an alias stands for a field, not "
                            + entry.value().kindName(), "write the field's name"));
                }
            }
        }
        return aliases;
    }
}

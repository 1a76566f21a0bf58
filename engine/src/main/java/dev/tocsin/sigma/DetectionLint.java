package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lints the detection: the condition against the selections, and each item. */
final class DetectionLint {
    private final YamlNode.Mapping detection;
    private final Map<String, YamlNode.Entry> selections = new LinkedHashMap<>();
    private final List<SigmaProblem> problems = new ArrayList<>();

    DetectionLint(YamlNode.Mapping detection) {
        this.detection = detection;
        for (YamlNode.Entry entry : detection.entries()) {
            if (!entry.key().equals("condition") && !entry.key().equals("timeframe")) {
                selections.put(entry.key(), entry);
            }
        }
    }

    List<SigmaProblem> problems() {
        YamlNode.Entry timeframe = detection.entry("timeframe");
        if (timeframe != null) {
            problems.add(LintCheck.LONE_TIMEFRAME.at(timeframe.keyPlace(), LintCheck.LONE_TIMEFRAME.summary(),
                    "write a correlation document with timespan"));
        }
        selections.values().forEach(entry -> walk(entry.value()));
        try {
            conditions();
        } catch (RuleRefused e) {
            return problems; // The loader has reported the condition; nothing can be said about what it names.
        }
        return problems;
    }

    private void conditions() {
        YamlNode node = detection.get("condition");
        List<Condition> conditions = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (YamlNode item : node instanceof YamlNode.Sequence list
                ? list.items()
                : node == null ? List.<YamlNode>of() : List.of(node)) {
            if (item instanceof YamlNode.Scalar scalar) {
                Condition condition = ConditionParser.parse(scalar.text(), selections.keySet(), scalar.place());
                conditions.add(condition);
                condition(condition, scalar.place(), used);
                if (isNegative(condition)) {
                    problems.add(LintCheck.ONLY_NEGATIVE.at(scalar.place(), LintCheck.ONLY_NEGATIVE.summary(),
                            "add a selection that must hold"));
                }
            }
        }
        for (YamlNode.Entry entry : selections.values()) {
            if (!conditions.isEmpty() && !used.contains(entry.key())) {
                problems.add(
                        LintCheck.UNUSED_SELECTION.at(entry.keyPlace(), "no condition names \"" + entry.key() + "\"",
                                "name it or remove it"));
            }
        }
    }

    private void condition(Condition condition, Place place, Set<String> used) {
        switch (condition) {
            case Condition.And(var parts) -> parts.forEach(p -> condition(p, place, used));
            case Condition.Or(var parts) -> parts.forEach(p -> condition(p, place, used));
            case Condition.Not(var part) -> condition(part, place, used);
            case Condition.Selection(var name) -> used.add(name);
            case Condition.Quantified(var written, _, var names) -> {
                used.addAll(names);
                if (names.size() == 1 && !written.endsWith("them") && written.indexOf('*') < 0) {
                    problems.add(
                            LintCheck.QUANTIFIER_OF_ONE.at(place, "\"" + written + "\" speaks about one selection only",
                                    "write \"" + names.getFirst() + "\""));
                }
            }
        }
    }

    /** Whether it holds for an event that has none of the fields. */
    private static boolean isNegative(Condition condition) {
        return switch (condition) {
            case Condition.And(var parts) -> parts.stream().allMatch(DetectionLint::isNegative);
            case Condition.Or(var parts) -> parts.stream().anyMatch(DetectionLint::isNegative);
            case Condition.Not(var part) -> !isNegative(part);
            case Condition.Selection _,Condition.Quantified _ -> false;
        };
    }

    private void walk(YamlNode node) {
        switch (node) {
            case YamlNode.Mapping mapping -> mapping.entries().forEach(entry -> new ItemLint(entry, problems).lint());
            case YamlNode.Sequence list -> list.items().forEach(item -> walk(item));
            case YamlNode.Scalar scalar -> {
                if (scalar.text().isEmpty()) {
                    problems.add(
                            LintCheck.EMPTY_KEYWORD.at(scalar.place(), LintCheck.EMPTY_KEYWORD.summary(), "remove it"));
                }
            }
        }
    }
}

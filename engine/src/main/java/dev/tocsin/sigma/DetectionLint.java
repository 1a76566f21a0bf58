package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Lints the detection: the condition against the selections, and each item. */
final class DetectionLint {
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_.-]+");
    private static final Set<String> RESERVED = Set.of("and", "or", "not", "of", "all", "any", "them");

    private static final int KEYWORD_MIN = 4;

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
        for (YamlNode.Entry entry : selections.values()) {
            if (!NAME.matcher(entry.key()).matches() || RESERVED.contains(entry.key().toLowerCase(Locale.ROOT))) {
                problems.add(LintCheck.ODD_SELECTION_NAME.at(entry.keyPlace(),
                        "\"" + entry.key() + "\" is hard to use in a condition", "use letters, digits, _ and -"));
            }
            walk(entry.value());
        }
        sameSelections();
        try {
            conditions();
        } catch (RuleRefused e) {
            return problems; // The loader has reported the condition; nothing can be said about what it names.
        }
        return problems;
    }

    private void sameSelections() {
        Map<String, String> seen = new LinkedHashMap<>();
        for (YamlNode.Entry entry : selections.values()) {
            String first = seen.putIfAbsent(YamlJson.of(entry.value()).toString(), entry.key());
            if (first != null) {
                problems.add(LintCheck.SAME_SELECTIONS.at(entry.keyPlace(),
                        "\"" + entry.key() + "\" asks the same as \"" + first + "\"",
                        "was one copied and not changed?"));
            }
        }
    }

    /** Words of the grammar that are not in lower case, and patterns that take in too much or too little. */
    private void words(YamlNode.Scalar condition) {
        for (String word : condition.text().split("[\\s()]+")) {
            if (RESERVED.contains(word.toLowerCase(Locale.ROOT)) && !word.equals(word.toLowerCase(Locale.ROOT))
                    && !selections.containsKey(word)) {
                problems.add(LintCheck.OPERATOR_CASE.at(condition.place(), "\"" + word + "\" is written in capitals",
                        "write " + word.toLowerCase(Locale.ROOT)));
                return;
            }
        }
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
                words(scalar);
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
                } else if (written.endsWith("them")) {
                    problems.add(LintCheck.ALL_SELECTIONS.at(place, "\"" + written + "\" takes in every selection",
                            "name them by a pattern such as selection_*, so that a filter added later is not one of them"));
                } else if (names.size() == 1) {
                    problems.add(LintCheck.PATTERN_OF_ONE.at(place,
                            "\"" + written + "\" fits only \"" + names.getFirst() + "\"",
                            "right if more are to come"));
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
                } else if (scalar.text().length() < KEYWORD_MIN && scalar.kind() == YamlNode.Kind.TEXT) {
                    problems.add(LintCheck.SHORT_KEYWORD.at(scalar.place(),
                            "\"" + scalar.text() + "\" is found nearly everywhere", "name the field it is to be in"));
                }
            }
        }
    }
}

package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lints rules against each other: the same detection, or the same title, twice. */
final class TwinLint {
    private final List<SigmaRule> rules;

    TwinLint(List<SigmaRule> rules) {
        this.rules = rules;
    }

    private record Meaning(RuleLogSource source, List<Detection> detections, List<String> conditions) {
    }

    List<SigmaProblem> problems() {
        List<SigmaProblem> problems = new ArrayList<>();
        Map<Meaning, SigmaRule> byMeaning = new HashMap<>();
        Map<String, SigmaRule> byTitle = new HashMap<>();
        for (SigmaRule rule : rules) {
            SigmaRule twin = byMeaning.putIfAbsent(
                    new Meaning(rule.logSource(),
                            rule.detections().values().stream().map(ConditionLint::withoutPlace).toList(),
                            rule.conditions().stream().map(c -> unnamed(c, rule)).toList()),
                    rule);
            Place place = new Place(rule.file(), rule.line(), 1);
            if (twin != null) {
                problems.add(LintCheck.SAME_RULE.at(place, "\"" + twin.title() + "\" in " + twin.file() + ":"
                        + twin.line() + " finds the same", "keep one, and name the other under related"));
            }
            SigmaRule namesake = byTitle.putIfAbsent(rule.title().toLowerCase(Locale.ROOT), rule);
            if (namesake != null && twin == null && !namesake.file().equals(rule.file())) {
                problems.add(LintCheck.SAME_TITLE.at(place, "the rule in " + namesake.file() + ":" + namesake.line()
                        + " is called \"" + rule.title() + "\" too",
                        "in a list of alerts nobody could tell them apart"));
            }
        }
        return problems;
    }

    /** Names of selections say nothing about meaning; their order does. */
    private static String unnamed(Condition condition, SigmaRule rule) {
        String text = condition.toString();
        int number = 0;
        for (String name : rule.detections().keySet()) {
            text = text.replaceAll("\\b" + java.util.regex.Pattern.quote(name) + "\\b", "#" + number++);
        }
        return text;
    }
}

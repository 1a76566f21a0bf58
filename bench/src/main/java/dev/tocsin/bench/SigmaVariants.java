package dev.tocsin.bench;

import dev.tocsin.sigma.Condition;
import dev.tocsin.sigma.Detection;
import dev.tocsin.sigma.Regex;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.TextPattern;
import dev.tocsin.sigma.ValueTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The same rules again and again with other literals: a rule set of many times the size and of the same nature. Each literal
 * gets a mark in its middle, each regular expression at its end; what is neither stays, and what a rule excludes.
 */
final class SigmaVariants {
    private SigmaVariants() {
    }

    /** The rules, and so many variants of each less one. */
    static List<SigmaRule> of(List<SigmaRule> rules, int times) {
        List<SigmaRule> all = new ArrayList<>(rules);
        for (int variant = 1; variant < times; variant++) {
            for (SigmaRule rule : rules) {
                all.add(variant(rule, "q" + variant + "vx"));
            }
        }
        return all;
    }

    private static SigmaRule variant(SigmaRule rule, String mark) {
        Set<String> excluding = new HashSet<>();
        rule.conditions().forEach(condition -> excluding(condition, false, excluding));
        Map<String, Detection> detections = new LinkedHashMap<>();
        rule.detections().forEach((name, detection) -> detections.put(name,
                excluding.contains(name) ? detection : variant(detection, mark)));
        return new SigmaRule(rule.id() + mark, rule.title(), rule.status(), rule.level(), rule.description(),
                rule.author(), rule.references(), rule.tags(), rule.falsepositives(), rule.file(), rule.line(),
                rule.logSource(), detections, rule.conditions(), rule.custom(), rule.filters());
    }

    private static void excluding(Condition condition, boolean negated, Set<String> names) {
        switch (condition) {
            case Condition.And(var parts) -> parts.forEach(part -> excluding(part, negated, names));
            case Condition.Or(var parts) -> parts.forEach(part -> excluding(part, negated, names));
            case Condition.Not(var part) -> excluding(part, !negated, names);
            case Condition.Selection(String name) when negated -> names.add(name);
            case Condition.Quantified(_, _, var some) when negated -> names.addAll(some);
            default -> {
            }
        }
    }

    private static Detection variant(Detection detection, String mark) {
        return switch (detection) {
            case Detection.AllOf(var parts) ->
                new Detection.AllOf(parts.stream().map(part -> variant(part, mark)).toList());
            case Detection.AnyOf(var parts) ->
                new Detection.AnyOf(parts.stream().map(part -> variant(part, mark)).toList());
            case Detection.Item item -> new Detection.Item(item.written(),
                    new Detection.FieldTest(item.test().field(),
                            item.test().values().stream().map(value -> variant(value, mark)).toList(),
                            item.test().all(),
                            item.test().negated()),
                    item.line(), item.column());
        };
    }

    private static ValueTest variant(ValueTest test, String mark) {
        return switch (test) {
            case ValueTest.Text(TextPattern pattern, boolean cased) -> new ValueTest.Text(new TextPattern(
                    pattern.parts()
                            .stream().<TextPattern.Part>map(part -> part instanceof TextPattern.Literal(String text)
                                    ? new TextPattern.Literal(marked(text, mark))
                                    : part)
                            .toList()),
                    cased);
            case ValueTest.Search(Regex r) ->
                new ValueTest.Search(
                        new Regex("(?:" + r.source() + ")" + mark, r.ignoreCase(), r.multiLine(), r.dotAll()));
            case ValueTest.OneOf(var forms) ->
                new ValueTest.OneOf(forms.stream().map(form -> variant(form, mark)).toList());
            default -> test;
        };
    }

    private static String marked(String text, String mark) {
        int middle = text.codePointCount(0, text.length()) / 2;
        int at = text.offsetByCodePoints(0, middle);
        return text.substring(0, at) + mark + text.substring(at);
    }
}

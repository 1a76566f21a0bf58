package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Lints documents that refer to other rules: correlations and filters. */
final class ReferringLint {
    private static final Set<String> TYPES = new TreeSet<>(Set.of("event_count", "value_count", "temporal",
            "temporal_ordered", "value_sum", "value_avg", "value_percentile", "value_median"));
    /** ElastAlert's, as this program knows them; not of the specification. */
    private static final Set<String> EXTENSIONS = Set.of("change", "spike", "flatline", "new_term", "percentage");
    private static final Pattern TIMESPAN = Pattern.compile("\\d{1,9}[smhdwMy]");

    private final YamlNode.Mapping root;
    private final Set<String> known;
    private final List<SigmaProblem> problems = new ArrayList<>();

    /** @param known ids, names and titles of all rules that are linted together */
    ReferringLint(YamlNode.Mapping root, Set<String> known) {
        this.root = root;
        this.known = known;
    }

    List<SigmaProblem> problems() {
        if (root.get("correlation") instanceof YamlNode.Mapping correlation) {
            correlation(correlation);
        }
        if (root.get("filter") instanceof YamlNode.Mapping filter) {
            references(filter);
            negation(filter);
        }
        return problems;
    }

    private void correlation(YamlNode.Mapping correlation) {
        references(correlation);
        String type = correlation.text("type");
        if (type != null && !TYPES.contains(type) && !EXTENSIONS.contains(type)) {
            at(LintCheck.UNKNOWN_CORRELATION_TYPE, correlation, "type", "\"" + type + "\" is no type of correlation",
                    Suggestion.hint(type, TYPES, "known are " + String.join(", ", TYPES)));
        }
        String timespan = correlation.text("timespan");
        if (timespan != null && !TIMESPAN.matcher(timespan).matches()) {
            at(LintCheck.BAD_TIMESPAN, correlation, "timespan", "\"" + timespan + "\" is no timespan",
                    "write 30s, 5m, 1h or 7d");
        }
        YamlNode group = correlation.get("group-by");
        if (group == null) {
            problems.add(LintCheck.NO_GROUP.at(correlation.place(), LintCheck.NO_GROUP.summary(),
                    "name the field that makes events belong together, such as group-by: [User]"));
        }
        boolean needsField = type != null && type.startsWith("value_");
        YamlNode condition = correlation.get("condition");
        boolean inCondition = condition instanceof YamlNode.Mapping m && m.get("field") != null;
        if (needsField && correlation.get("field") == null && !inCondition) {
            at(LintCheck.FIELD_NOT_GIVEN, correlation, "type", type + " needs a field to take values from",
                    "write field: under condition");
        }
        aliases(correlation, names(group), names(correlation.get("rules")));
    }

    private void aliases(YamlNode.Mapping correlation, List<String> groups, List<String> rules) {
        if (!(correlation.get("aliases") instanceof YamlNode.Mapping aliases)) {
            return;
        }
        for (YamlNode.Entry alias : aliases.entries()) {
            if (!groups.contains(alias.key())) {
                problems.add(LintCheck.IDLE_ALIAS.at(alias.keyPlace(),
                        "group-by does not name the alias \"" + alias.key() + "\"", "add it there or remove it"));
            }
            if (alias.value() instanceof YamlNode.Mapping fields) {
                for (YamlNode.Entry field : fields.entries()) {
                    if (!rules.contains(field.key())) {
                        problems.add(LintCheck.IDLE_ALIAS.at(field.keyPlace(),
                                "\"" + field.key() + "\" is not in rules", Suggestion.hint(field.key(), rules, "")));
                    }
                }
            }
        }
    }

    private void references(YamlNode.Mapping body) {
        YamlNode rules = body.get("rules");
        for (YamlNode one : rules instanceof YamlNode.Sequence list
                ? list.items()
                : rules == null ? List.<YamlNode>of() : List.of(rules)) {
            if (one instanceof YamlNode.Scalar name && !name.text().equals("any") && !known.contains(name.text())) {
                problems.add(LintCheck.CORRELATED_RULE_ABSENT.at(name.place(),
                        "no rule here has the id or name \"" + name.text() + "\"",
                        Suggestion.hint(name.text(), known, "lint it together with the rules it refers to")));
            }
        }
    }

    /** A filter is added to the rule by and, so one that only describes the exception keeps nothing but the exception. */
    private void negation(YamlNode.Mapping filter) {
        String condition = filter.text("condition");
        if (condition != null && !Pattern.compile("(?i)(^|[\\s(])not\\s").matcher(condition).find()) {
            at(LintCheck.FILTER_WITHOUT_NOT, filter, "condition",
                    "the condition \"" + condition + "\" keeps only what it describes", "write not " + condition);
        }
    }

    private static List<String> names(@org.jspecify.annotations.Nullable YamlNode node) {
        List<String> names = new ArrayList<>();
        List<YamlNode> items = node instanceof YamlNode.Sequence list
                ? list.items()
                : node == null ? List.of() : List.of(node);
        for (YamlNode item : items) {
            if (item instanceof YamlNode.Scalar s) {
                names.add(s.text());
            }
        }
        return names;
    }

    private void at(LintCheck check, YamlNode.Mapping mapping, String key, String what, String hint) {
        YamlNode node = mapping.get(key);
        problems.add(check.at((node == null ? mapping : node).place(), what, hint));
    }
}

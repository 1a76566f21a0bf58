package dev.tocsin.sigma;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code filter:} documents and puts them on the rules they are for. They do not apply to correlations. */
final class Filters {
    private static final Set<String> NO_SELECTIONS = Set.of("rules", "condition");

    private final DetectionReader detections;
    private final List<SigmaProblem> problems;

    Filters(DetectionReader detections, List<SigmaProblem> problems) {
        this.detections = detections;
        this.problems = problems;
    }

    static boolean isFilter(RuleDocument document) {
        return document.root().get("filter") != null;
    }

    /** @param documents of every kind; the filters among them apply in this order */
    List<SigmaRule> apply(List<RuleDocument> documents, List<SigmaRule> rules) {
        List<SigmaRule> narrowed = rules;
        for (RuleDocument document : documents) {
            if (isFilter(document)) {
                try {
                    SigmaFilter filter = read(document);
                    warn(filter, documents, rules);
                    narrowed = narrowed.stream().map(rule -> filter.isFor(rule) ? filter.narrow(rule) : rule).toList();
                } catch (RuleRefused e) {
                    problems.add(e.problem());
                }
            }
        }
        return narrowed;
    }

    SigmaFilter read(RuleDocument document) {
        YamlNode.Mapping root = document.root();
        if (!(root.get("filter") instanceof YamlNode.Mapping filter)) {
            throw root.place().refuse("S117", "\"filter\" must be a mapping", "it holds rules, selections, condition");
        }
        Map<String, Detection> selections = new LinkedHashMap<>();
        for (YamlNode.Entry entry : filter.entries()) {
            if (!NO_SELECTIONS.contains(entry.key())) {
                selections.put(entry.key(), detections.read(entry.key(), entry.value()));
            }
        }
        if (!(filter.get("condition") instanceof YamlNode.Scalar condition)
                || condition.kind() == YamlNode.Kind.NULL) {
            throw filter.place().refuse("S117", "a filter needs one condition, as text",
                    "such as condition: not selection");
        }
        String fileName = String.valueOf(Path.of(document.file()).getFileName());
        String title = root.text("title");
        String id = root.text("id");
        String named = title == null ? fileName : title;
        return new SigmaFilter(
                new SigmaRule.AppliedFilter(id == null ? RuleReader.idOf(named, fileName) : id, named, document.file(),
                        Math.max(1, root.place().line())),
                condition.place(), RuleReader.logSource(root), references(filter), selections,
                ConditionParser.parse(condition.text(), selections.keySet(), condition.place()));
    }

    private static List<SigmaFilter.Reference> references(YamlNode.Mapping filter) {
        YamlNode node = filter.get("rules");
        String hint = "a list of ids or names of rules, or any for every rule of the log source";
        if (node instanceof YamlNode.Scalar scalar && scalar.kind() != YamlNode.Kind.NULL) {
            boolean any = scalar.text().equalsIgnoreCase("any") || scalar.text().equalsIgnoreCase("all");
            return any ? List.of() : List.of(new SigmaFilter.Reference(scalar.text(), scalar.place()));
        }
        if (!(node instanceof YamlNode.Sequence list)) {
            throw (node == null ? filter.place() : node.place()).refuse("S117",
                    "a filter must say to which rules it applies", "\"rules\" is " + hint);
        }
        List<SigmaFilter.Reference> references = new ArrayList<>();
        for (YamlNode item : list.items()) {
            if (!(item instanceof YamlNode.Scalar scalar) || scalar.kind() == YamlNode.Kind.NULL) {
                throw item.place().refuse("S117", "\"rules\" cannot hold " + item.kindName(), "it is " + hint);
            }
            references.add(new SigmaFilter.Reference(scalar.text(), scalar.place()));
        }
        return references;
    }

    /** What makes a filter do something else than its author thinks; it applies nevertheless. */
    private void warn(SigmaFilter filter, List<RuleDocument> documents, List<SigmaRule> rules) {
        if (!filter.negates()) {
            problems.add(filter.place().warning("S281",
                    "the filter negates nothing, so its rules now match only what it describes",
                    "an exception is written \"not " + filter.condition() + "\""));
        }
        Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        Set<String> correlations = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (RuleDocument document : documents) {
            Set<String> names = document.root().get("correlation") == null ? known : correlations;
            for (String key : List.of("id", "name")) {
                String name = document.root().text(key);
                if (name != null && !isFilter(document)) {
                    names.add(name);
                }
            }
        }
        rules.forEach(rule -> known.add(rule.id()));
        for (SigmaFilter.Reference reference : filter.rules()) {
            if (correlations.contains(reference.rule())) {
                problems.add(reference.place().warning("S280", "\"" + reference.rule()
                        + "\" is a correlation, and filters do not apply to those",
                        "name the rules that it refers to"));
            } else if (!known.contains(reference.rule())) {
                problems.add(reference.place().warning("S280", "there is no rule \"" + reference.rule() + "\" here",
                        Suggestion.hint(reference.rule(), known, "it is an id or a name")));
            } else if (rules.stream()
                    .anyMatch(r -> reference.names(r) && !filter.logSource().includes(r.logSource()))) {
                problems.add(reference.place().warning("S282",
                        "the rule \"" + reference.rule() + "\" has another log source than the filter, which therefore "
                                + "does not apply to it",
                        "the filter's logsource (" + filter.logSource() + ") must be part of the rule's"));
            }
        }
    }
}

package dev.tocsin.sigma;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Converts rules whose condition ends in {@code | count() by x > 5} or {@code | near y}, which Sigma 2 no longer has, into a
 * rule and a correlation. The rule keeps its id and its text, comments included; the correlation's id is made of it, so that
 * it is the same each time.
 */
public final class OldRules {
    private static final List<String> HEAD = List.of("status", "description", "references", "author", "date",
            "modified", "tags", "falsepositives", "level");

    private final String file;
    private final List<String> lines;
    private final List<SigmaProblem> problems = new ArrayList<>();
    private int converted;

    private OldRules(String file, String yaml) {
        this.file = file;
        this.lines = yaml.lines().toList();
    }

    /** @param file for problems and for rules without an id */
    public static Conversion convert(String file, String yaml) {
        return new OldRules(file, yaml).convert(YamlReader.read(file, yaml));
    }

    private Conversion convert(YamlReader.Documents read) {
        problems.addAll(read.problems());
        List<String> out = new ArrayList<>();
        for (YamlNode document : read.documents()) {
            if (document instanceof YamlNode.Mapping root && !root.entries().isEmpty()) {
                YamlText text = text(root);
                if (!out.isEmpty()) {
                    out.add("---");
                }
                try {
                    out.addAll(convert(root, text));
                } catch (RuleRefused e) {
                    problems.add(e.problem());
                    out.addAll(text.with(root, Map.of()));
                }
            }
        }
        return new Conversion(converted == 0 ? "" : String.join("\n", out).stripTrailing() + "\n", converted, problems);
    }

    /** The document with its comments, from the separator above it to that below. */
    private YamlText text(YamlNode.Mapping root) {
        int from = root.entries().getFirst().keyPlace().line() - 1;
        int to = root.entries().getLast().keyPlace().line();
        while (from > 0 && !lines.get(from - 1).startsWith("---")) {
            from--;
        }
        while (to < lines.size() && !lines.get(to).startsWith("---")) {
            to++;
        }
        return new YamlText(lines.subList(from, to), from + 1, root);
    }

    private List<String> convert(YamlNode.Mapping root, YamlText text) {
        YamlNode.Entry condition = root.get("detection") instanceof YamlNode.Mapping detection
                ? detection.entry("condition")
                : null;
        boolean piped = condition != null && StepSettings.items(condition.value()).stream()
                .anyMatch(item -> item instanceof YamlNode.Scalar s && s.text().indexOf('|') >= 0);
        if (condition == null || !piped) {
            return text.with(root, Map.of());
        }
        Place place = condition.value().place();
        if (root.get("action") != null) {
            throw place.refuse("S160", "the rule is part of a file with \"action\"",
                    "write its documents out as rules of their own first");
        }
        if (!(condition.value() instanceof YamlNode.Scalar scalar)) {
            throw place.refuse("S160", "one of several conditions has an aggregation", "make a rule of each condition");
        }
        if (condition.keyPlace().line() == root.entries().getFirst().keyPlace().line()) {
            throw place.refuse("S160", "the rule stands in one line", "write it in several");
        }
        String[] parts = scalar.text().split("\\|", 2);
        YamlNode.Mapping detection = (YamlNode.Mapping) java.util.Objects.requireNonNull(root.get("detection"));
        OldAggregation aggregation = OldAggregation.parse(parts[1], place);
        String timespan = OldAggregation.timespan(detection, place);
        List<String> out = switch (aggregation) {
            case OldAggregation.Compared compared -> compared(root, text, detection, parts[0].strip(), compared,
                    timespan);
            case OldAggregation.Near near -> near(root, text, detection, parts[0].strip(), near, timespan);
        };
        converted++;
        return out;
    }

    private List<String> compared(YamlNode.Mapping root, YamlText text, YamlNode.Mapping detection, String asked,
            OldAggregation.Compared compared, String timespan) {
        List<String> out = rule(text, detection, Map.of("condition", "condition: " + asked, "timeframe", ""), root, "");
        Map<String, Object> correlation = new LinkedHashMap<>();
        correlation.put("type", compared.type());
        correlation.put("rules", List.of(id(root)));
        if (!compared.groupBy().isEmpty()) {
            correlation.put("group-by", compared.groupBy());
        }
        correlation.put("timespan", timespan);
        correlation.put("condition", compared.condition());
        out.addAll(correlation(root, text, correlation));
        return out;
    }

    /** A rule for each selection that is to be near, since a correlation speaks of rules. */
    private List<String> near(YamlNode.Mapping root, YamlText text, YamlNode.Mapping detection, String asked,
            OldAggregation.Near near, String timespan) {
        Map<String, Boolean> parts = new LinkedHashMap<>();
        parts.put(asked, true);
        parts.putAll(near.selections());
        Set<String> names = new HashSet<>(detection.entries().stream().map(YamlNode.Entry::key).toList());
        names.removeAll(Set.of("condition", "timeframe"));
        List<String> out = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        List<String> expression = new ArrayList<>();
        parts.forEach((part, wanted) -> {
            Condition condition = ConditionParser.parse(part, names, detection.place());
            Set<String> used = new HashSet<>();
            condition.renamed(name -> {
                used.add(name);
                return name;
            });
            Map<String, String> changes = new LinkedHashMap<>();
            names.stream().filter(name -> !used.contains(name)).forEach(name -> changes.put(name, ""));
            changes.put("timeframe", "");
            changes.put("condition", "condition: " + part);
            String id = ids.isEmpty() ? id(root) : YamlText.id(id(root) + " near " + part);
            if (!ids.isEmpty()) {
                out.add("---");
            }
            out.addAll(rule(text, detection, changes, root, ids.isEmpty() ? "" : part));
            ids.add(id);
            expression.add((wanted ? "" : "not ") + id);
        });
        Map<String, Object> correlation = new LinkedHashMap<>();
        correlation.put("type", "temporal");
        correlation.put("rules", ids);
        correlation.put("timespan", timespan);
        if (parts.containsValue(false)) {
            correlation.put("condition", String.join(" and ", expression));
        }
        out.addAll(correlation(root, text, correlation));
        return out;
    }

    /** @param part which of several rules made of one it is; empty for the one that keeps the id */
    private List<String> rule(YamlText text, YamlNode.Mapping detection, Map<String, String> changes,
            YamlNode.Mapping root, String part) {
        List<String> rule = text.with(detection, changes);
        String id = part.isEmpty() ? id(root) : YamlText.id(id(root) + " near " + part);
        boolean hasId = root.text("id") != null;
        List<String> out = new ArrayList<>();
        for (String line : rule) {
            if (hasId && line.startsWith("id:")) {
                out.add(part.isEmpty() ? line : "id: " + id);
            } else if (line.startsWith("title:")) {
                out.add(part.isEmpty() ? line : "title: " + quoted(title(root) + " (" + part + ")"));
                if (!hasId) {
                    out.add("id: " + id);
                }
            } else {
                out.add(line);
            }
        }
        while (!out.isEmpty() && out.getLast().isBlank()) {
            out.removeLast();
        }
        return out;
    }

    private List<String> correlation(YamlNode.Mapping root, YamlText text, Map<String, Object> correlation) {
        List<String> out = new ArrayList<>(List.of("---"));
        out.add("title: " + quoted(title(root) + " (correlation)"));
        out.add("id: " + YamlText.id(id(root) + " correlation"));
        out.addAll(YamlText.dump(Map.of("related", List.of(new LinkedHashMap<>(related(root))))).lines().toList());
        HEAD.forEach(key -> out.addAll(text.entry(key)));
        out.addAll(YamlText.dump(Map.of("correlation", correlation)).lines().toList());
        return out;
    }

    private Map<String, Object> related(YamlNode.Mapping root) {
        Map<String, Object> related = new LinkedHashMap<>();
        related.put("id", id(root));
        related.put("type", "derived");
        return related;
    }

    private String title(YamlNode.Mapping root) {
        String title = root.text("title");
        return title == null ? String.valueOf(Path.of(file).getFileName()) : title;
    }

    private String id(YamlNode.Mapping root) {
        String id = root.text("id");
        return id != null ? id : RuleReader.idOf(title(root), String.valueOf(Path.of(file).getFileName()));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}

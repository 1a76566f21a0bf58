package dev.tocsin.sigma;

import dev.tocsin.sigma.QueryParts.Part;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Converts rules of ElastAlert 2 into a Sigma rule and, but for {@code any}, {@code blacklist} and {@code whitelist}, a
 * correlation. How a rule alerts (receivers, texts, how often) stays behind.
 */
public final class ElastAlertRules {
    private static final List<String> TYPES = List.of("any", "blacklist", "whitelist", "frequency", "cardinality",
            "change", "spike", "flatline", "new_term", "percentage_match");
    private static final List<String> LEVELS = List.of("critical", "high", "medium", "low");
    private static final Map<String, String> UNITS = Map.of("seconds", "s", "minutes", "m", "hours", "h", "days", "d",
            "weeks", "w");
    private static final String LONG = "30d";

    private final String file;
    private final RuleLogSource logSource;
    private final List<SigmaProblem> problems = new ArrayList<>();
    private final Set<String> used = new TreeSet<>();

    private ElastAlertRules(String file, RuleLogSource logSource) {
        this.file = file;
        this.logSource = logSource;
    }

    /** @param logSource of the rules made; ElastAlert's know an index only, and when nothing is named here, that is used */
    public static Conversion convert(String file, String yaml, RuleLogSource logSource) {
        return new ElastAlertRules(file, logSource).convert(YamlReader.read(file, yaml));
    }

    private Conversion convert(YamlReader.Documents read) {
        problems.addAll(read.problems());
        List<String> out = new ArrayList<>();
        int converted = 0;
        for (YamlNode document : read.documents()) {
            try {
                if (!(document instanceof YamlNode.Mapping root)) {
                    throw document.place().refuse("S161", "a rule is a mapping, not " + document.kindName(), "");
                }
                used.clear();
                List<Map<String, Object>> documents = rule(root);
                documents.forEach(one -> out.add(YamlText.dump(one)));
                leftBehind(root);
                converted++;
            } catch (RuleRefused e) {
                problems.add(e.problem());
            }
        }
        return new Conversion(String.join("---\n", out), converted, problems);
    }

    private void leftBehind(YamlNode.Mapping root) {
        List<String> others = root.entries().stream().map(YamlNode.Entry::key).filter(key -> !used.contains(key))
                .toList();
        if (!others.isEmpty()) {
            problems.add(root.place().warning("S284", "not converted: " + String.join(", ", others),
                    "who is told, and how often, is not part of a rule here"));
        }
    }

    private List<Map<String, Object>> rule(YamlNode.Mapping root) {
        String type = text(root, "type");
        if (!TYPES.contains(type)) {
            throw place(root, "type").refuse("S161", "rules of the type \"" + type + "\" cannot be converted",
                    Suggestion.hint(type, TYPES, "known are " + String.join(", ", TYPES)));
        }
        QueryParts parts = new QueryParts();
        used.add("filter");
        YamlNode filter = root.get("filter");
        Part asked = filter == null || filter instanceof YamlNode.Sequence s && s.items().isEmpty()
                ? null
                : new ElastAlertFilter(parts).all(filter);
        Part all = switch (type) {
            case "blacklist" -> and(parts, asked, parts.item(field(root, "compare_key"), listed(root, "blacklist")));
            case "whitelist" -> whitelist(root, parts, asked);
            default -> asked;
        };
        if (all == null) {
            throw root.place().refuse("S161", "the rule has no filter",
                    "say in one what the events are that it is about");
        }
        List<Map<String, Object>> documents = new ArrayList<>();
        Map<String, Object> first = detection(root, "", parts.detection(all));
        documents.add(first);
        String base = String.valueOf(first.get("id"));
        switch (type) {
            case "any", "blacklist", "whitelist" -> {
            }
            case "percentage_match" -> {
                used.add("match_bucket_filter");
                YamlNode bucket = root.get("match_bucket_filter");
                if (bucket == null) {
                    throw root.place().refuse("S161", "percentage_match needs match_bucket_filter", "");
                }
                Part counted = and(parts, all, new ElastAlertFilter(parts).all(bucket));
                Map<String, Object> second = detection(root, " (counted)", parts.detection(counted));
                documents.addFirst(second);
                documents.add(correlation(root, "", List.of(String.valueOf(second.get("id")), base), percentage(root)));
            }
            case "new_term" -> newTerms(root, base, documents);
            default -> documents.add(correlation(root, "", List.of(base), settings(root, type)));
        }
        return documents;
    }

    private static Part and(QueryParts parts, @org.jspecify.annotations.Nullable Part asked, Part more) {
        return asked == null ? more : parts.all(List.of(asked, more));
    }

    private Part whitelist(YamlNode.Mapping root, QueryParts parts, @org.jspecify.annotations.Nullable Part asked) {
        String field = field(root, "compare_key");
        Part other = parts.not(parts.item(field, listed(root, "whitelist")));
        Part present = parts.item(field + "|exists", true);
        return and(parts, asked, flag(root, "ignore_null") ? parts.all(List.of(present, other)) : other);
    }

    private List<String> listed(YamlNode.Mapping root, String key) {
        used.add(key);
        YamlNode node = root.get(key);
        List<String> values = new ArrayList<>();
        for (YamlNode item : node == null ? List.<YamlNode>of() : StepSettings.items(node)) {
            if (!(item instanceof YamlNode.Scalar scalar) || scalar.text().startsWith("!file")) {
                throw item.place().refuse("S161", "the list cannot be taken from elsewhere", "write its values out");
            }
            values.add(QueryParts.escaped(scalar.text(), false));
        }
        if (values.isEmpty()) {
            throw root.place().refuse("S161", "the rule needs a list \"" + key + "\"", "");
        }
        return values;
    }

    private Map<String, Object> detection(YamlNode.Mapping root, String suffix, Map<String, Object> detection) {
        Map<String, Object> rule = head(root, suffix, "rule");
        Map<String, Object> source = new LinkedHashMap<>();
        if (logSource.toString().isEmpty()) {
            String index = optional(root, "index");
            String service = index == null ? "unknown" : index.replaceAll("[-_.]?[*%].*$", "");
            source.put("service", service);
            if (suffix.isEmpty()) {
                problems.add(place(root, "index").warning("S285",
                        "the log source is made of the index: service " + service,
                        "put in what your events have, or convert with --product, --category, --service"));
            }
        }
        used.add("index");
        put(source, "product", logSource.product());
        put(source, "category", logSource.category());
        put(source, "service", logSource.service());
        rule.put("logsource", source);
        rule.put("detection", detection);
        level(root, rule);
        return rule;
    }

    private static void put(Map<String, Object> map, String key, @org.jspecify.annotations.Nullable Object value) {
        if (value != null) {
            map.put(key, value);
        }
    }

    private Map<String, Object> head(YamlNode.Mapping root, String suffix, String kind) {
        Map<String, Object> head = new LinkedHashMap<>();
        String name = text(root, "name");
        head.put("title", name + suffix);
        head.put("id", YamlText.id("elastalert " + name + suffix + " " + kind));
        head.put("status", "experimental");
        String description = optional(root, "description");
        head.put("description", description == null ? "Converted from the ElastAlert rule of this name" : description);
        put(head, "author", optional(root, "owner"));
        return head;
    }

    private void level(YamlNode.Mapping root, Map<String, Object> rule) {
        String priority = optional(root, "priority");
        boolean known = priority != null && priority.matches("[1-4]");
        rule.put("level", known ? LEVELS.get(Integer.parseInt(priority) - 1) : "medium");
    }

    private Map<String, Object> correlation(YamlNode.Mapping root, String suffix, List<String> rules,
            Map<String, Object> settings) {
        Map<String, Object> rule = head(root, suffix, "correlation");
        Map<String, Object> correlation = new LinkedHashMap<>();
        correlation.put("type", settings.remove("type"));
        correlation.put("rules", rules);
        List<String> groups = groups(root, String.valueOf(correlation.get("type")));
        if (!groups.isEmpty()) {
            correlation.put("group-by", groups);
        }
        Object timespan = settings.remove("timespan");
        correlation.put("timespan", timespan == null ? timespan(root, "timeframe") : timespan);
        correlation.putAll(settings);
        rule.put("correlation", correlation);
        level(root, rule);
        return rule;
    }

    /** In new_term the query key is another name for the fields, not a group. */
    private List<String> groups(YamlNode.Mapping root, String type) {
        used.add("query_key");
        YamlNode node = root.get("query_key");
        if (node == null || type.equals("x_new_term")) {
            return List.of();
        }
        return StepSettings.items(node).stream().filter(YamlNode.Scalar.class::isInstance)
                .map(n -> ElastAlertFilter.field(((YamlNode.Scalar) n).text())).toList();
    }

    private Map<String, Object> settings(YamlNode.Mapping root, String type) {
        Map<String, Object> out = new LinkedHashMap<>();
        switch (type) {
            case "frequency" -> {
                out.put("type", "event_count");
                out.put("condition", Map.of("gte", number(root, "num_events")));
            }
            case "cardinality" -> cardinality(root, out);
            case "change" -> {
                out.put("type", "x_change");
                out.put("field", fields(root, "compare_key"));
                flag(root, "ignore_null");
                if (root.get("timeframe") == null) {
                    out.put("timespan", LONG);
                    problems.add(root.place().warning("S285", "the rule compares with a value of any age; now with one "
                            + "of the last " + LONG, "set the timespan that you need"));
                }
            }
            case "spike" -> {
                out.put("type", "x_spike");
                out.put("x_spike_height", number(root, "spike_height"));
                out.put("x_spike_type", text(root, "spike_type"));
                number(root, "threshold_ref", "x_threshold_ref", out);
                number(root, "threshold_cur", "x_threshold_cur", out);
            }
            default -> {
                out.put("type", "x_flatline");
                out.put("x_threshold", number(root, "threshold"));
            }
        }
        return out;
    }

    private void cardinality(YamlNode.Mapping root, Map<String, Object> out) {
        out.put("type", "value_count");
        Map<String, Object> condition = new LinkedHashMap<>();
        if (root.get("max_cardinality") != null) {
            condition.put("gt", number(root, "max_cardinality"));
        }
        if (root.get("min_cardinality") != null) {
            if (!condition.isEmpty()) {
                throw place(root, "min_cardinality").refuse("S161",
                        "the rule has both max_cardinality and min_cardinality", "make two rules of it");
            }
            condition.put("lt", number(root, "min_cardinality"));
        }
        if (condition.isEmpty()) {
            throw root.place().refuse("S161", "cardinality needs max_cardinality or min_cardinality", "");
        }
        condition.put("field", field(root, "cardinality_field"));
        out.put("condition", condition);
    }

    private Map<String, Object> percentage(YamlNode.Mapping root) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("type", "x_percentage");
        out.put("timespan", timespan(root, root.get("timeframe") == null ? "buffer_time" : "timeframe"));
        number(root, "min_percentage", "x_min_percentage", out);
        number(root, "max_percentage", "x_max_percentage", out);
        number(root, "min_denominator", "x_min_denominator", out);
        return out;
    }

    private void newTerms(YamlNode.Mapping root, String base, List<Map<String, Object>> documents) {
        String key = root.get("fields") == null ? "query_key" : "fields";
        used.add(key);
        YamlNode node = root.get(key);
        if (node == null) {
            throw root.place().refuse("S161", "new_term needs fields", "");
        }
        String window = root.get("terms_window_size") == null ? LONG : timespan(root, "terms_window_size");
        for (YamlNode item : StepSettings.items(node)) {
            List<String> names = StepSettings.items(item).stream().filter(YamlNode.Scalar.class::isInstance)
                    .map(n -> ElastAlertFilter.field(((YamlNode.Scalar) n).text())).toList();
            Map<String, Object> settings = new LinkedHashMap<>();
            settings.put("type", "x_new_term");
            settings.put("timespan", window);
            settings.put("field", names.size() == 1 ? names.getFirst() : names);
            documents.add(correlation(root, " (new " + String.join(", ", names) + ")", List.of(base), settings));
        }
    }

    private String timespan(YamlNode.Mapping root, String key) {
        used.add(key);
        if (root.get(key) instanceof YamlNode.Mapping time && time.entries().size() == 1) {
            YamlNode.Entry entry = time.entries().getFirst();
            String unit = UNITS.get(entry.key());
            if (unit != null && entry.value() instanceof YamlNode.Scalar s && s.text().matches("\\d{1,9}")) {
                return s.text() + unit;
            }
        }
        throw place(root, key).refuse("S161", "the rule needs \"" + key + "\", such as {minutes: 5}", "");
    }

    private Place place(YamlNode.Mapping root, String key) {
        YamlNode node = root.get(key);
        return node == null ? root.place() : node.place();
    }

    private String text(YamlNode.Mapping root, String key) {
        String text = optional(root, key);
        if (text == null) {
            throw place(root, key).refuse("S161", "the rule in " + file + " has no \"" + key + "\"", "");
        }
        return text;
    }

    private @org.jspecify.annotations.Nullable String optional(YamlNode.Mapping root, String key) {
        used.add(key);
        return root.text(key);
    }

    private String field(YamlNode.Mapping root, String key) {
        return ElastAlertFilter.field(text(root, key));
    }

    private Object fields(YamlNode.Mapping root, String key) {
        used.add(key);
        YamlNode node = root.get(key);
        List<String> names = node == null
                ? List.of()
                : StepSettings.items(node).stream().filter(YamlNode.Scalar.class::isInstance)
                        .map(n -> ElastAlertFilter.field(((YamlNode.Scalar) n).text())).toList();
        return names.size() == 1 ? names.getFirst() : names.isEmpty() ? field(root, key) : names;
    }

    private boolean flag(YamlNode.Mapping root, String key) {
        return "true".equalsIgnoreCase(optional(root, key));
    }

    private Number number(YamlNode.Mapping root, String key) {
        String text = text(root, key);
        BigDecimal number = Numbers.parse(text)
                .orElseThrow(() -> place(root, key).refuse("S161", "\"" + key + "\" is a number", ""));
        return number.scale() <= 0 ? (Number) number.toBigInteger() : (Number) number.doubleValue();
    }

    private void number(YamlNode.Mapping root, String key, String as, Map<String, Object> out) {
        if (root.get(key) != null) {
            out.put(as, number(root, key));
        }
    }
}

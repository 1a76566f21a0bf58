package dev.tocsin.sigma;

import dev.tocsin.sigma.QueryParts.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The {@code filter:} of an ElastAlert rule, Elasticsearch's query language, as far as it can be said in Sigma. */
final class ElastAlertFilter {
    private static final Map<String, String> BOUNDS = Map.of("gt", "gt", "gte", "gte", "lt", "lt", "lte", "lte", "from",
            "gte", "to", "lte");

    private final QueryParts parts;

    ElastAlertFilter(QueryParts parts) {
        this.parts = parts;
    }

    /** All filters of a list, or one. */
    Part all(YamlNode node) {
        List<Part> all = new ArrayList<>();
        for (YamlNode item : StepSettings.items(node)) {
            all.add(one(item));
        }
        if (all.isEmpty()) {
            throw node.place().refuse("S161", "there is no filter, so the rule asks nothing", "give it a detection");
        }
        return parts.all(all);
    }

    private Part one(YamlNode node) {
        if (!(node instanceof YamlNode.Mapping mapping) || mapping.entries().isEmpty()) {
            throw node.place().refuse("S161", "a filter is a mapping, not " + node.kindName(), "");
        }
        List<Part> all = new ArrayList<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            all.add(filter(entry));
        }
        return parts.all(all);
    }

    private Part filter(YamlNode.Entry entry) {
        YamlNode value = entry.value();
        return switch (entry.key()) {
            case "query", "constant_score", "filter" -> all(value);
            case "query_string", "simple_query_string" -> {
                YamlNode query = value instanceof YamlNode.Mapping m ? m.get("query") : value;
                if (!(query instanceof YamlNode.Scalar scalar)) {
                    throw value.place().refuse("S161", "a " + entry.key() + " needs a query", "");
                }
                yield LuceneQuery.parse(scalar.text(), parts, scalar.place());
            }
            case "term", "match", "terms" -> fields(entry, "", false);
            case "match_phrase" -> fields(entry, "|contains", false);
            case "prefix" -> fields(entry, "|startswith", false);
            case "wildcard" -> fields(entry, "", true);
            case "regexp" -> fields(entry, "|re", true);
            case "range" -> range(entry);
            case "exists" -> parts.item(field(value) + "|exists", true);
            case "missing" -> parts.item(field(value) + "|exists", false);
            case "not" -> parts.not(all(value));
            case "and" -> all(value);
            case "or" -> parts.any(StepSettings.items(value).stream().map(this::one).toList());
            case "bool" -> bool(entry);
            default -> throw entry.keyPlace().refuse("S161", "there is no way to convert \"" + entry.key() + "\"",
                    "write the detection by hand");
        };
    }

    private Part bool(YamlNode.Entry bool) {
        if (!(bool.value() instanceof YamlNode.Mapping mapping)) {
            throw bool.keyPlace().refuse("S161", "\"bool\" holds must, must_not, should or filter", "");
        }
        List<Part> all = new ArrayList<>();
        boolean required = mapping.get("must") != null || mapping.get("filter") != null;
        for (YamlNode.Entry entry : mapping.entries()) {
            switch (entry.key()) {
                case "must", "filter" -> all.add(all(entry.value()));
                case "must_not" -> all.add(parts
                        .not(parts.any(StepSettings.items(entry.value()).stream().map(this::one).toList())));
                case "should" -> {
                    if (!required || mapping.get("minimum_should_match") != null) {
                        all.add(parts.any(StepSettings.items(entry.value()).stream().map(this::one).toList()));
                    }
                }
                case "minimum_should_match" -> {
                    if (!(entry.value() instanceof YamlNode.Scalar s && s.text().equals("1"))) {
                        throw entry.keyPlace().refuse("S161", "only minimum_should_match: 1 can be converted", "");
                    }
                }
                default -> throw entry.keyPlace().refuse("S161",
                        "there is no way to convert \"" + entry.key() + "\" of a bool query", "");
            }
        }
        if (all.isEmpty()) {
            throw bool.keyPlace().refuse("S161", "the bool query asks nothing", "");
        }
        return parts.all(all);
    }

    private Part fields(YamlNode.Entry query, String modifiers, boolean raw) {
        if (!(query.value() instanceof YamlNode.Mapping mapping)) {
            throw query.value().place().refuse("S161", "\"" + query.key() + "\" names a field and a value", "");
        }
        Map<String, Object> items = new LinkedHashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            YamlNode value = entry.value() instanceof YamlNode.Mapping inner && inner.get("value") != null
                    ? inner.get("value")
                    : entry.value() instanceof YamlNode.Mapping inner && inner.get("query") != null
                            ? inner.get("query")
                            : entry.value();
            List<Object> values = new ArrayList<>();
            for (YamlNode item : StepSettings.items(java.util.Objects.requireNonNull(value))) {
                values.add(value(item, modifiers, raw));
            }
            items.put(field(entry.key()) + modifiers, values.size() == 1 ? values.getFirst() : values);
        }
        return parts.all(items.entrySet().stream().map(e -> parts.item(e.getKey(), e.getValue())).toList());
    }

    private static Object value(YamlNode item, String modifiers, boolean raw) {
        if (!(item instanceof YamlNode.Scalar scalar)) {
            throw item.place().refuse("S161", "a value cannot be " + item.kindName(), "");
        }
        if (modifiers.equals("|re")) {
            return "^(?:" + scalar.text() + ")$";
        }
        return switch (scalar.kind()) {
            case INTEGER -> new java.math.BigInteger(scalar.text());
            case BOOLEAN -> Boolean.valueOf(scalar.text());
            default -> QueryParts.escaped(scalar.text(), raw);
        };
    }

    private Part range(YamlNode.Entry range) {
        List<Part> all = new ArrayList<>();
        if (range.value() instanceof YamlNode.Mapping fields) {
            for (YamlNode.Entry field : fields.entries()) {
                if (field.value() instanceof YamlNode.Mapping bounds) {
                    for (YamlNode.Entry bound : bounds.entries()) {
                        String modifier = BOUNDS.get(bound.key());
                        if (modifier == null || !(bound.value() instanceof YamlNode.Scalar limit)
                                || Numbers.parse(limit.text()).isEmpty()) {
                            throw bound.keyPlace().refuse("S161",
                                    "the range \"" + bound.key() + "\" cannot be converted",
                                    "Sigma compares numbers, with gt, gte, lt, lte");
                        }
                        all.add(parts.item(field(field.key()) + "|" + modifier,
                                new java.math.BigDecimal(limit.text())));
                    }
                }
            }
        }
        if (all.isEmpty()) {
            throw range.keyPlace().refuse("S161", "a range names a field and its bounds", "");
        }
        return parts.all(all);
    }

    private static String field(YamlNode value) {
        String name = value instanceof YamlNode.Mapping m ? m.text("field") : null;
        if (name == null) {
            throw value.place().refuse("S161", "it names no field", "");
        }
        return field(name);
    }

    /** {@code name.keyword} and {@code name.raw} are how Elasticsearch keeps a field unanalysed; events have {@code name}. */
    static String field(String name) {
        return name.replaceAll("\\.(keyword|raw)$", "");
    }
}

package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What stood behind the pipe of a condition before correlations: {@code count(a) by b > 5}, {@code near x and not y}. */
sealed interface OldAggregation {
    Pattern COMPARED = Pattern.compile(
            "(\\w+)\\s*\\(\\s*([^)]*?)\\s*\\)\\s*(?:by\\s+([^<>=!]+?)\\s*)?(>=|<=|==|=|>|<)\\s*(-?\\d+(?:\\.\\d+)?)",
            Pattern.CASE_INSENSITIVE);
    Pattern NEAR = Pattern.compile("near\\s+(.+)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    Pattern AND = Pattern.compile("\\s+and\\s+", Pattern.CASE_INSENSITIVE);
    Pattern NOT = Pattern.compile("not\\s+", Pattern.CASE_INSENSITIVE);
    Pattern TIMEFRAME = Pattern.compile("(\\d+)\\s*([smhdwM])");
    Map<String, String> ORDERS = Map.of(">", "gt", ">=", "gte", "<", "lt", "<=", "lte", "=", "eq", "==", "eq");

    /**
     * @param type of the correlation that says the same
     * @param condition its condition
     */
    record Compared(String type, List<String> groupBy, Map<String, Object> condition) implements OldAggregation {
    }

    /** @param selections which must occur within the time frame, by name; false for those that must not */
    record Near(Map<String, Boolean> selections) implements OldAggregation {
    }

    /** @throws RuleRefused saying why there is no correlation for it */
    static OldAggregation parse(String text, Place place) {
        Matcher near = NEAR.matcher(text.strip());
        if (near.matches()) {
            Map<String, Boolean> selections = new LinkedHashMap<>();
            for (String part : AND.split(near.group(1).strip())) {
                boolean not = NOT.matcher(part).lookingAt();
                String name = not ? NOT.matcher(part).replaceFirst("") : part;
                if (!name.strip().matches("[\\w-]+")) {
                    throw place.refuse("S160", "\"near " + near.group(1) + "\" is more than selections joined by and",
                            "write the rules and a temporal correlation by hand");
                }
                selections.put(name.strip(), !not);
            }
            return new Near(selections);
        }
        Matcher compared = COMPARED.matcher(text.strip());
        if (!compared.matches()) {
            throw place.refuse("S160", "\"| " + text.strip() + "\" is no aggregation that was ever Sigma",
                    "it had the form count(field) by other > 5");
        }
        String function = compared.group(1).toLowerCase(Locale.ROOT);
        String field = compared.group(2);
        String order = ORDERS.getOrDefault(compared.group(4), "eq");
        Map<String, Object> condition = new LinkedHashMap<>();
        condition.put(order, number(compared.group(5)));
        String type = switch (function) {
            case "count" -> field.isEmpty() ? "event_count" : "value_count";
            case "sum" -> "value_sum";
            case "avg" -> "value_avg";
            case "min", "max" -> "value_percentile";
            default -> throw place.refuse("S160", "there is no aggregation \"" + compared.group(1) + "\"",
                    Suggestion.hint(function, List.of("count", "sum", "avg", "min", "max"), ""));
        };
        if (field.isEmpty() && !function.equals("count")) {
            throw place.refuse("S160", "\"" + function + "()\" needs a field", "");
        }
        if (!field.isEmpty()) {
            condition.put("field", field);
        }
        if (type.equals("value_percentile")) {
            condition.put("percentile", function.equals("min") ? 0 : 100);
        }
        return new Compared(type, groupBy(compared.group(3)), condition);
    }

    private static List<String> groupBy(@org.jspecify.annotations.Nullable String text) {
        return text == null
                ? List.of()
                : new ArrayList<>(Arrays.stream(text.split("[,\\s]+")).filter(f -> !f.isEmpty()).toList());
    }

    private static Number number(String text) {
        return text.contains(".") ? (Number) Double.valueOf(text) : (Number) Long.valueOf(text);
    }

    /** The time frame as a correlation's timespan. */
    static String timespan(YamlNode.Mapping detection, Place place) {
        YamlNode.Entry entry = detection.entry("timeframe");
        String text = entry != null && entry.value() instanceof YamlNode.Scalar s ? s.text() : "";
        if (entry == null) {
            throw place.refuse("S160", "the rule has no timeframe, and a correlation looks at a stretch of time",
                    "add timeframe: under detection, such as 5m");
        }
        Matcher matcher = TIMEFRAME.matcher(text.strip());
        if (!matcher.matches()) {
            throw entry.value().place().refuse("S160", "\"" + text + "\" is no time frame",
                    "a number and one of s, m, h, d, w, M");
        }
        return matcher.group(1) + matcher.group(2);
    }
}

package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An event of a rule's test and from what kind of log it is said to be.
 *
 * @param ownSource nobody said: it is from whatever log the rule that is asked is for
 */
record TestedEvent(JsonNode fields, boolean ownSource, @Nullable String product, List<String> category,
        @Nullable String service) {
    TestedEvent {
        category = List.copyOf(category);
    }

    /** As it stands in a test file; {@code _logsource} says what it is from. */
    static TestedEvent of(JsonNode event) {
        JsonNode given = event.get("_logsource");
        if (given == null) {
            return new TestedEvent(event, true, null, List.of(), null);
        }
        List<String> categories = new ArrayList<>();
        JsonNode category = given.path("category");
        if (category.isArray()) {
            category.forEach(c -> categories.add(c.asString()));
        } else if (category.isString()) {
            categories.add(category.asString());
        }
        return new TestedEvent(event, false, text(given, "product"), categories, text(given, "service"));
    }

    boolean fires(SigmaRule rule, NaiveEvaluator evaluator) {
        return (ownSource || rule.logSource().covers(product, category, service)) && evaluator.matches(rule, fields);
    }

    Explanation explain(SigmaRule rule, FieldMapping mapping) {
        if (!ownSource) {
            return Explanation.of(rule, fields, product, category, service, mapping);
        }
        String own = rule.logSource().category();
        return Explanation.of(rule, fields, rule.logSource().product(), own == null ? List.of() : List.of(own),
                rule.logSource().service(), mapping);
    }

    private static @Nullable String text(JsonNode object, String key) {
        JsonNode value = object.get(key);
        return value == null || value.isNull() ? null : value.asString();
    }
}

package dev.tocsin.sigma;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What an event has under the names that rules use; for correlations, which group and count by such values. */
public final class RuleFields {
    private RuleFields() {
    }

    /**
     * The value as text; several values are joined by a comma. Null when the event has no such field, or nothing in it.
     *
     * @param rule whose names are meant: the mapping depends on its log source
     */
    public static @Nullable String value(JsonNode event, String field, SigmaRule rule, FieldMapping mapping) {
        List<String> texts = FieldValues.read(event, mapping.paths(field, rule.logSource())).texts();
        return texts.isEmpty() ? null : texts.size() == 1 ? texts.getFirst() : String.join(",", texts);
    }
}

package dev.tocsin.sigma;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A detection rule, read and checked.
 *
 * @param id the rule's own, or, where it has none, a UUID made of its title and file name, the same on every load
 * @param title the rule's own, or the file's name
 * @param file as it was given to the loader
 * @param line where its document begins, from 1
 * @param detections by name, in the rule's order
 * @param conditions one must hold; more than one when the rule's {@code condition} is a list
 * @param custom top-level keys that have no component here, such as {@code date} and the user's own; not to be changed
 * @param filters what was added to the conditions by {@code filter:} documents, in the order of their documents
 */
public record SigmaRule(String id, String title, @Nullable String status, @Nullable String level,
        @Nullable String description, @Nullable String author, List<String> references, List<String> tags,
        List<String> falsepositives, String file, int line, RuleLogSource logSource, Map<String, Detection> detections,
        List<Condition> conditions, Map<String, JsonNode> custom, List<AppliedFilter> filters) {

    /** A filter document that narrows this rule. */
    public record AppliedFilter(String id, String title, String file, int line) {
    }

    public SigmaRule {
        references = List.copyOf(references);
        tags = List.copyOf(tags);
        falsepositives = List.copyOf(falsepositives);
        detections = Collections.unmodifiableMap(new LinkedHashMap<>(detections));
        conditions = List.copyOf(conditions);
        custom = Collections.unmodifiableMap(new LinkedHashMap<>(custom));
        filters = List.copyOf(filters);
    }

    /** The same rule asking something else. */
    SigmaRule with(RuleLogSource source, Map<String, Detection> otherDetections, List<Condition> otherConditions,
            Map<String, JsonNode> otherCustom, List<AppliedFilter> otherFilters) {
        return new SigmaRule(id, title, status, level, description, author, references, tags, falsepositives, file,
                line, source, otherDetections, otherConditions, otherCustom, otherFilters);
    }

    /** By which correlations may name the rule, beside its id; null when it has none. */
    public @Nullable String name() {
        JsonNode name = custom.get("name");
        return name == null || !name.isValueNode() || name.isNull() ? null : name.asString();
    }

    /** A detection that a condition names; the parser has made sure that it is there. */
    Detection detection(String name) {
        Detection detection = detections.get(name);
        if (detection == null) {
            throw new IllegalArgumentException(id + " has no selection " + name);
        }
        return detection;
    }

    @Override
    public String toString() {
        return id + " " + title;
    }
}

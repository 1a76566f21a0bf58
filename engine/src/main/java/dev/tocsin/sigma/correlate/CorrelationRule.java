package dev.tocsin.sigma.correlate;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A correlation, read, checked and resolved: each rule that it names is there.
 *
 * @param id the rule's own, or, where it has none, a UUID made of its title and file name
 * @param head what an alert says about the rule
 * @param type what is looked for
 * @param rules the rules it names, in its order
 * @param groupBy names of fields or aliases; matches of equal values belong together; empty for one group of all
 * @param timespanMillis how far apart matches may be to belong to one window; exactly so far still does
 * @param threshold the numeric condition; null where the type has none, or where there is an expression
 * @param expression the condition of a temporal correlation over its rules; null with a numeric condition
 * @param fields whose value is looked at; several are looked at together
 * @param percentile 0 to 100; null where the rule gives none
 * @param aliases for each alias, the field that it stands for in each rule, by the rule's number
 * @param generate whether the rules it names raise alerts of their own, too
 * @param extension the settings of our own types
 */
public record CorrelationRule(String id, @Nullable String name, Head head, CorrelationType type, List<Reference> rules,
        List<String> groupBy, long timespanMillis, @Nullable Threshold threshold, @Nullable RuleExpression expression,
        List<String> fields, @Nullable BigDecimal percentile, Map<String, Map<Integer, String>> aliases,
        boolean generate, Rearm rearm, MissingGroup missingGroup, Extension extension) {

    public CorrelationRule {
        rules = List.copyOf(rules);
        groupBy = List.copyOf(groupBy);
        fields = List.copyOf(fields);
        aliases = Map.copyOf(aliases);
    }

    /**
     * What a rule says about itself.
     *
     * @param file as it was given to the loader
     * @param line where its document begins, from 1
     * @param custom top-level keys that have no component here; not to be changed
     */
    public record Head(String title, @Nullable String status, @Nullable String level, @Nullable String description,
            @Nullable String author, List<String> references, List<String> tags, List<String> falsepositives,
            String file, int line, Map<String, JsonNode> custom) {
        public Head {
            references = List.copyOf(references);
            tags = List.copyOf(tags);
            falsepositives = List.copyOf(falsepositives);
            custom = Collections.unmodifiableMap(new LinkedHashMap<>(custom));
        }
    }

    /**
     * A rule that a correlation names.
     *
     * @param written as the correlation names it
     * @param id the rule's
     */
    public record Reference(String written, String id) {
    }

    /** The field that a name in this rule stands for in matches of one of its rules. */
    public String field(String name, int rule) {
        Map<Integer, String> alias = aliases.get(name);
        return alias == null ? name : alias.getOrDefault(rule, name);
    }

    /** The same with other names for its fields. */
    public CorrelationRule withAliases(Map<String, Map<Integer, String>> others) {
        return new CorrelationRule(id, name, head, type, rules, groupBy, timespanMillis, threshold, expression, fields,
                percentile, others, generate, rearm, missingGroup, extension);
    }

    /** Whether it fires because something did not come: then it may fire without a match at its time. */
    public boolean isAbsence() {
        return type == CorrelationType.X_FLATLINE
                || type == CorrelationType.EVENT_COUNT && threshold != null && threshold.meansNone();
    }

    /**
     * Names what the rule means, without its title and other words: state of a rule whose digest is the same may be kept
     * when the rules are exchanged. 16 hexadecimal digits.
     */
    String digest(List<String> carried) {
        String meaning = String.join("\n", id, type.word(), rules.stream().map(Reference::id).toList().toString(),
                groupBy.toString(), Long.toString(timespanMillis), String.valueOf(threshold),
                String.valueOf(expression), fields.toString(), String.valueOf(percentile),
                new TreeMap<>(aliases).toString(), rearm.name(), missingGroup.name(), extension.toString(),
                carried.toString());
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(meaning.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return id + " " + head.title();
    }
}

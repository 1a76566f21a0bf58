package dev.tocsin.sigma;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which fields events of a log source have. Made from a table, from a list, or from events that were seen. Filled by one
 * thread, then read by any.
 */
public final class KnownFields {
    private final Map<RuleLogSource, Set<String>> bySource = new LinkedHashMap<>();
    private final Set<String> everywhere = new TreeSet<>();
    private final boolean complete;

    private KnownFields(boolean complete) {
        this.complete = complete;
    }

    /** The fields that the public rules name for each log source. There may be others. */
    public static KnownFields builtIn() {
        try (InputStream in = KnownFields.class.getResourceAsStream("/sigma/taxonomy.txt")) {
            if (in == null) {
                throw new IllegalStateException("sigma/taxonomy.txt is not in the program");
            }
            KnownFields fields = new KnownFields(false);
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(fields::line);
            return fields;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What a user says there is, and nothing else. One line for each: a name, which all events may have, or product,
     * category and service ({@code -} for none) and then names. {@code #} begins a comment.
     */
    public static KnownFields of(String text) {
        KnownFields fields = new KnownFields(true);
        text.lines().forEach(fields::line);
        return fields;
    }

    /** To be filled with events by {@link #see}. */
    public static KnownFields seen() {
        return new KnownFields(true);
    }

    private void line(String line) {
        String[] words = line.replaceFirst("#.*", "").strip().split("\\s+");
        if (words.length >= 3) {
            Set<String> fields = bySource.computeIfAbsent(
                    new RuleLogSource(word(words[0]), word(words[1]), word(words[2])), _ -> new TreeSet<>());
            fields.addAll(List.of(words).subList(3, words.length));
        } else if (!words[0].isEmpty()) {
            everywhere.addAll(List.of(words));
        }
    }

    private static @Nullable String word(String word) {
        return word.equals("-") ? null : word;
    }

    /** Notes the fields of an event, nested ones with dots. */
    public void see(JsonNode event, @Nullable String product, List<String> category, @Nullable String service) {
        List<String> categories = category.isEmpty() ? new ArrayList<>() : category;
        if (categories.isEmpty()) {
            note(event, new RuleLogSource(product, null, service));
        }
        for (String one : categories) {
            note(event, new RuleLogSource(product, one, service));
        }
    }

    private void note(JsonNode event, RuleLogSource source) {
        Set<String> fields = bySource.computeIfAbsent(source, _ -> new TreeSet<>());
        for (Map.Entry<String, JsonNode> entry : event.properties()) {
            if (!entry.getKey().startsWith("_")) {
                names("", entry, fields);
            }
        }
    }

    private static void names(String above, Map.Entry<String, JsonNode> entry, Set<String> fields) {
        String name = above + entry.getKey();
        fields.add(name);
        JsonNode value = entry.getValue();
        for (JsonNode one : value.isArray() ? value : List.of(value)) {
            for (Map.Entry<String, JsonNode> inner : one.properties()) {
                names(name + ".", inner, fields);
            }
        }
    }

    /** Whether what is not here is certainly not there. */
    boolean isComplete() {
        return complete;
    }

    /** The log sources there are. */
    Set<RuleLogSource> sources() {
        return bySource.keySet();
    }

    /**
     * Fields that an event of the rule's log source may have; null when nothing is known of it.
     *
     * <p>A table says what rules of a log source ask, so an entry counts when it is about the same log source or a
     * wider one; of events, those count that the rule covers.
     */
    @Nullable
    Set<String> of(RuleLogSource rule) {
        Set<String> fields = new TreeSet<>(everywhere);
        boolean known = complete && bySource.isEmpty();
        for (Map.Entry<RuleLogSource, Set<String>> entry : bySource.entrySet()) {
            if (agree(entry.getKey(), rule)) {
                known = true;
                fields.addAll(entry.getValue());
            }
        }
        return known ? fields : null;
    }

    private boolean agree(RuleLogSource here, RuleLogSource rule) {
        boolean covered = rule.covers(here.product(), here.category() == null ? List.of() : List.of(here.category()),
                here.service());
        return covered || !complete && here.covers(rule.product(),
                rule.category() == null ? List.of() : List.of(rule.category()), rule.service());
    }
}

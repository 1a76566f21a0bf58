package dev.tocsin.sigma;

import dev.tocsin.sigma.match.EventFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an event holds under a name: an exact key first, else a dotted path into nested objects; arrays fan out. Names are
 * case-sensitive. Top-level names that begin with an underscore are not part of the event.
 *
 * <p>Owned by one thread: the lower-cased texts are made when first asked for.
 */
final class FieldValues {
    static final FieldValues ABSENT = new FieldValues();

    private final List<String> texts = new ArrayList<>(1);
    private boolean present;
    private boolean hasNull;
    private String @Nullable [] lower;
    /** Where the texts are if nobody has asked for them yet. */
    private @Nullable EventFields unread;
    private int unreadPath;

    private FieldValues() {
    }

    static FieldValues read(JsonNode event, String path) {
        FieldValues values = new FieldValues();
        if (!path.startsWith("_")) {
            values.collect(event, path);
        }
        return values.present ? values : ABSENT;
    }

    /** The first of the paths that the event has. */
    static FieldValues read(JsonNode event, List<String> paths) {
        for (String path : paths) {
            FieldValues values = read(event, path);
            if (values.present) {
                return values;
            }
        }
        return ABSENT;
    }

    /** Every value of the event, at any depth. */
    static FieldValues all(JsonNode event) {
        FieldValues values = new FieldValues();
        for (Map.Entry<String, JsonNode> entry : event.properties()) {
            if (!entry.getKey().startsWith("_")) {
                values.everything(entry.getValue());
            }
        }
        return values;
    }

    /** What was read under a path that is present; to be asked before the next event is read. */
    static FieldValues at(EventFields fields, int path) {
        FieldValues values = new FieldValues();
        values.present = true;
        values.hasNull = fields.hasNull(path);
        values.unread = fields;
        values.unreadPath = path;
        return values;
    }

    /** Every value that was read. */
    static FieldValues everything(EventFields fields) {
        FieldValues values = new FieldValues();
        for (int value = 0; value < fields.valueCount(); value++) {
            values.texts.add(fields.text(value));
        }
        return values;
    }

    private boolean collect(JsonNode node, String path) {
        if (node.isArray()) {
            boolean found = false;
            for (JsonNode element : node) {
                found |= collect(element, path);
            }
            return found;
        }
        if (!node.isObject()) {
            return false;
        }
        JsonNode exact = node.get(path);
        if (exact != null) {
            leaf(exact);
            return true;
        }
        for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
            JsonNode inner = node.get(path.substring(0, dot));
            if (inner != null && collect(inner, path.substring(dot + 1))) {
                return true;
            }
        }
        return false;
    }

    private void leaf(JsonNode node) {
        present = true;
        if (node.isArray()) {
            for (JsonNode element : node) {
                leaf(element);
            }
        } else if (node.isNull()) {
            hasNull = true;
        } else if (!node.isObject()) {
            texts.add(text(node));
        }
    }

    private void everything(JsonNode node) {
        if (node.isContainer()) {
            for (JsonNode element : node) {
                everything(element);
            }
        } else if (!node.isNull()) {
            texts.add(text(node));
        }
    }

    private static String text(JsonNode node) {
        return node.isFloatingPointNumber() && !node.isBigDecimal()
                ? Numbers.text(node.doubleValue())
                : node.asString();
    }

    boolean isPresent() {
        return present;
    }

    /** Whether {@code null} matches: there is nothing, or a null among the elements. */
    boolean isNull() {
        return !present || hasNull;
    }

    /** All scalar values as text, nulls and objects left out. */
    List<String> texts() {
        EventFields fields = unread;
        if (fields != null) {
            unread = null;
            for (int value = fields.firstValue(unreadPath); value >= 0; value = fields.nextValue(value)) {
                texts.add(fields.text(value));
            }
        }
        return texts;
    }

    String[] lower() {
        if (lower == null) {
            lower = texts().stream().map(Fold::fold).toArray(String[]::new);
        }
        return lower;
    }

    @Override
    public String toString() {
        if (!present) {
            return "absent";
        }
        if (texts().size() + (hasNull ? 1 : 0) == 1) {
            return hasNull ? "null" : quoted(texts.getFirst());
        }
        return Stream.concat(texts().stream().map(FieldValues::quoted), Stream.of("null").filter(_ -> hasNull))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}

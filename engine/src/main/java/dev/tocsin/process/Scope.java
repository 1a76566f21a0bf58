package dev.tocsin.process;

import dev.cel.common.values.NullValue;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One event on its way through the steps: what expressions see of it, and what they changed. Owned by one thread. */
final class Scope {
    /** Of a list, so many values are looked up at most. */
    private static final int KEYS_MAX = 16;

    private final Event event;
    private final ObjectNode body;
    private @Nullable Map<String, Object> variables;
    private boolean changed;

    Scope(Event event, ObjectNode body) {
        this.event = event;
        this.body = body;
    }

    boolean changed() {
        return changed;
    }

    Event event() {
        return event.with(event.time(), event.index(), event.logSource(), Json.write(body));
    }

    Map<String, Object> variables() {
        Map<String, Object> made = variables;
        if (made == null) {
            made = Map.of("event", CelValues.ofJson(body), "customer", event.customer(), "source", event.source(),
                    "logsource",
                    Map.of("product", Objects.requireNonNullElse(event.logSource().product(), ""), "category",
                            event.logSource().category(), "service",
                            Objects.requireNonNullElse(event.logSource().service(), "")));
            variables = made;
        }
        return made;
    }

    /** All values are computed before the first is set, so that the order of the fields does not matter. */
    void set(List<Step.Field> fields) {
        Map<Step.Field, Object> values = new LinkedHashMap<>();
        for (Step.Field field : fields) {
            values.put(field, field.value().value(this));
        }
        values.forEach((field, value) -> set(field.path(), CelValues.unwrap(value)));
        variables = null;
        changed = true;
    }

    /** Whatever goes wrong is counted, and the event stays as it is: what it lacks is no reason to hold it up. */
    void look(Step.Look look) {
        LookupCounts counts = look.table().counts();
        List<String> keys = texts(at(body, look.key()));
        if (keys.isEmpty()) {
            counts.keyless();
            return;
        }
        try {
            JsonNode found = null;
            for (int i = 0; i < keys.size() && found == null; i++) {
                found = look.table().find(keys.get(i));
            }
            String otherwise = look.onMiss();
            if (found != null) {
                place(look.into(), found);
                note(look.into());
            } else if (otherwise != null) {
                place(look.into(), body.stringNode(otherwise));
            }
            if (found == null) {
                counts.missed();
            } else {
                counts.hit();
            }
            if (found != null || otherwise != null) {
                variables = null;
                changed = true;
            }
        } catch (RuntimeException _) {
            counts.fail();
        }
    }

    /** Says in the event which of its fields a table gave, so that alerts can carry them. */
    private void note(List<String> path) {
        ObjectNode tocsin = body.get("tocsin") instanceof ObjectNode there ? there : body.putObject("tocsin");
        ArrayNode enriched = tocsin.get("enriched") instanceof ArrayNode there ? there : tocsin.putArray("enriched");
        String name = String.join(".", path);
        for (JsonNode each : enriched) {
            if (name.equals(each.stringValue(""))) {
                return;
            }
        }
        enriched.add(name);
    }

    private static List<String> texts(@Nullable JsonNode node) {
        if (node instanceof ArrayNode array) {
            return array.valueStream().limit(KEYS_MAX).filter(JsonNode::isValueNode).filter(n -> !n.isNull())
                    .map(n -> n.asString("")).filter(t -> !t.isEmpty()).toList();
        }
        String text = node == null || !node.isValueNode() || node.isNull() ? "" : node.asString("");
        return text.isEmpty() ? List.of() : List.of(text);
    }

    /** As {@code event.get("a.b")}: a name with dots may be one key or a way through nested objects. */
    private static @Nullable JsonNode at(JsonNode object, String path) {
        JsonNode whole = object.get(path);
        if (whole != null) {
            return whole;
        }
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            JsonNode inner = object.get(path.substring(0, dot));
            JsonNode found = inner == null || !inner.isObject() ? null : at(inner, path.substring(dot + 1));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private void set(List<String> path, Object value) {
        place(path, value == NullValue.NULL_VALUE ? null : CelValues.toJson(value));
    }

    /** @param value null to remove what is there */
    private void place(List<String> path, @Nullable JsonNode value) {
        ObjectNode at = body;
        List<String> walked = new ArrayList<>();
        for (String name : path.subList(0, path.size() - 1)) {
            walked.add(name);
            JsonNode next = at.get(name);
            if (next == null || next.isNull()) {
                if (value == null) {
                    return;
                }
                at = at.putObject(name);
            } else if (next instanceof ObjectNode object) {
                at = object;
            } else {
                throw new CelFailure("cannot set " + String.join(".", path) + ": " + String.join(".", walked)
                        + " is not an object");
            }
        }
        if (value == null) {
            at.remove(path.getLast());
        } else {
            at.set(path.getLast(), value);
        }
    }
}

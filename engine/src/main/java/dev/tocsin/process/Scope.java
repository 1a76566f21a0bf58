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
import tools.jackson.databind.node.ObjectNode;

/** One event on its way through the steps: what expressions see of it, and what they changed. Owned by one thread. */
final class Scope {
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

    private void set(List<String> path, Object value) {
        ObjectNode at = body;
        List<String> walked = new ArrayList<>();
        for (String name : path.subList(0, path.size() - 1)) {
            walked.add(name);
            JsonNode next = at.get(name);
            if (next == null || next.isNull()) {
                if (value == NullValue.NULL_VALUE) {
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
        if (value == NullValue.NULL_VALUE) {
            at.remove(path.getLast());
        } else {
            at.set(path.getLast(), CelValues.toJson(value));
        }
    }
}

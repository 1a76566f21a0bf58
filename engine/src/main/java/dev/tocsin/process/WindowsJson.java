package dev.tocsin.process;

import dev.tocsin.event.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Windows events in the JSON shapes of the usual shippers: flat (left as it is), NXLog (flat, two names of its own),
 * Winlogbeat 7 and later ({@code winlog.event_data}), Winlogbeat 6 ({@code event_data}), and the tree that tools make of
 * the XML ({@code Event.System}, {@code Event.EventData}).
 */
final class WindowsJson {
    private WindowsJson() {
    }

    /** @return null when the object is no Windows event */
    static @Nullable Parsed parse(ObjectNode raw, Instant arrival) {
        if (raw.get("winlog") instanceof ObjectNode winlog) {
            return winlogbeat(winlog, raw, arrival);
        }
        if (raw.get("event_data") instanceof ObjectNode && raw.has("event_id")) {
            return winlogbeat(raw, raw, arrival);
        }
        if (raw.get("Event") instanceof ObjectNode event && event.get("System") instanceof ObjectNode system) {
            return tree(event, system, arrival);
        }
        if (!raw.has("EventID") || !raw.has("Channel") && !raw.has("SourceName") && !raw.has("Provider_Name")) {
            return null;
        }
        if (raw.has("Hostname") && !raw.has("Computer") || raw.has("SourceName") && !raw.has("Provider_Name")) {
            return nxlog(raw, arrival);
        }
        return Parsed.of(Format.WINDOWS, raw, WindowsFields.time(raw, arrival));
    }

    /** NXLog calls computer and provider by names of its own; both stand there then, because some rules ask for its. */
    private static Parsed nxlog(ObjectNode raw, Instant arrival) {
        ObjectNode flat = raw.deepCopy();
        if (raw.has("Hostname") && !raw.has("Computer")) {
            flat.set("Computer", raw.get("Hostname"));
        }
        if (raw.has("SourceName") && !raw.has("Provider_Name")) {
            flat.set("Provider_Name", raw.get("SourceName"));
        }
        return Parsed.of(Format.WINDOWS, flat, WindowsFields.time(flat, arrival));
    }

    private static Parsed winlogbeat(ObjectNode winlog, ObjectNode root, Instant arrival) {
        ObjectNode flat = Json.object();
        WindowsFields fields = new WindowsFields(flat);
        put(flat, "Provider_Name", first(winlog, "provider_name", "source_name"));
        fields.system("EventID", first(winlog, "event_id").asString(""));
        put(flat, "Version", winlog.path("version"));
        put(flat, "Level", first(root, "level", "log.level"));
        put(flat, "Task", winlog.path("task"));
        put(flat, "Opcode", winlog.path("opcode"));
        put(flat, "Keywords", winlog.path("keywords"));
        fields.system("EventRecordID", first(winlog, "record_id", "record_number").asString(""));
        put(flat, "Channel", first(winlog, "channel", "log_name"));
        put(flat, "Computer", winlog.path("computer_name"));
        put(flat, "UserID", winlog.path("user").path("identifier"));
        leaves(fields, "EventData", winlog.path("event_data"));
        leaves(fields, "UserData", winlog.path("user_data"));
        fields.finish();
        put(flat, "Message", root.path("message"));
        Instant time = Timestamps.first(root, arrival, "@timestamp");
        return Parsed.of(Format.WINDOWS, flat, time != null ? time : WindowsFields.time(flat, arrival));
    }

    private static Parsed tree(ObjectNode event, ObjectNode system, Instant arrival) {
        ObjectNode flat = Json.object();
        WindowsFields fields = new WindowsFields(flat);
        for (var element : system.properties()) {
            JsonNode value = element.getValue();
            for (String attributes : new String[]{"#attributes", "_attributes"}) {
                for (var attribute : value.path(attributes).properties()) {
                    fields.systemAttribute(element.getKey(), attribute.getKey(), attribute.getValue().asString(""));
                }
            }
            JsonNode text = value.isObject() ? first((ObjectNode) value, "#text", "_text") : value;
            if (text.isValueNode()) {
                fields.system(element.getKey(), text.asString(""));
            }
        }
        leaves(fields, "EventData", event.path("EventData"));
        leaves(fields, "UserData", event.path("UserData"));
        return fields.parsed(arrival);
    }

    /** The parser bounds how deep the tree is, so recursion is bounded. */
    private static void leaves(WindowsFields fields, String section, JsonNode node) {
        for (var field : node.properties()) {
            JsonNode value = field.getValue();
            if (field.getKey().equals("#attributes") || field.getKey().equals("_attributes")) {
                continue;
            }
            if (value.isObject()) {
                leaves(fields, section, value);
            } else if (value.isArray()) {
                for (JsonNode item : value) {
                    fields.data(section, field.getKey(), item.isValueNode() ? item.asString("") : item.toString());
                }
            } else {
                String name = field.getKey().equals("#text") ? "Data" : field.getKey();
                fields.data(section, name, value.asString(""));
            }
        }
    }

    private static void put(ObjectNode flat, String name, JsonNode value) {
        if (!value.isMissingNode() && !value.isNull()) {
            flat.set(name, value);
        }
    }

    private static JsonNode first(ObjectNode object, String... names) {
        for (String name : names) {
            JsonNode value = name.indexOf('.') < 0 ? object.get(name) : Ecs.at(object, name);
            if (value != null) {
                return value;
            }
        }
        return Json.object().path("absent");
    }
}

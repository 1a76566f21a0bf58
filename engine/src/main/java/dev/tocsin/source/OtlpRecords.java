package dev.tocsin.source;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tocsin.event.Json;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads what OTLP sends, protobuf or JSON (opentelemetry-proto, {@code ExportLogsServiceRequest}), into the same JSON:
 * one object for each log record, with the names of OTLP's JSON, but with attributes as plain objects and values, and with
 * {@code resource} and {@code scope} in each.
 */
final class OtlpRecords {
    private static final int DEPTH_MAX = 64;

    /** What each record is given to. */
    interface Receiver {
        void event(ObjectNode event);

        /** Something that stands where a record should be. */
        void refuse(JsonNode what, String cause);
    }

    private OtlpRecords() {
    }

    static void protobuf(byte[] body, Receiver to) throws InvalidProtocolBufferException {
        for (ResourceLogs r : ExportLogsServiceRequest.parseFrom(body).getResourceLogsList()) {
            ObjectNode resource = Json.object();
            resource.set("attributes", attributes(r.getResource().getAttributesList()));
            for (ScopeLogs s : r.getScopeLogsList()) {
                ObjectNode scope = scope(s.getScope());
                s.getLogRecordsList().forEach(l -> to.event(finish(event(l), resource, scope)));
            }
        }
    }

    private static ObjectNode event(LogRecord l) {
        ObjectNode event = Json.object();
        event.put("timeUnixNano", Long.toUnsignedString(l.getTimeUnixNano()));
        event.put("observedTimeUnixNano", Long.toUnsignedString(l.getObservedTimeUnixNano()));
        if (l.getSeverityNumberValue() != 0) {
            event.put("severityNumber", l.getSeverityNumberValue());
        }
        put(event, "severityText", l.getSeverityText());
        put(event, "eventName", l.getEventName());
        if (l.hasBody()) {
            event.set("body", value(l.getBody()));
        }
        event.set("attributes", attributes(l.getAttributesList()));
        put(event, "traceId", hex(l.getTraceId()));
        put(event, "spanId", hex(l.getSpanId()));
        if (l.getFlags() != 0) {
            event.put("flags", l.getFlags());
        }
        return event;
    }

    private static ObjectNode scope(InstrumentationScope s) {
        ObjectNode scope = Json.object();
        put(scope, "name", s.getName());
        put(scope, "version", s.getVersion());
        if (s.getAttributesCount() > 0) {
            scope.set("attributes", attributes(s.getAttributesList()));
        }
        return scope;
    }

    private static ObjectNode attributes(List<KeyValue> list) {
        ObjectNode node = Json.object();
        list.forEach(kv -> node.set(kv.getKey(), value(kv.getValue())));
        return node;
    }

    /** The reader of protobuf has a limit of depth of its own, so this recursion is bounded. */
    private static JsonNode value(AnyValue v) {
        ObjectNode make = Json.object();
        return switch (v.getValueCase()) {
            case STRING_VALUE -> make.stringNode(v.getStringValue());
            case BOOL_VALUE -> make.booleanNode(v.getBoolValue());
            case INT_VALUE -> make.numberNode(v.getIntValue());
            case DOUBLE_VALUE -> number(v.getDoubleValue());
            case BYTES_VALUE -> make.stringNode(Base64.getEncoder().encodeToString(v.getBytesValue().toByteArray()));
            case ARRAY_VALUE -> {
                ArrayNode array = make.arrayNode();
                v.getArrayValue().getValuesList().forEach(e -> array.add(value(e)));
                yield array;
            }
            case KVLIST_VALUE -> attributes(v.getKvlistValue().getValuesList());
            default -> make.nullNode();
        };
    }

    /** JSON has no word for what is no number; OTLP writes it as text. */
    private static JsonNode number(double d) {
        ObjectNode make = Json.object();
        return Double.isFinite(d) ? make.numberNode(d) : make.stringNode(Double.toString(d));
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    /** @param request a JSON object; what it has under other names than OTLP's is left out, as OTLP wants it */
    static void json(ObjectNode request, Receiver to) {
        for (JsonNode r : request.path("resourceLogs")) {
            ObjectNode resource = Json.object();
            resource.set("attributes", attributes(r.path("resource").path("attributes"), 0));
            for (JsonNode s : r.path("scopeLogs")) {
                ObjectNode scope = Json.object();
                copy(s.path("scope"), scope, "name", "version");
                if (!s.path("scope").path("attributes").isEmpty()) {
                    scope.set("attributes", attributes(s.path("scope").path("attributes"), 0));
                }
                for (JsonNode l : s.path("logRecords")) {
                    if (l instanceof ObjectNode log) {
                        to.event(finish(event(log), resource, scope));
                    } else {
                        to.refuse(l, "a log record is a JSON object");
                    }
                }
            }
        }
    }

    private static ObjectNode event(ObjectNode l) {
        ObjectNode event = Json.object();
        // 64-bit numbers come as text, by the rules of protobuf's JSON; some senders write numbers.
        event.put("timeUnixNano", l.path("timeUnixNano").asString("0"));
        event.put("observedTimeUnixNano", l.path("observedTimeUnixNano").asString("0"));
        copy(l, event, "severityNumber", "severityText", "eventName");
        if (l.has("body")) {
            event.set("body", value(l.path("body"), 0));
        }
        event.set("attributes", attributes(l.path("attributes"), 0));
        copy(l, event, "traceId", "spanId", "flags");
        return event;
    }

    private static void copy(JsonNode from, ObjectNode to, String... names) {
        for (String name : names) {
            JsonNode value = from.path(name);
            boolean empty = value.isMissingNode() || value.isNull() || value.isString() && value.asString().isEmpty()
                    || value.isNumber() && value.asInt() == 0;
            if (!empty) {
                to.set(name, value);
            }
        }
    }

    private static ObjectNode attributes(JsonNode list, int depth) {
        ObjectNode node = Json.object();
        for (JsonNode kv : list) {
            node.set(kv.path("key").asString(""), value(kv.path("value"), depth));
        }
        return node;
    }

    /** What is nested deeper than anybody writes is kept as it is written. */
    private static JsonNode value(JsonNode v, int depth) {
        ObjectNode make = Json.object();
        if (depth > DEPTH_MAX) {
            return make.stringNode(v.toString());
        }
        if (v.has("stringValue")) {
            return v.path("stringValue");
        }
        if (v.has("boolValue")) {
            return v.path("boolValue");
        }
        if (v.has("intValue")) {
            return whole(v.path("intValue"));
        }
        if (v.has("doubleValue")) {
            return v.path("doubleValue");
        }
        if (v.has("bytesValue")) {
            return v.path("bytesValue");
        }
        if (v.has("arrayValue")) {
            ArrayNode array = make.arrayNode();
            v.path("arrayValue").path("values").forEach(e -> array.add(value(e, depth + 1)));
            return array;
        }
        return v.has("kvlistValue") ? attributes(v.path("kvlistValue").path("values"), depth + 1) : make.nullNode();
    }

    private static JsonNode whole(JsonNode value) {
        String text = value.asString("");
        return text.matches("-?\\d{1,18}") ? Json.object().numberNode(Long.parseLong(text)) : value;
    }

    private static ObjectNode finish(ObjectNode event, ObjectNode resource, ObjectNode scope) {
        event.set("resource", resource);
        event.set("scope", scope);
        return event;
    }

    private static void put(ObjectNode node, String name, String value) {
        if (!value.isEmpty()) {
            node.put(name, value);
        }
    }
}

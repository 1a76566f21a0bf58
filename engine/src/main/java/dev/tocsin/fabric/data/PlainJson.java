package dev.tocsin.fabric.data;

import dev.tocsin.event.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Values as people and other programs write them in JSON. Reading: whole numbers are counts, or integers below zero; an
 * object is a table, an array a vector; every type as the wire writes it, {@code {"@data-type":"address","data":"10.0.0.1"}},
 * alone or inside. Writing: the same without types, so that an address becomes a string and a set an array.
 */
public final class PlainJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int COUNT_BITS = 64;
    private static final long BILLION = 1_000_000_000L;

    private PlainJson() {
    }

    /** @throws ValueException if something in it says its type and is none of that type, or a table has a key twice */
    public static Value read(JsonNode node) {
        if (node.isObject()) {
            return node.has("@data-type")
                    ? JsonValues.read(node.toString().getBytes(StandardCharsets.UTF_8))
                    : table(node);
        }
        if (node.isArray()) {
            List<Value> items = new ArrayList<>();
            node.forEach(item -> items.add(read(item)));
            return new Vector(items);
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.asLong() < 0 ? Value.integer(node.asLong()) : Value.count(node.asLong());
        }
        if (node.isIntegralNumber() && node.bigIntegerValue().signum() > 0
                && node.bigIntegerValue().bitLength() <= COUNT_BITS) {
            return Value.count(node.bigIntegerValue().longValue());
        }
        return node.isNumber()
                ? Value.real(node.asDouble())
                : node.isBoolean()
                        ? Value.of(node.asBoolean())
                        : node.isNull() ? Value.NONE : Value.of(node.asString());
    }

    private static Value table(JsonNode node) {
        Map<Value, Value> entries = new LinkedHashMap<>();
        node.properties().forEach(e -> entries.put(Value.of(e.getKey()), read(e.getValue())));
        return Table.of(entries);
    }

    /** Times in ISO 8601, timespans as seconds, a table's keys as text. */
    public static JsonNode write(Value value) {
        return switch (value) {
            case Value.None _ -> NODES.nullNode();
            case Value.Bool b -> NODES.booleanNode(b.value());
            case Value.Count c -> c.value() >= 0
                    ? NODES.numberNode(c.value())
                    : NODES.numberNode(new BigInteger(Long.toUnsignedString(c.value())));
            case Value.Int i -> NODES.numberNode(i.value());
            case Value.Real r ->
                Double.isFinite(r.value()) ? NODES.numberNode(r.value()) : NODES.stringNode(String.valueOf(r.value()));
            case Value.Text t -> NODES.stringNode(t.utf8());
            case Value.Enumerator e -> NODES.stringNode(e.name().utf8());
            case Value.Timestamp t -> NODES.stringNode(Instant.ofEpochSecond(Math.floorDiv(t.nanos(), BILLION),
                    Math.floorMod(t.nanos(), BILLION)).toString());
            case Value.Timespan t -> NODES.numberNode((double) t.nanos() / BILLION);
            case Address a -> NODES.stringNode(a.toString());
            case Subnet s -> NODES.stringNode(s.toString());
            case Port p -> NODES.stringNode(p.toString());
            case Vector v -> array(v.items());
            case ValueSet s -> array(s.items());
            case Table t -> {
                ObjectNode object = Json.object();
                t.entries().forEach(e -> object.set(text(e.key()), write(e.value())));
                yield object;
            }
        };
    }

    private static ArrayNode array(List<Value> items) {
        ArrayNode array = NODES.arrayNode(items.size());
        items.forEach(i -> array.add(write(i)));
        return array;
    }

    /** A value on one line: text as it is, all else as {@link #write} has it. */
    public static String text(Value value) {
        JsonNode json = write(value);
        return json.isString() ? json.stringValue() : json.toString();
    }
}

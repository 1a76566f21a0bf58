package dev.tocsin.cli.broker;

import dev.tocsin.event.Json;
import dev.tocsin.fabric.data.JsonValues;
import dev.tocsin.fabric.data.Table;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.data.Vector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Values as a person writes them: JSON, whose whole numbers become counts, or integers below zero, and what is no JSON is a
 * string. Every other type as the wire writes it: {@code {"@data-type":"address","data":"10.0.0.1"}}, alone or inside.
 */
final class ValueText {
    private ValueText() {
    }

    static Value parse(String text) {
        try {
            return value(Json.read(text));
        } catch (JacksonException _) {
            return Value.of(text);
        } catch (ValueException e) {
            throw new TypeConversionException(text + ": " + e.getMessage());
        }
    }

    private static Value value(JsonNode node) {
        if (node.isObject()) {
            return node.has("@data-type")
                    ? JsonValues.read(node.toString().getBytes(StandardCharsets.UTF_8))
                    : table(node);
        }
        if (node.isArray()) {
            List<Value> items = new ArrayList<>();
            node.forEach(item -> items.add(value(item)));
            return new Vector(items);
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.asLong() < 0 ? Value.integer(node.asLong()) : Value.count(node.asLong());
        }
        return node.isNumber()
                ? Value.real(node.asDouble())
                : node.isBoolean()
                        ? Value.of(node.asBoolean())
                        : node.isNull() ? Value.NONE : Value.of(node.asString());
    }

    private static Value table(JsonNode node) {
        Map<Value, Value> entries = new LinkedHashMap<>();
        node.properties().forEach(e -> entries.put(Value.of(e.getKey()), value(e.getValue())));
        return Table.of(entries);
    }
}

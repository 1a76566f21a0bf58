package dev.tocsin.process;

import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.tocsin.event.Json;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Between JSON and the values of CEL's Java runtime: Long, Double, String, Boolean, NullValue, List, Map. */
final class CelValues {
    private CelValues() {
    }

    static Object ofJson(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> map = LinkedHashMap.newLinkedHashMap(node.size());
                node.properties().forEach(e -> map.put(e.getKey(), ofJson(e.getValue())));
                yield map;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>(node.size());
                node.forEach(e -> list.add(ofJson(e)));
                yield list;
            }
            case STRING -> node.stringValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> number(node);
            case NULL, MISSING, BINARY, POJO -> NullValue.NULL_VALUE;
        };
    }

    /** CEL's integers have 64 bits; what is larger is seen rounded, as JavaScript would. */
    private static Object number(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        return node.doubleValue();
    }

    /** The value of an optional; an empty one is null. */
    static Object unwrap(Object value) {
        return value instanceof Optional<?> optional
                ? optional.<Object>map(v -> v).orElse(NullValue.NULL_VALUE)
                : value;
    }

    /** @throws CelFailure when JSON has no such value */
    static JsonNode toJson(Object wrapped) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (unwrap(wrapped)) {
            case NullValue _ -> json.nullNode();
            case String s -> json.stringNode(s);
            case Boolean b -> json.booleanNode(b);
            case Long n -> json.numberNode(n);
            case Double d when Double.isFinite(d) -> json.numberNode(d);
            case Double d -> throw new CelFailure("JSON has no number " + d);
            // CEL's unsigned integers are a class of the library that it is built on.
            case Number n -> json.numberNode(new BigInteger(n.toString()));
            case Instant t -> json.stringNode(t.toString());
            case Duration d -> json.stringNode(d.toString());
            case CelByteString b -> json.stringNode(Base64.getEncoder().encodeToString(b.toByteArray()));
            case List<?> list -> {
                ArrayNode array = json.arrayNode(list.size());
                list.forEach(e -> array.add(toJson(e)));
                yield array;
            }
            case Map<?, ?> map -> {
                ObjectNode object = Json.object();
                map.forEach((key, value) -> object.set(String.valueOf(key), toJson(value)));
                yield object;
            }
            case Object other ->
                throw new CelFailure("a field cannot hold a value of " + other.getClass().getSimpleName());
        };
    }
}

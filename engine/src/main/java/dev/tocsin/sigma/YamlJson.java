package dev.tocsin.sigma;

import java.math.BigDecimal;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** YAML as the JSON it would be, places forgotten. */
final class YamlJson {
    private YamlJson() {
    }

    static JsonNode of(YamlNode node) {
        return switch (node) {
            case YamlNode.Mapping mapping -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                mapping.entries().forEach(e -> object.set(e.key(), of(e.value())));
                yield object;
            }
            case YamlNode.Sequence list -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                list.items().forEach(i -> array.add(of(i)));
                yield array;
            }
            case YamlNode.Scalar scalar -> of(scalar);
        };
    }

    private static JsonNode of(YamlNode.Scalar scalar) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (scalar.kind()) {
            case TEXT -> make.stringNode(scalar.text());
            case NULL -> make.nullNode();
            case BOOLEAN -> make.booleanNode(scalar.text().toLowerCase(Locale.ROOT).equals("true"));
            case INTEGER -> make.numberNode(new BigDecimal(scalar.text()).toBigInteger());
            case DECIMAL -> make.numberNode(Double.parseDouble(scalar.text()));
        };
    }
}

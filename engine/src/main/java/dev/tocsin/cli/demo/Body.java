package dev.tocsin.cli.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a message says, before its placeholders are filled. */
sealed interface Body permits Body.Text, Body.Fixed, Body.Fields, Body.Items, WindowsBody {
    /** Text becomes a JSON string; whoever sends it over a line-based transport takes the text alone. */
    JsonNode render(Cast cast);

    record Text(Phrase phrase) implements Body {
        @Override
        public JsonNode render(Cast cast) {
            return phrase.renderNode(cast);
        }
    }

    record Fixed(JsonNode node) implements Body {
        @Override
        public JsonNode render(Cast cast) {
            return node;
        }
    }

    record Fields(Map<String, Body> fields) implements Body {
        @Override
        public JsonNode render(Cast cast) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            fields.forEach((name, body) -> object.set(name, body.render(cast)));
            return object;
        }
    }

    record Items(List<Body> items) implements Body {
        @Override
        public JsonNode render(Cast cast) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            items.forEach(item -> array.add(item.render(cast)));
            return array;
        }
    }

    /** A body from what YAML gave. */
    static Body of(@Nullable Object value, Phrase.Scope scope) {
        return switch (value) {
            case null -> new Fixed(JsonNodeFactory.instance.nullNode());
            case String text -> new Text(Phrase.parse(text, scope));
            case Boolean bool -> new Fixed(JsonNodeFactory.instance.booleanNode(bool));
            case Integer number -> new Fixed(JsonNodeFactory.instance.numberNode(number));
            case Long number -> new Fixed(JsonNodeFactory.instance.numberNode(number));
            case Double number -> new Fixed(JsonNodeFactory.instance.numberNode(number));
            case Map<?, ?> map -> {
                Map<String, Body> fields = new LinkedHashMap<>();
                map.forEach((k, v) -> fields.put(String.valueOf(k), of(v, scope)));
                yield new Fields(fields);
            }
            case List<?> list -> {
                List<Body> items = new ArrayList<>();
                list.forEach(item -> items.add(of(item, scope)));
                yield new Items(items);
            }
            default -> throw new ScenarioException(scope.where(), "cannot send a " + value.getClass().getSimpleName());
        };
    }
}

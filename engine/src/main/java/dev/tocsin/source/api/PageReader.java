package dev.tocsin.source.api;

import dev.tocsin.event.Json;
import dev.tocsin.source.api.Page.Listed;
import dev.tocsin.source.api.Transport.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** From an answer to a page, as the definition says. What is not a whole list of events is refused. Thread-safe. */
final class PageReader {
    private static final Logger LOG = LoggerFactory.getLogger(PageReader.class);
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,<]*?\\brel\\s*=\\s*\"?next\"?",
            Pattern.CASE_INSENSITIVE);

    private final ApiDefinition definition;
    private final Expressions.@Nullable Expression select;
    private final Expressions.@Nullable Expression transform;
    private final Expressions.@Nullable Expression next;
    private final AtomicBoolean transformFailed = new AtomicBoolean();

    PageReader(ApiDefinition definition) {
        this.definition = definition;
        select = definition.select() == null ? null : Expressions.of("select", definition.select());
        transform = definition.transform() == null ? null : Expressions.of("transform", definition.transform());
        next = definition.pagination() instanceof PaginationConfig.Expression e
                ? Expressions.of("next", e.next())
                : null;
    }

    /**
     * @param since the time of an event that has none, when it is the first
     * @param number of the page, from 1
     */
    Page read(Answer answer, Instant since, Map<String, String> parameters, int number) throws BadPageException {
        JsonNode body;
        try {
            body = Json.read(answer.body());
        } catch (JacksonException e) {
            throw new BadPageException("the body is no JSON: " + e.getOriginalMessage());
        }
        List<Listed> events = new ArrayList<>();
        Instant time = since;
        for (JsonNode record : records(body)) {
            Listed listed = listed(record, time);
            time = listed.event().time();
            events.add(listed);
        }
        String countField = definition.pagination().count();
        JsonNode count = countField == null ? JsonNodeFactory.instance.missingNode() : Fields.at(body, countField);
        return new Page(List.copyOf(events),
                count.isNumber() ? OptionalLong.of(count.asLong()) : OptionalLong.empty(),
                next(answer, body, parameters, number), more(body));
    }

    private JsonNode records(JsonNode body) throws BadPageException {
        JsonNode records = select == null
                ? Fields.at(body, definition.records())
                : select.of(Map.of("body", Expressions.ofJson(body)));
        if (!records.isArray()) {
            throw new BadPageException("the body has no list " + (select == null ? definition.records() : "by select"));
        }
        return records;
    }

    private Listed listed(JsonNode record, Instant before) {
        String idField = definition.id();
        JsonNode idNode = idField == null ? JsonNodeFactory.instance.missingNode() : Fields.at(record, idField);
        boolean hasId = idNode.isString() && !idNode.asString().isBlank() || idNode.isNumber();
        Optional<Instant> time = ClockText.parse(Fields.at(record, definition.clock()));
        String id = hasId
                ? idNode.asString()
                : "sha256:" + HexFormat.of().formatHex(IdHash.sha256(Json.write(canonical(record))));
        return new Listed(new ApiEvent(id, time.orElse(before), Json.write(transformed(record))), hasId,
                time.isPresent());
    }

    /** What cannot be transformed is delivered as it came rather than lost. */
    private JsonNode transformed(JsonNode record) {
        if (transform == null) {
            return record.isObject() ? record : Json.object().set("value", record);
        }
        try {
            JsonNode made = transform.of(Map.of("record", Expressions.ofJson(record)));
            if (made.isObject()) {
                return made;
            }
            throw new BadPageException("the expression transform makes no object");
        } catch (BadPageException e) {
            if (transformFailed.compareAndSet(false, true)) {
                LOG.warn("{}; such events are delivered as they came", e.getMessage());
            }
            return record.isObject() ? record : Json.object().set("value", record);
        }
    }

    /** With the names of objects in order, so that the same content is the same text. */
    private static JsonNode canonical(JsonNode node) {
        if (node.isObject()) {
            ObjectNode sorted = Json.object();
            node.properties().stream().sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
                    .forEach(e -> sorted.set(e.getKey(), canonical(e.getValue())));
            return sorted;
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode(node.size());
            node.forEach(inner -> array.add(canonical(inner)));
            return array;
        }
        return node;
    }

    private Optional<JsonNode> next(Answer answer, JsonNode body, Map<String, String> parameters, int number)
            throws BadPageException {
        return switch (definition.pagination()) {
            case PaginationConfig.Page _,PaginationConfig.Offset _,PaginationConfig.Window _ -> Optional.empty();
            case PaginationConfig.Cursor cursor -> word(Fields.at(body, cursor.field()));
            case PaginationConfig.Next address -> word(Fields.at(body, address.field()));
            case PaginationConfig.Link _ -> answer.header("link").map(NEXT::matcher).filter(Matcher::find)
                    .flatMap(m -> word(JsonNodeFactory.instance.stringNode(m.group(1))));
            case PaginationConfig.Expression _ -> {
                Map<String, Object> variables = new HashMap<>();
                variables.put("body", Expressions.ofJson(body));
                variables.put("headers", answer.headers());
                variables.put("parameters", parameters);
                variables.put("page", (long) number);
                JsonNode found = java.util.Objects.requireNonNull(next).of(variables);
                yield found.isObject() && !found.isEmpty() ? Optional.of(found) : word(found);
            }
        };
    }

    /** Absent, null, false and blank are all the end. */
    private static Optional<JsonNode> word(JsonNode node) {
        return node.isString() && !node.asString().isBlank() || node.isNumber()
                ? Optional.of(node)
                : Optional.empty();
    }

    private Optional<Boolean> more(JsonNode body) {
        return definition.pagination() instanceof PaginationConfig.Cursor c && c.more() != null
                ? Optional.of(Fields.at(body, c.more())).filter(JsonNode::isBoolean).map(JsonNode::asBoolean)
                : Optional.empty();
    }
}

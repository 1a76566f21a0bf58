package dev.tocsin.node.connector;

import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a connector must know after a crash; JSON in the store.
 *
 * <p>It is written before a batch is sent: what was done before is done, and of the batches in {@code sending} alone it may
 * be unknown how far they got.
 *
 * @param batch number of the last batch; each has a greater one than those before
 * @param cursors where reading of each source goes on, behind everything that every output has
 * @param outputs for each output what it remembers, by its own keys
 * @param sending the batch that is being sent, after those whose sender died and whose events did not come again yet
 */
record ConnectorState(long batch, Map<String, String> cursors, Map<String, Map<String, byte[]>> outputs,
        List<Sending> sending) {
    private static final int VERSION = 1;
    static final ConnectorState FIRST = new ConnectorState(0, Map.of(), Map.of(), List.of());

    /**
     * A batch that may have reached some outputs and not others.
     *
     * @param at outputs that said themselves that they have it
     */
    record Sending(long batch, List<EventId> ids, Set<String> at) {
        Sending foundAt(String output) {
            Set<String> more = new TreeSet<>(at);
            more.add(output);
            return new Sending(batch, ids, more);
        }

        Sending without(Set<EventId> delivered) {
            return delivered.isEmpty()
                    ? this
                    : new Sending(batch, ids.stream().filter(id -> !delivered.contains(id)).toList(), at);
        }
    }

    ConnectorState with(String source, String cursor, Map<String, Map<String, byte[]>> remembered, List<Sending> left) {
        Map<String, String> all = new TreeMap<>(cursors);
        all.put(source, cursor);
        return new ConnectorState(batch, all, remembered, left);
    }

    String write() {
        ObjectNode json = Json.object().put("version", VERSION).put("batch", batch);
        ObjectNode places = json.putObject("cursors");
        cursors.forEach((source, cursor) -> places.set(source, Json.read(cursor)));
        ObjectNode all = json.putObject("outputs");
        outputs.forEach((name, entries) -> {
            ObjectNode one = all.putObject(name);
            entries.forEach((key, value) -> one.put(key, Base64.getEncoder().encodeToString(value)));
        });
        ArrayNode batches = json.putArray("sending");
        sending.forEach(s -> {
            ObjectNode one = batches.addObject().put("batch", s.batch());
            ArrayNode ids = one.putArray("ids");
            s.ids().forEach(id -> ids.add(id.toString()));
            ArrayNode at = one.putArray("at");
            s.at().forEach(at::add);
        });
        return json.toString();
    }

    /** @throws IllegalStateException when it was written by something else; what to do is in the message */
    static ConnectorState read(String text) {
        if (text.isEmpty()) {
            return FIRST;
        }
        try {
            JsonNode json = Json.read(text);
            if (json.path("version").asInt(0) != VERSION || !json.has("batch")) {
                throw new IllegalStateException("the state is not a connector's of version " + VERSION
                        + "; run the program that wrote it, or give the connector a name of its own");
            }
            Map<String, Map<String, byte[]>> outputs = new TreeMap<>();
            json.path("outputs").properties().forEach(output -> {
                Map<String, byte[]> entries = new TreeMap<>();
                output.getValue().properties()
                        .forEach(e -> entries.put(e.getKey(), Base64.getDecoder().decode(e.getValue().asString())));
                outputs.put(output.getKey(), entries);
            });
            List<Sending> sending = new ArrayList<>();
            json.path("sending").forEach(s -> {
                List<EventId> ids = new ArrayList<>();
                s.path("ids").forEach(id -> ids.add(EventId.parse(id.asString())));
                Set<String> at = new TreeSet<>();
                s.path("at").forEach(name -> at.add(name.asString()));
                sending.add(new Sending(s.path("batch").asLong(), ids, at));
            });
            Map<String, String> cursors = new TreeMap<>();
            json.path("cursors").properties().forEach(c -> cursors.put(c.getKey(), c.getValue().toString()));
            return new ConnectorState(json.path("batch").asLong(), cursors, outputs, sending);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IllegalStateException("the state is damaged: " + e.getMessage()
                    + "; give the connector a name of its own", e);
        }
    }
}

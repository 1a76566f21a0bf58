package dev.tocsin.log;

import dev.tocsin.event.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a leader says of itself, under the key {@code lease/<source>}, in each of its transactions.
 *
 * @param instance which contender; a process has one for each source
 * @param beat rises with each record of a term
 * @param released whether it has ended its term
 */
record LeaseRecord(long epoch, String instance, String leader, long beat, boolean released) {
    static final LeaseRecord NONE = new LeaseRecord(0, "", "", 0, true);

    static String key(String source) {
        return "lease/" + source;
    }

    String text() {
        return Json.object().put("epoch", epoch).put("instance", instance).put("leader", leader).put("beat", beat)
                .put("released", released).toString();
    }

    static LeaseRecord parse(byte @Nullable [] value) {
        if (value == null) {
            return NONE;
        }
        try {
            JsonNode json = Json.read(value);
            return new LeaseRecord(json.path("epoch").asLong(0), json.path("instance").asString(""),
                    json.path("leader").asString(""), json.path("beat").asLong(0),
                    json.path("released").asBoolean(false));
        } catch (JacksonException _) {
            return NONE;
        }
    }
}

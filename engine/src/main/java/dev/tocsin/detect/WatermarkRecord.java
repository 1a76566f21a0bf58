package dev.tocsin.detect;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.Mark;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * "From this source nothing of this level earlier than that will come any more", as a mark in every partition of {@code
 * matches}.
 *
 * @param level of the correlations that it is for
 * @param source partition of {@code events}, or for higher levels of {@code matches}
 * @param millis since 1970; {@link Long#MIN_VALUE} when nothing ever came
 * @param idle whether the source is not to be waited for
 */
record WatermarkRecord(int level, int source, long millis, boolean idle) {
    Event mark(String stage, String site) {
        ObjectNode json = Json.object();
        json.put("level", level).put("source", source).put("watermark", millis).put("idle", idle);
        return Mark.of("watermark/" + level + "/" + source, stage, site, Instant.ofEpochMilli(Math.max(0, millis)),
                Json.write(json));
    }

    static WatermarkRecord read(Event mark) {
        JsonNode json = Json.read(mark.json());
        return new WatermarkRecord(json.get("level").asInt(), json.get("source").asInt(),
                json.get("watermark").asLong(), json.get("idle").asBoolean());
    }
}

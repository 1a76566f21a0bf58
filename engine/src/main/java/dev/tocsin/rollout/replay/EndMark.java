package dev.tocsin.rollout.replay;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.Mark;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * "From this source nothing comes any more", as a mark in every partition of a replay's {@code matches}, behind all that the
 * source wrote there.
 *
 * @param level 0 for partitions of {@code events}, above for what the correlations of the level below wrote
 */
record EndMark(int level, int source) {
    private static final String REPLAY = "replay";

    Event mark() {
        return Mark.of("end/" + level + "/" + source, REPLAY, REPLAY, Instant.EPOCH,
                Json.write(Json.object().put("level", level).put("source", source)));
    }

    static boolean is(Event event) {
        return Mark.is(event) && event.source().equals(REPLAY);
    }

    static EndMark read(Event mark) {
        JsonNode json = Json.read(mark.json());
        return new EndMark(json.path("level").asInt(0), json.path("source").asInt(0));
    }
}

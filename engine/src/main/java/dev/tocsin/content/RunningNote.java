package dev.tocsin.content;

import dev.tocsin.event.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What an engine on a node says that it runs.
 *
 * @param commit that stands in its alerts
 * @param bundle empty for the rules of the configuration
 * @param revision of the announcement that it follows; 0 for none
 * @param since when it began to run it
 * @param said when it said so
 * @param problem why it does not run what is announced, or empty
 */
record RunningNote(String engine, String node, String commit, String bundle, long revision, Instant since, Instant said,
        String problem) {
    String key() {
        return engine + "/" + node;
    }

    RunningNote at(Instant now) {
        return new RunningNote(engine, node, commit, bundle, revision, since, now, problem);
    }

    byte[] write() {
        return Json.write(Json.object().put("engine", engine).put("node", node).put("commit", commit).put("bundle",
                bundle).put("revision", revision).put("since", since.toString()).put("said", said.toString())
                .put("problem", problem));
    }

    static Optional<RunningNote> read(byte[] bytes) {
        try {
            JsonNode json = Json.read(bytes);
            return Optional.of(new RunningNote(json.path("engine").asString(""), json.path("node").asString(""),
                    json.path("commit").asString(""), json.path("bundle").asString(""), json.path("revision").asLong(
                            0),
                    Instant.parse(json.path("since").asString("")), Instant.parse(json.path("said")
                            .asString("")),
                    json.path("problem").asString("")));
        } catch (JacksonException | DateTimeException _) {
            return Optional.empty();
        }
    }
}

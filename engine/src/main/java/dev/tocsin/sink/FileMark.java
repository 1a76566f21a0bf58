package dev.tocsin.sink;

import dev.tocsin.event.Json;
import dev.tocsin.log.State;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How far a file is recorded as written.
 *
 * @param file its path
 * @param number what it is to be called when it is set aside
 * @param length bytes of it that count; what comes after them was never committed
 */
record FileMark(String file, long number, long length) {

    static @Nullable FileMark read(State state, String key) {
        byte[] bytes = state.get(key);
        if (bytes == null) {
            return null;
        }
        JsonNode json = Json.read(bytes);
        return new FileMark(json.path("file").asString(), json.path("number").asLong(), json.path("length").asLong());
    }

    void write(State state, String key) {
        state.put(key, Json.write(Json.object().put("file", file).put("number", number).put("length", length)));
    }
}

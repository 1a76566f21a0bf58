package dev.tocsin.simulate;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * An answer.
 *
 * @param headers all but those that frame the body
 * @param length bytes that the body has when all of it comes; -1 is not known
 */
public record ApiAnswer(int status, Map<String, String> headers, long length, Body body) {
    private static final String JSON = "application/json; charset=utf-8";

    /** Writes itself once. */
    @FunctionalInterface
    public interface Body {
        /** @throws IOException when the connection is to end here, in the middle */
        void writeTo(OutputStream out) throws IOException;
    }

    public ApiAnswer {
        headers = Map.copyOf(headers);
    }

    static ApiAnswer json(int status, JsonNode node) {
        return bytes(status, JSON, Json.write(node));
    }

    static ApiAnswer bytes(int status, String type, byte[] bytes) {
        return new ApiAnswer(status, Map.of("Content-Type", type), bytes.length, out -> out.write(bytes));
    }

    static ApiAnswer stream(String type, Body body) {
        return new ApiAnswer(200, Map.of("Content-Type", type), -1, body);
    }

    ApiAnswer with(String header, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new ApiAnswer(status, all, length, body);
    }
}

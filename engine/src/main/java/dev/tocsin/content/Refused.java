package dev.tocsin.content;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A rule, or a file of rules, that must not go live.
 *
 * @param file below the top of the content
 * @param line from 1; 0 for the whole file
 * @param code such as {@code S104}
 * @param reason one sentence
 * @param rules ids of the rules that are left out for it; empty when they did not even load
 */
public record Refused(String file, int line, String code, String reason, String hint, List<String> rules) {
    public Refused {
        rules = List.copyOf(rules);
    }

    Problem problem() {
        return new Problem(code, line == 0 ? file : file + ":" + line, reason, hint);
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("file", file).put("line", line).put("code", code).put("reason", reason)
                .put("hint", hint);
        rules.forEach(json.putArray("rules")::add);
        return json;
    }

    static Refused read(JsonNode json) {
        List<String> rules = new ArrayList<>();
        json.path("rules").forEach(r -> rules.add(r.asString("")));
        return new Refused(json.path("file").asString(""), json.path("line").asInt(0), json.path("code").asString(""),
                json.path("reason").asString(""), json.path("hint").asString(""), rules);
    }
}

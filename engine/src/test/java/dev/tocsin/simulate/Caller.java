package dev.tocsin.simulate;

import dev.tocsin.event.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A simulator on a virtual clock, and who asks it, without a network between them. */
final class Caller {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final String BASE = "http://sim.example";

    final Simulator simulator;
    final List<Duration> pauses = new ArrayList<>();
    private final SimulatedClock clock = SimulatedClock.virtual(START);
    private String token = "";

    /** What came, with the body as far as it came. */
    record Answer(int status, Map<String, String> headers, String body, boolean whole) {
        JsonNode json() {
            return Json.read(body);
        }

        List<String> ids() {
            JsonNode json = json();
            List<String> ids = new ArrayList<>();
            (json.isArray() ? json : json.path("events")).forEach(e -> ids.add(e.path("id").asString()));
            return ids;
        }

        String next() {
            return json().path("pagination").path("next").asString("");
        }
    }

    Caller(long seed, Knobs knobs) {
        simulator = new Simulator(new Simulator.Settings(seed, "key", "secret", Duration.ZERO, clock), knobs,
                pauses::add);
        simulator.reachedAt(BASE);
    }

    /** @param pairs names and values in turn */
    static Caller of(long seed, String... pairs) {
        Knobs knobs = Knobs.usual();
        for (int i = 0; i < pairs.length; i += 2) {
            knobs = knobs.with(Knob.of(pairs[i]).orElseThrow(), pairs[i + 1]);
        }
        return new Caller(seed, knobs);
    }

    Caller after(Duration duration) {
        clock.advance(duration);
        return this;
    }

    Answer login() {
        String basic = Base64.getEncoder().encodeToString("key:secret".getBytes(StandardCharsets.UTF_8));
        Answer answer = ask("POST", "/oauth/access_token?grant_type=client_credentials", "Basic " + basic, "");
        token = answer.status() == 200 ? answer.json().path("access_token").asString() : token;
        return answer;
    }

    /** Gets a path with its query, or an absolute address; logs in when it has not yet. */
    Answer get(String address) {
        if (token.isEmpty()) {
            login();
        }
        return ask("GET", address.startsWith(BASE) ? address.substring(BASE.length()) : address, "Bearer " + token,
                "");
    }

    Answer post(String path, String body) {
        return ask("POST", path, "", body);
    }

    Answer ask(String method, String address, String authorization, String body) {
        String[] parts = address.split("\\?", 2);
        try {
            ApiAnswer answer = simulator.answer(new ApiRequest(method, parts[0], parts.length > 1 ? parts[1] : "",
                    authorization, body.getBytes(StandardCharsets.UTF_8)));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            boolean whole = true;
            try {
                answer.body().writeTo(out);
            } catch (IOException e) {
                whole = false;
            }
            return new Answer(answer.status(), answer.headers(), out.toString(StandardCharsets.UTF_8), whole);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Ids of all events that were ever visible, by created_at, with that. */
    Map<String, String> ledger(String query) {
        Map<String, String> created = new LinkedHashMap<>();
        get("/admin/ledger?" + query).body().lines().map(Json::read)
                .forEach(e -> created.put(e.path("id").asString(), e.path("created_at").asString()));
        return created;
    }

    /** Follows {@code next} from here to the end. */
    List<String> follow(String address) {
        List<String> ids = new ArrayList<>();
        String next = address;
        while (!next.isEmpty()) {
            Answer page = get(next);
            if (page.status() != 200) {
                throw new AssertionError(page.status() + " " + page.body());
            }
            ids.addAll(page.ids());
            next = page.next();
        }
        return ids;
    }
}

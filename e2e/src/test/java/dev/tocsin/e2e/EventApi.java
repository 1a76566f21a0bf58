package dev.tocsin.e2e;

import dev.tocsin.base.Endpoint;
import dev.tocsin.cli.SimulatorServer;
import dev.tocsin.event.Json;
import dev.tocsin.simulate.Knobs;
import dev.tocsin.simulate.SimulatedClock;
import dev.tocsin.simulate.Simulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The simulated event API in this process, behind a real port. */
final class EventApi implements AutoCloseable {
    static final String KEY = "key1";
    static final String SECRET = "none-of-your-business";

    private final SimulatorServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    final String address;

    EventApi(long seed, Duration history, Map<String, String> knobs) throws IOException, InterruptedException {
        server = new SimulatorServer(new Endpoint("127.0.0.1", 0), new Simulator.Settings(seed, KEY, SECRET, history,
                SimulatedClock.real(Clock.systemUTC())), Knobs.usual());
        address = server.start();
        turn(knobs);
    }

    /** Turns knobs as a user would. */
    void turn(Map<String, String> knobs) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(address + "/admin/knobs"))
                        .POST(HttpRequest.BodyPublishers.ofString(Json.mapper().writeValueAsString(knobs))).build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.body());
        }
    }

    /** Every event that was ever visible until then, by its id, with the time at which it became so. */
    Map<String, Instant> ledger(Instant until) throws IOException, InterruptedException {
        Map<String, Instant> ids = new LinkedHashMap<>();
        http.send(HttpRequest.newBuilder(URI.create(address + "/admin/ledger")).build(),
                HttpResponse.BodyHandlers.ofLines()).body().forEach(line -> {
                    JsonNode event = Json.read(line);
                    Instant visible = Instant.parse(event.path("visible_at").asString());
                    if (!visible.isAfter(until)) {
                        ids.put(event.path("id").asString(), visible);
                    }
                });
        return ids;
    }

    @Override
    public void close() {
        server.close();
        http.close();
    }
}

package dev.tocsin.source.api;

import dev.tocsin.config.ConfigFile;
import dev.tocsin.config.Outcome;
import dev.tocsin.event.Json;
import dev.tocsin.simulate.SimulatedClock;
import dev.tocsin.source.ApiSourceConfig;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An API over a list that a test holds in its hand: pages with numbers, oldest first, on a virtual clock. */
final class TableApi implements Transport {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    static final String INLINE = """
            start: 1h
            sweep: {window: 10m, every: 30s}
            per_page: 10
            inline:
              path: /events
              since: {parameter: since}
              until: {parameter: until}
              pagination: {type: page, count: count}
              records: events
              id: id
              clock: created_at
            """;

    final SimulatedClock clock = SimulatedClock.virtual(NOON);
    final ApiCounts counts = new ApiCounts();
    final List<Ask> asked = Collections.synchronizedList(new ArrayList<>());
    private final List<Row> rows = new ArrayList<>();
    private Hook hook = (_, answer) -> answer;

    private record Row(Instant time, ObjectNode event) {
    }

    /** Looks at every request, and may change the world before it is answered, or the answer. */
    interface Hook {
        Answer of(Ask ask, Answer answer) throws java.io.IOException;
    }

    void hook(Hook with) {
        hook = with;
    }

    synchronized void add(Instant time, ObjectNode event) {
        rows.add(new Row(time, event));
        rows.sort(Comparator.comparing(Row::time));
    }

    void add(String id, Instant time) {
        add(time, Json.object().put("id", id).put("created_at", time.toString()));
    }

    synchronized void remove(String id) {
        rows.removeIf(r -> r.event.path("id").asString("").equals(id));
    }

    static ApiSourceConfig config(String yaml) {
        Outcome<ApiSourceConfig> outcome = ConfigFile.parse("url: http://table.example\n" + yaml, "test.yaml",
                Path.of("").toAbsolutePath(), ApiSourceConfig.class, _ -> null);
        return outcome.value().orElseThrow(() -> new AssertionError(outcome.problems()));
    }

    ApiPoller poller(String yaml) {
        return new ApiPoller("table", config(yaml), new RateBudgets(clock::now), clock::now, counts, this,
                Optional.of(clock::advance), new Random(1));
    }

    /** Reads once from where it was. */
    void read(String yaml, Taken taken) throws Exception {
        try (ApiPoller poller = poller(yaml)) {
            poller.run(taken.cursor, taken, true);
        }
    }

    static int page(Ask ask) {
        return Integer.parseInt(parameters(ask).getOrDefault("page", "1"));
    }

    static Map<String, String> parameters(Ask ask) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : Optional.ofNullable(ask.uri().getRawQuery()).orElse("").split("&")) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    @Override
    public Answer send(Ask ask) throws java.io.IOException {
        asked.add(ask);
        clock.advance(Duration.ofMillis(1));
        return hook.of(ask, answer(ask));
    }

    synchronized Answer answer(Ask ask) {
        Map<String, String> parameters = parameters(ask);
        Instant since = Instant.parse(parameters.get("since"));
        Instant until = Instant.parse(parameters.getOrDefault("until", "9999-01-01T00:00:00Z"));
        List<Row> all = rows.stream().filter(r -> !r.time.isBefore(since) && r.time.isBefore(until)).toList();
        int perPage = Integer.parseInt(parameters.getOrDefault("per_page", "10"));
        ArrayNode events = Json.mapper().createArrayNode();
        all.stream().skip((long) (page(ask) - 1) * perPage).limit(perPage).forEach(r -> events.add(r.event));
        ObjectNode body = Json.object().put("count", all.size());
        body.set("events", events);
        return new Answer(200, Map.of("date", date()), Json.write(body));
    }

    String date() {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.now().atOffset(ZoneOffset.UTC));
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}

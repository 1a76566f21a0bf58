package dev.tocsin.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Intake events as sources write them, and a look at what the processor makes of them. */
final class Intakes {
    static final Instant ARRIVAL = Instant.parse("2026-11-21T06:00:00Z");
    private static final Processor PROCESSOR = Processor.of(ProcessConfig.DEFAULT);

    private Intakes() {
    }

    static Event event(String original, String format, Consumer<ObjectNode> change) {
        ObjectNode body = Json.object();
        body.put("@timestamp", ARRIVAL.toString());
        body.putObject("event").put("original", original).put("created", ARRIVAL.toString());
        ObjectNode tocsin = body.putObject("tocsin");
        tocsin.put("format", format).put("transport", "tcp");
        change.accept(tocsin);
        return wrap(Json.write(body));
    }

    static Event event(String original, String format) {
        return event(original, format, _ -> {
        });
    }

    /** What a source makes of bytes that are not UTF-8. */
    static Event notUtf8(byte[] original, String format) {
        return event(new String(original, StandardCharsets.ISO_8859_1), format,
                tocsin -> tocsin.put("original_base64", Base64.getEncoder().encodeToString(original)));
    }

    static Event wrap(byte[] body) {
        return new Event(EventId.ofContent("acme", "test", body, 0), "acme", "test", new Origin("a", "n1", 1, 7), "key",
                ARRIVAL, "", LogSource.UNKNOWN, body);
    }

    static Event passed(Event intake) {
        List<Outcome> outcomes = PROCESSOR.process(intake);
        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Passed.class);
        return outcomes.getFirst().event();
    }

    static Event passed(String original) {
        return passed(event(original, "auto"));
    }

    static JsonNode body(Event event) {
        return Json.read(event.json());
    }

    static JsonNode body(String original) {
        return body(passed(original));
    }

    static JsonNode vendor(String original) {
        return body(original).path("vendor");
    }

    static String dead(Event intake) {
        List<Outcome> outcomes = PROCESSOR.process(intake);
        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Dead.class);
        assertThat(outcomes.getFirst().child()).isFalse();
        assertThat(outcomes.getFirst().event()).isEqualTo(intake);
        return ((Outcome.Dead) outcomes.getFirst()).cause();
    }

    static String dead(String original) {
        return dead(event(original, "auto"));
    }
}

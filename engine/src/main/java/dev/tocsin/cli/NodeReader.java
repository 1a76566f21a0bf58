package dev.tocsin.cli;

import dev.tocsin.cli.rules.EventReader;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import dev.tocsin.process.LogSourceClassifier;
import dev.tocsin.process.Outcome;
import dev.tocsin.process.Processor;
import dev.tocsin.process.VendorFields;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events of files read by the process stage itself. An event that says with {@code _logsource} what it is has the
 * vendor's fields already; any other (Winlogbeat's shape, NXLog's, a Zeek line) goes the way it would go in a node.
 */
final class NodeReader implements EventReader {
    private static final Origin NOWHERE = new Origin("none", "none", 0, 0);

    private final Processor processor = new Processor(LogSourceClassifier.builtIn(), true);

    @Override
    public Reading read(JsonNode event) {
        if (event.path("_logsource").isObject()) {
            LogSource own = LogSourceClassifier.own(event);
            return new Reading(VendorFields.of(event, own), own);
        }
        List<Outcome> outcomes = processor.process(intake(event));
        if (outcomes.size() == 1 && outcomes.getFirst() instanceof Outcome.Passed passed) {
            JsonNode body = Json.read(passed.event().json());
            JsonNode vendor = body.get("vendor");
            return new Reading(vendor != null ? vendor : event, passed.event().logSource());
        }
        return new Reading(event, LogSource.UNKNOWN);
    }

    private static Event intake(JsonNode event) {
        ObjectNode body = Json.object();
        String now = Instant.EPOCH.toString();
        body.put("@timestamp", now);
        body.putObject("event").put("original", event.toString()).put("created", now);
        body.putObject("tocsin").put("format", "json").put("transport", "file");
        return new Event(new EventId(0, 0), "none", "none", NOWHERE, "", Instant.EPOCH, "", LogSource.UNKNOWN,
                Json.write(body));
    }
}

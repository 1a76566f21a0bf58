package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** An event as Splunk's HTTP Event Collector takes it; the id is an indexed field, so that repeats can be found fast. */
final class HecEnvelope {
    static final String ID_FIELD = "tocsin_id";

    private final SplunkHecSinkConfig config;
    private final String node;
    private final LineFormat format;

    /** @param node the host of events that name none */
    HecEnvelope(SplunkHecSinkConfig config, String node) {
        this.config = config;
        this.node = node;
        this.format = LineFormat.of(config.format(), false);
    }

    byte[] of(Event event) {
        ObjectNode envelope = Json.object();
        envelope.put("time", seconds(event.time()));
        envelope.put("host", SinkRecord.first(new SinkRecord(event).text("host.name"), node));
        envelope.put("source", event.source());
        envelope.put("sourcetype", config.sourcetype());
        if (config.index() != null) {
            envelope.put("index", config.index());
        }
        if (config.format() == SinkFormat.JSON) {
            envelope.set("event", JsonLine.body(event));
        } else {
            envelope.put("event", new String(format.line(event), StandardCharsets.UTF_8));
        }
        envelope.putObject("fields").put(ID_FIELD, event.id().toString()).put("tocsin_customer", event.customer());
        return Json.write(envelope);
    }

    private static BigDecimal seconds(Instant time) {
        return BigDecimal.valueOf(time.toEpochMilli(), 3);
    }
}

package dev.tocsin.cli.connector;

import dev.tocsin.event.Json;
import dev.tocsin.health.Metrics;
import dev.tocsin.node.ApiMetrics;
import dev.tocsin.node.connector.Connector;
import dev.tocsin.node.connector.ConnectorConfig;
import dev.tocsin.source.SourceStatus;
import dev.tocsin.web.IntakeServer;
import dev.tocsin.web.IntakeServer.Request;
import dev.tocsin.web.IntakeServer.Response;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /health} and {@code GET /metrics} of a connector, where the configuration wants them. */
final class ConnectorServer implements AutoCloseable {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private final Connector connector;
    private final Metrics metrics = new Metrics();
    private final @Nullable IntakeServer server;

    private ConnectorServer(ConnectorConfig config, Connector connector) {
        this.connector = connector;
        connector.sources().forEach(s -> register(s.name()));
        connector.outputs().forEach((name, c) -> {
            metrics.counter("tocsin_connector_delivered_events_total", "Events that the output took, repeats included",
                    c::delivered, "output", name);
            metrics.counter("tocsin_connector_redelivered_events_total",
                    "Events that a connector before may have delivered already when it died", c::redelivered, "output",
                    name);
            metrics.counter("tocsin_connector_refused_events_total",
                    "Events that the output refused for good, kept as dead letters", c::refused, "output", name);
        });
        connector.sinks().forEach((name, c) -> {
            metrics.counter("tocsin_sink_redelivered_events_total",
                    "Events sent again because it was not known how far they had got", c::redelivered, "sink", name);
            metrics.counter("tocsin_sink_unknown_events_total", "Events sent without hearing whether they arrived",
                    c::unknown, "sink", name);
        });
        metrics.counter("tocsin_connector_dead_events_total", "Events kept as dead letters", connector::dead);
        server = config.listen() == null
                ? null
                : new IntakeServer(config.listen(), IntakeServer.Limits.DEFAULT, this::answer);
    }

    private void register(String source) {
        ApiMetrics.register(metrics, source, connector.source(source), connector.polls(source));
        metrics.counter("tocsin_source_received_events_total", "Events read from outside",
                () -> connector.source(source).status().received(), "source", source);
        metrics.counter("tocsin_source_durable_events_total", "Events of it that every output has",
                () -> connector.source(source).status().durable(), "source", source);
    }

    /** Serves nothing when no address is configured. @throws dev.tocsin.web.WebException when it cannot listen there */
    static ConnectorServer start(ConnectorConfig config, Connector connector) {
        ConnectorServer made = new ConnectorServer(config, connector);
        if (made.server != null) {
            made.server.start();
        }
        return made;
    }

    private Response answer(Request request) {
        return switch (request.path()) {
            case "/metrics" -> response(OK, Metrics.CONTENT_TYPE, metrics.text());
            case "/health" -> health();
            default -> response(NOT_FOUND, "text/plain", "there is /health and /metrics\n");
        };
    }

    private Response health() {
        ObjectNode json = Json.object();
        boolean good = true;
        ObjectNode sources = json.putObject("sources");
        for (SourceStatus s : connector.sources()) {
            good &= !s.state().equals("failing");
            sources.putObject(s.name()).put("state", s.state()).put("events", s.durable()).put("error", s.error());
        }
        ObjectNode outputs = json.putObject("outputs");
        for (var output : connector.outputs().entrySet()) {
            good &= output.getValue().trouble().isEmpty();
            outputs.putObject(output.getKey()).put("delivered", output.getValue().delivered())
                    .put("redelivered", output.getValue().redelivered()).put("error", output.getValue().trouble());
        }
        json.put("epoch", connector.epoch()).put("status", good ? "pass" : "fail");
        return response(good ? OK : UNAVAILABLE, "application/health+json", json + "\n");
    }

    private static Response response(int status, String type, String body) {
        return new Response(status, type, body.getBytes(StandardCharsets.UTF_8), Map.of(), () -> {
        });
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        metrics.close();
    }
}

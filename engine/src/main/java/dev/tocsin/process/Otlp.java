package dev.tocsin.process;

import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An OpenTelemetry log record, in the JSON that the OTLP intake makes of it: attributes are plain objects, and resource
 * and scope stand in it. Names of OpenTelemetry's semantic conventions become their ECS names (the two are being merged;
 * "ECS and OpenTelemetry" in Elastic's ECS reference has the list). The body becomes {@code message}.
 */
final class Otlp {
    private record Target(String path, Conversion conversion) {
    }

    private static final Map<String, Target> RESOURCE = Map.ofEntries( //
            text("service.name", "service.name"), text("service.version", "service.version"),
            text("service.instance.id", "service.node.name"), text("deployment.environment", "service.environment"),
            text("deployment.environment.name", "service.environment"), text("host.name", "host.name"),
            text("host.id", "host.id"), text("host.arch", "host.architecture"), text("os.type", "host.os.type"),
            text("os.name", "host.os.name"), text("os.version", "host.os.version"),
            text("container.id", "container.id"), text("container.name", "container.name"),
            text("cloud.provider", "cloud.provider"), text("cloud.account.id", "cloud.account.id"),
            text("cloud.region", "cloud.region"), text("k8s.cluster.name", "orchestrator.cluster.name"),
            text("k8s.namespace.name", "orchestrator.namespace"), text("k8s.pod.name", "orchestrator.resource.name"));
    private static final Map<String, Target> ATTRIBUTES = Map.ofEntries( //
            to("process.pid", "process.pid", Conversion.LONG),
            text("process.executable.path", "process.executable"),
            text("process.executable.name", "process.name"), text("process.command_line", "process.command_line"),
            to("process.parent_pid", "process.parent.pid", Conversion.LONG), text("user.name", "user.name"),
            text("user.id", "user.id"), text("user.email", "user.email"), text("enduser.id", "user.id"),
            to("client.address", "client.ip", Conversion.IP), to("client.port", "client.port", Conversion.PORT),
            to("source.address", "source.ip", Conversion.IP), to("source.port", "source.port", Conversion.PORT),
            to("destination.address", "destination.ip", Conversion.IP),
            to("destination.port", "destination.port", Conversion.PORT), text("server.address", "server.address"),
            to("server.port", "server.port", Conversion.PORT),
            to("network.peer.address", "client.ip", Conversion.IP),
            to("network.transport", "network.transport", Conversion.LOWER),
            to("network.protocol.name", "network.protocol", Conversion.LOWER),
            text("http.request.method", "http.request.method"),
            to("http.response.status_code", "http.response.status_code", Conversion.LONG),
            text("url.full", "url.full"), text("url.path", "url.path"), text("url.query", "url.query"),
            text("url.domain", "url.domain"), text("user_agent.original", "user_agent.original"),
            text("file.path", "file.path"), text("file.name", "file.name"), text("log.file.path", "log.file.path"),
            text("dns.question.name", "dns.question.name"), text("error.type", "error.type"),
            text("exception.type", "error.type"), text("exception.message", "error.message"),
            text("exception.stacktrace", "error.stack_trace"), text("event.name", "event.action"));

    private Otlp() {
    }

    private static Map.Entry<String, Target> to(String name, String path, Conversion conversion) {
        return Map.entry(name, new Target(path, conversion));
    }

    private static Map.Entry<String, Target> text(String name, String path) {
        return to(name, path, Conversion.TEXT);
    }

    static boolean looksLike(ObjectNode raw) {
        return raw.has("timeUnixNano") && raw.has("observedTimeUnixNano") && raw.path("resource").isObject()
                && raw.path("attributes").isObject();
    }

    static Parsed parse(ObjectNode raw, Instant arrival) {
        Parsed parsed = Parsed.of(Format.OTLP, raw,
                Timestamps.first(raw, arrival, "timeUnixNano", "observedTimeUnixNano"));
        ObjectNode ecs = parsed.ecs();
        JsonNode body = raw.path("body");
        Ecs.put(ecs, "message", body.isContainer() ? body.toString() : body.asString(""));
        Conversion.TEXT.put(ecs, "log.level", raw.path("severityText"));
        Conversion.LONG.put(ecs, "event.severity", raw.path("severityNumber"));
        Conversion.TEXT.put(ecs, "event.action", raw.path("eventName"));
        Conversion.TEXT.put(ecs, "trace.id", raw.path("traceId"));
        Conversion.TEXT.put(ecs, "span.id", raw.path("spanId"));
        Conversion.TEXT.put(ecs, "log.logger", raw.path("scope").path("name"));
        put(raw.path("attributes"), ATTRIBUTES, ecs);
        put(raw.path("resource").path("attributes"), RESOURCE, ecs);
        put(raw.path("resource").path("attributes"), ATTRIBUTES, ecs);
        return parsed;
    }

    private static void put(JsonNode from, Map<String, Target> known, ObjectNode ecs) {
        for (var field : from.properties()) {
            Target target = known.get(field.getKey());
            if (target != null) {
                target.conversion.put(ecs, target.path, field.getValue());
            }
        }
    }
}

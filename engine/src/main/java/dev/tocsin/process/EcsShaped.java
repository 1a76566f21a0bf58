package dev.tocsin.process;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events that already speak ECS, as Elastic's shippers send them ({@code ecs.version} is there): their field sets are
 * taken over, with the types that the tables give the same fields.
 */
final class EcsShaped {
    private static final Set<String> FIELD_SETS = Set.of("agent", "client", "cloud", "container", "destination", "dll",
            "dns", "email", "error", "event", "file", "group", "host", "http", "log", "network", "observer",
            "organization",
            "process", "registry", "related", "rule", "server", "service", "source", "threat", "tls", "url", "user",
            "user_agent", "vulnerability", "winlog");
    /** The collector's own; a sender's would claim what only this house knows. */
    private static final Set<String> OURS = Set.of("event.original", "event.created", "event.kind", "event.ingested",
            "winlog.event_data", "winlog.user_data");
    private static final Set<String> NUMBERS = Set.of("pid", "ppid", "bytes", "packets", "status_code", "size",
            "duration",
            "exit_code", "sequence", "severity", "priority");

    private EcsShaped() {
    }

    static void copy(ObjectNode raw, ObjectNode ecs) {
        if (!raw.path("ecs").path("version").isString()) {
            return;
        }
        for (var field : raw.properties()) {
            if (FIELD_SETS.contains(field.getKey()) && field.getValue().isObject()) {
                copy(field.getValue(), field.getKey(), ecs);
            }
        }
    }

    /** The parser bounds how deep the tree is, so recursion is bounded. */
    private static void copy(JsonNode from, String path, ObjectNode ecs) {
        for (var field : from.properties()) {
            String name = field.getKey();
            String target = path + "." + name;
            JsonNode value = field.getValue();
            if (OURS.contains(target) || name.isEmpty() || name.indexOf('.') >= 0) {
                continue;
            }
            if (value.isObject()) {
                copy(value, target, ecs);
            } else if (value.isArray() || target.equals("event.category") || target.equals("event.type")) {
                Conversion.LIST.put(ecs, target, value);
            } else if (name.equals("port")) {
                Conversion.PORT.put(ecs, target, value);
            } else if (NUMBERS.contains(name)) {
                Conversion.LONG.put(ecs, target, value);
            } else if (name.equals("ip")) {
                Conversion.IP.put(ecs, target, value);
            } else if (value.isBoolean()) {
                Ecs.put(ecs, target, value);
            } else {
                Conversion.TEXT.put(ecs, target, value);
            }
        }
    }
}

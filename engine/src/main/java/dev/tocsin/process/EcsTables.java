package dev.tocsin.process;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The program's tables of ECS names: one per product, one per format for what has no product, one of sentences. */
final class EcsTables {
    private static final List<String> PRODUCTS = List.of("windows", "linux", "zeek", "aws", "cloudpassage");
    private static final List<String> FORMATS = List.of("access", "cef", "kv");

    private final Map<String, List<EcsEntry>> byProduct = new HashMap<>();
    private final Map<String, List<EcsEntry>> byFormat = new HashMap<>();
    private final List<MessagePattern> messages = MessagePattern.list(TableReader.resource("ecs/messages.yml"),
            "ecs/messages.yml");

    EcsTables() {
        for (String product : PRODUCTS) {
            byProduct.put(product, table(product));
        }
        for (String format : FORMATS) {
            byFormat.put(format, table(format));
        }
    }

    private static List<EcsEntry> table(String name) {
        return EcsEntry.list(TableReader.resource("ecs/" + name + ".yml"), "ecs/" + name + ".yml");
    }

    /** Adds to {@code ecs} what the tables know about the event; {@code facts} hold its log source. */
    void apply(Facts facts, ObjectNode ecs) {
        sentence(facts, ecs);
        all(byProduct.get(facts.logSource().product()), facts, ecs);
        all(byFormat.get(facts.format()), facts, ecs);
    }

    private void sentence(Facts facts, ObjectNode ecs) {
        String program = facts.program();
        JsonNode message = facts.vendor().path("message");
        if (program != null && message.isString()) {
            for (MessagePattern pattern : messages) {
                if (pattern.apply(program, message.asString(), ecs)) {
                    return;
                }
            }
        }
    }

    private static void all(@Nullable List<EcsEntry> entries, Facts facts, ObjectNode ecs) {
        if (entries != null) {
            for (EcsEntry entry : entries) {
                entry.apply(facts, ecs);
            }
        }
    }
}

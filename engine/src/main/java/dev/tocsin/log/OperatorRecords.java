package dev.tocsin.log;

import dev.tocsin.event.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.node.ObjectNode;

/**
 * What people did by hand, in the compacted topic {@code control-operator}: one record for each thing that was changed, which
 * says who changed it last, when, and how. Thread-safe.
 */
public final class OperatorRecords {
    private final KafkaClients clients;
    private final Topics topics;
    private final GroupAppender appender;

    OperatorRecords(KafkaClients clients, Topics topics, GroupAppender appender) {
        this.clients = clients;
        this.topics = topics;
        this.appender = appender;
    }

    /**
     * @param what was changed, such as {@code store/assets/key/10.0.0.5}
     * @param how it was changed; who and when are added
     * @return completes when it is durable
     */
    public CompletableFuture<Void> write(String what, ObjectNode how, String who) {
        String record = how.put("who", who).put("when", Instant.now().toString()).toString();
        return appender.submit(List.of(), List.of(), Map.of(), Map.of(what, record));
    }

    /** The last record of everything that begins so. Reads the topic. */
    public Map<String, String> read(String prefix) {
        Map<String, String> found = new TreeMap<>();
        try (var reader = clients.freeReader()) {
            Restore.readAll(clients, reader, Tailer.partitions(topics, Topics.OPERATOR), r -> {
                if (r.key() != null && r.key().startsWith(prefix) && r.value() != null) {
                    found.put(r.key(), new String(r.value(), StandardCharsets.UTF_8));
                }
            });
        }
        return found;
    }

    /** An empty record, to say in it how. */
    public static ObjectNode how(String operation) {
        return Json.object().put("operation", operation);
    }
}

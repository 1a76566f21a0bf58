package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Json;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.store.Expiry;
import dev.tocsin.fabric.store.Mutation;
import dev.tocsin.health.PlainMetrics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Who changed a store by hand stands in the log, and in the node's metrics stands what the fabric did. */
@Timeout(300)
class StoreRecordTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    @Test
    void whatIsChangedByHandIsWrittenDownWithWhoAndWhen() throws Exception {
        Path file = Files.writeString(directory.resolve("tocsin.yaml"), """
                node: {data: data}
                log: {listen: 127.0.0.1:0, partitions: 2, disk_max: 2GiB, disk_free_min: 1MiB}
                index: {enabled: false}
                fabric: {stores: {assets: {backend: memory}}}
                """);
        Instant before = Instant.now();
        try (Node node = Node.start(ConfigCheck.read(file).value().orElseThrow(), TocsinConfig.Role.parse(List.of(
                "manager")))) {
            NodeApi api = node.api();
            api.change("assets", Mutation.put(Value.of("10.0.0.5"), Value.of("secret")), SOON, "ann").join();
            api.change("assets", Mutation.put(Value.of("10.0.0.5"), Value.of("secret")).with(Expiry.after(SOON)), SOON,
                    "bob").join();
            api.change("assets", Mutation.increment(Value.count(7), Value.count(1)), SOON, "ann").join();
            api.change("assets", Mutation.put(Value.of("k".repeat(500) + "1"), Value.NONE), SOON, "ann").join();
            api.change("assets", Mutation.put(Value.of("k".repeat(500) + "2"), Value.NONE), SOON, "ann").join();
            api.load("assets", List.of(Mutation.put(Value.of("a"), Value.count(1)), Mutation.put(Value.of("b"), Value
                    .count(2)), Mutation.put(Value.of("b"), Value.count(3))), SOON, "carl").join();
            assertThat(api.store("assets").query(dev.tocsin.fabric.store.Query.get(Value.of("b")), SOON).join().value())
                    .as("in their order").isEqualTo(Value.count(3));
            api.change("assets", Mutation.clear(), SOON, "dora").join();
            Map<String, String> records = node.log().operator().read("store/");
            assertThat(records).hasSize(6).containsKeys("store/assets/key/\"10.0.0.5\"", "store/assets/key/7",
                    "store/assets/load", "store/assets/clear");
            JsonNode put = Json.read(String.valueOf(records.get("store/assets/key/\"10.0.0.5\"")));
            assertThat(put.path("operation").asString()).isEqualTo("put");
            assertThat(put.path("who").asString()).as("the last one").isEqualTo("bob");
            assertThat(put.path("expiry_ms").asLong()).isEqualTo(60_000);
            assertThat(Instant.parse(put.path("when").asString())).isBetween(before, Instant.now());
            assertThat(put.toString()).as("what is in the store is not for the record").doesNotContain("secret");
            assertThat(records.get("store/assets/load")).contains("\"keys\":3", "\"who\":\"carl\"");
            assertThat(records.get("store/assets/clear")).contains("dora");
            assertThat(records.keySet()).allMatch(key -> key.length() < 250);

            node.fabric().hub().subscribe(List.of("alice/"), _ -> {
            });
            node.fabric().hub().client("other").publish("alice/dogs/corgi", new byte[1]);
            await().atMost(SOON)
                    .until(() -> PlainMetrics.of(api.metrics())
                            .contains("tocsin_fabric_topic_lag_seconds{topics=\"alice/dogs\"}"));
            await().atMost(SOON).until(() -> PlainMetrics.of(api.metrics()).contains(
                    "tocsin_fabric_topic_waiting_messages{topics=\"alice/dogs\"} 0.0"));
            assertThat(PlainMetrics.of(api.metrics())).contains(
                    "tocsin_fabric_topic_published_messages_total{topics=\"alice/dogs\"} 1.0",
                    "tocsin_fabric_topic_queued_messages_total{topics=\"alice/dogs\"} 1.0",
                    "tocsin_fabric_topic_dropped_messages_total{topics=\"alice/dogs\"} 0.0",
                    "tocsin_fabric_refused_messages_total 0.0");
        }
    }
}

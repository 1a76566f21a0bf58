package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.FabricConfig;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.StoreConfig;
import dev.tocsin.fabric.StoreConfig.Backend;
import dev.tocsin.fabric.StoreConfig.Copy;
import dev.tocsin.fabric.StoreConfig.Role;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.health.Level;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.LogConfig;
import dev.tocsin.process.Lookup;
import dev.tocsin.process.LookupMatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The stores of two nodes that share a log and are linked. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class NodeStoresTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    private static StoreConfig config(Backend backend, Role role, Copy copy) {
        return new StoreConfig(backend, role, copy, Duration.ofMillis(500), Duration.ofSeconds(2), 1_000, ByteSize
                .parse("1MiB"));
    }

    private DurableLog log() {
        return DurableLog.open(directory.resolve("log"), new LogConfig(null, new Endpoint("127.0.0.1", 0), 1, 1, "",
                ByteSize.parse("2GiB"), ByteSize.parse("1MiB"), ByteSize.parse("64MiB"), false, Map.of()), "test", List
                        .of());
    }

    private NodeFabric fabric(String name, List<Endpoint> peers) {
        return new NodeFabric(name, new FabricConfig(Endpoint.parse("127.0.0.1:0"), peers, null, true, Duration
                .ofMinutes(1)), directory.resolve(name)).start();
    }

    private static String text(Lookup lookup, String key) {
        return String.valueOf(lookup.find(key));
    }

    @Test
    void mastersClonesAndClientsOfOneAndTheSameStore() {
        try (DurableLog log = log();
                NodeFabric first = fabric("first", List.of());
                NodeFabric second = fabric("second", List.of(first.listening().orElseThrow()));
                NodeStores here = new NodeStores(Map.of("shared", config(Backend.REPLICATED, Role.AUTO, Copy.MEMORY),
                        "own", config(Backend.SQLITE, Role.MASTER, Copy.MEMORY)), first.hub(), log, directory.resolve(
                                "stores1"));
                NodeStores there = new NodeStores(Map.of("shared", config(Backend.REPLICATED, Role.CLONE, Copy.DISK),
                        "own", config(Backend.SQLITE, Role.CLIENT, Copy.MEMORY)), second.hub(), log, directory.resolve(
                                "stores2"))) {
            Lookup lookup = there.open("shared", LookupMatch.EXACT);
            there.store("shared").put(Value.of("a"), Value.of("b"), SOON).join();
            assertThat(text(lookup, "a")).as("who has written sees it").isEqualTo("\"b\"");
            await().atMost(SOON).until(lookup::isReady);
            assertThat(text(here.open("shared", LookupMatch.EXACT), "a")).isEqualTo("\"b\"");
            there.store("own").put(Value.of("k"), Value.count(1), SOON).join();
            assertThat(text(here.open("own", LookupMatch.EXACT), "k")).isEqualTo("1");
            assertThat(here.state("shared").state()).isEqualTo("master");
            NodeApi.StoreState clone = there.state("shared");
            assertThat(List.of(clone.state(), clone.role(), clone.master(), clone.problem())).containsExactly("clone",
                    "clone", "first", "");
            assertThat(clone.entries()).isEqualTo(1);
            assertThat(clone.bytes()).isPositive();
            assertThat(there.state("own").state()).isEqualTo("client");
            assertThatThrownBy(() -> there.open("own", LookupMatch.EXACT).find("k")).hasMessageContaining("no store own");
            assertThatThrownBy(() -> there.watch("own", new SubnetIndex())).hasMessageContaining("no copy of the store");
            here.close();
            await().atMost(SOON).until(() -> StoreHealth.verdict(there.state("shared")).level() == Level.YELLOW);
            assertThat(there.state("shared").problem()).startsWith("nothing was heard of its master first for")
                    .endsWith("what this copy has is read, writes wait until there is one");
            assertThat(text(lookup, "a")).isEqualTo("\"b\"");
        }
    }

    @Test
    void aStoreWithoutAMasterSaysSoAndAFileThatIsNoneIsNamed() throws Exception {
        try (DurableLog log = log(); NodeFabric fabric = fabric("alone", List.of())) {
            try (NodeStores stores = new NodeStores(Map.of("s", config(Backend.REPLICATED, Role.CLONE, Copy.MEMORY)),
                    fabric.hub(), log, directory.resolve("stores"))) {
                assertThat(stores.open("s", LookupMatch.SUBNET).isReady()).isFalse();
                assertThat(StoreHealth.verdict(stores.state("s")).level()).isEqualTo(Level.GREEN);
                await().atMost(SOON).until(() -> stores.state("s").problem().startsWith(
                        "no master was heard of since the start; "));
                assertThat(stores.state("s").ageMillis()).isEqualTo(-1);
            }
            Files.writeString(directory.resolve("broken.db"), "not a database, but long enough to be looked at".repeat(
                    100));
            assertThatThrownBy(() -> new NodeStores(Map.of("broken", config(Backend.SQLITE, Role.AUTO, Copy.MEMORY)),
                    fabric.hub(), log, directory)).isInstanceOf(FabricException.class).hasMessageContaining(
                            "fabric.stores.broken: backend: the file ");
        }
    }
}

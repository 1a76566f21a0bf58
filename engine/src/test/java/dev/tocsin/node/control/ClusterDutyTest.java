package dev.tocsin.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.fabric.store.Store;
import dev.tocsin.fabric.store.StoreClient;
import dev.tocsin.fabric.store.StoreNode;
import dev.tocsin.health.Checks.Outcome;
import dev.tocsin.health.Level;
import dev.tocsin.node.NodeFabric;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who has the manager's duty, and that all nodes hear what it has gathered. */
@Timeout(300)
class ClusterDutyTest {
    private static final Duration EVERY = Duration.ofMillis(300);
    private static final List<String> NAMES = List.of("manager", "logger-1", "worker-1");

    @TempDir
    private Path directory;

    private final Map<String, ClusterDuty> duties = new LinkedHashMap<>();
    private final Map<String, Level> levels = new ConcurrentHashMap<>();
    private final List<Store> stores = new ArrayList<>();
    private ControlRig rig;

    @BeforeEach
    void open() {
        rig = new ControlRig(directory, NAMES.toArray(String[]::new));
    }

    @AfterEach
    void close() {
        duties.values().forEach(ClusterDuty::close);
        stores.forEach(Store::close);
        rig.close();
    }

    private void start(String name, boolean withStore) {
        NodeFabric node = rig.start(name);
        Optional<Store> store = Optional.empty();
        if (withStore) {
            store = Optional.of(name.equals("logger-1")
                    ? StoreNode.local(node.hub(), "cluster", StoreNode.Settings.MEMORY)
                    : new StoreClient(node.hub(), "cluster"));
            stores.add(store.get());
        }
        duties.put(name, new ClusterDuty(node.hub(), rig.cluster(name), () -> List.of(new Outcome("log", "disk", levels
                .getOrDefault(name, Level.GREEN), "8 %")), store, EVERY));
    }

    private void stop(String name) {
        duties.remove(name).close();
        rig.stop(name);
    }

    private boolean allSay(String manager, String by) {
        return duties.values().stream().map(d -> d.health().manager()).allMatch(m -> m != null && m.node().equals(
                manager) && m.by().equals(by));
    }

    private boolean allSay(String node, Level level) {
        return duties.values().stream().allMatch(d -> member(d.health(), node).filter(m -> m.level() == level)
                .isPresent());
    }

    private static Optional<ClusterHealth.Member> member(ClusterHealth health, String node) {
        return health.nodes().stream().filter(m -> m.name().equals(node)).findFirst();
    }

    @Test
    void theManagerGathersHowAllAreAndEveryNodeCanSayIt() {
        NAMES.forEach(n -> start(n, false));
        await().until(() -> allSay("manager", Seat.SIGHT));
        for (String name : NAMES) {
            await().until(() -> allSay(name, Level.GREEN));
        }
        ClusterHealth seen = duties.get("worker-1").health();
        assertThat(seen.nodes()).extracting(ClusterHealth.Member::name).containsExactly("logger-1", "manager",
                "worker-1");
        await().until(() -> duties.get("worker-1").health().level() == Level.GREEN);
        levels.put("worker-1", Level.RED);
        await().until(() -> allSay("worker-1", Level.RED));
        ClusterHealth red = duties.get("logger-1").health();
        assertThat(red.level()).isEqualTo(Level.RED);
        assertThat(red.status()).contains("worker-1: 1 of 1 checks is not green");
        assertThat(member(red, "worker-1").orElseThrow().troubles()).containsExactly(new Outcome("log", "disk",
                Level.RED, "8 %"));
    }

    @Test
    void bySightTheNextTakesOverAndGivesItBack() {
        NAMES.forEach(n -> start(n, false));
        await().until(() -> allSay("manager", Seat.SIGHT));
        Instant before = duties.get("worker-1").health().manager().since();
        stop("manager");
        await().until(() -> allSay("logger-1", Seat.SIGHT));
        await().until(() -> allSay("manager", Level.YELLOW));
        assertThat(member(duties.get("worker-1").health(), "manager").orElseThrow().status()).isEqualTo("away");
        assertThat(duties.get("worker-1").health().manager().since()).isAfter(before);
        start("manager", false);
        await().until(() -> allSay("manager", Seat.SIGHT));
        await().until(() -> allSay("manager", Level.GREEN));
    }

    @Test
    void byStoreTheTokenRisesAndTheOneThatHasItKeepsIt() {
        NAMES.forEach(n -> start(n, true));
        await().until(() -> allSay("manager", Seat.STORE));
        long token = duties.get("logger-1").health().manager().token();
        stop("manager");
        await().until(() -> allSay("logger-1", Seat.STORE) || allSay("worker-1", Seat.STORE));
        ClusterHealth.Holder holder = duties.get("worker-1").health().manager();
        assertThat(holder.token()).isGreaterThan(token);
        start("manager", true);
        await().until(() -> duties.get("manager").health().manager() != null);
        await().until(() -> allSay("manager", Level.GREEN));
        assertThat(allSay(holder.node(), Seat.STORE)).as("it is not taken away from who has it").isTrue();
    }

    @Test
    void aNodeWithoutTheStoreGivesWayToOneThatHasTheDutyByIt() {
        start("logger-1", true);
        start("worker-1", true);
        await().until(() -> allSay("logger-1", Seat.STORE) || allSay("worker-1", Seat.STORE));
        String holder = duties.get("worker-1").health().manager().node();
        start("manager", false);
        await().until(() -> allSay("manager", Level.GREEN) && allSay(holder, Seat.STORE));
    }

    @Test
    void nobodyIsSaidToHaveItWhenWhoHadItIsGone() {
        start("manager", false);
        start("worker-1", false);
        await().until(() -> allSay("manager", Seat.SIGHT));
        duties.remove("manager").close();
        await().until(() -> duties.get("worker-1").health().manager() == null);
        assertThat(duties.get("worker-1").health().status()).contains("nobody is known");
    }
}

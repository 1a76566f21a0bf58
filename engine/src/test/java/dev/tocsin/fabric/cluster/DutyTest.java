package dev.tocsin.fabric.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.store.StoreNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DutyTest {
    private static final Duration LEASE = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private final List<Duty> duties = new ArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private Hub hub;
    private StoreNode store;

    @BeforeEach
    void open() {
        hub = new Hub("one", directory);
        store = StoreNode.local(hub, "cluster", StoreNode.Settings.MEMORY);
    }

    @AfterEach
    void close() {
        duties.forEach(Duty::close);
        store.close();
        hub.close();
    }

    private Duty duty(String node, Duration hesitation) {
        Duty duty = new Duty(store, "manager", node, LEASE, hesitation, new Duty.Listener() {
            @Override
            public void begun(long token) {
                told.add(node + " begun");
            }

            @Override
            public void ended() {
                told.add(node + " ended");
            }
        });
        duties.add(duty);
        return duty;
    }

    @Test
    void theOneThatIsMeantToHasItAndAnotherTakesOverWithAGreaterToken() throws Exception {
        Duty worker = duty("worker", LEASE.multipliedBy(2));
        Duty manager = duty("manager", Duration.ZERO);
        await().until(manager::isHeld);
        TimeUnit.MILLISECONDS.sleep(2 * LEASE.toMillis());
        assertThat(manager.isHeld()).as("it is kept").isTrue();
        assertThat(worker.isHeld()).isFalse();
        manager.close();
        await().until(worker::isHeld);
        assertThat(worker.token()).isGreaterThan(manager.token());
        assertThat(told).containsSubsequence("manager begun", "manager ended", "worker begun");
    }

    @Test
    void neverTwoAtOnce() throws Exception {
        for (int i = 0; i < 4; i++) {
            duty("n" + i, Duration.ZERO);
        }
        for (int round = 0; round < 3; round++) {
            await().until(() -> duties.stream().anyMatch(Duty::isHeld));
            for (int i = 0; i < 100; i++) {
                assertThat(duties.stream().filter(Duty::isHeld).count()).isLessThanOrEqualTo(1);
                TimeUnit.MILLISECONDS.sleep(2);
            }
            Duty holder = duties.stream().filter(Duty::isHeld).findFirst().orElse(duties.getFirst());
            holder.close();
            duties.remove(holder);
        }
    }
}

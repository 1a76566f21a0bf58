package dev.tocsin.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.health.Checks.Outcome;
import dev.tocsin.health.Checks.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChecksTest {
    private final Checks checks = new Checks(Duration.ofMillis(200));

    @Test
    void outcomes_come_by_channel_and_name() {
        checks.register("log", "disk", () -> Verdict.yellow("80 % full"));
        checks.register("detect", "lag", () -> Verdict.green(""));
        assertThat(checks.run()).containsExactly(new Outcome("detect", "lag", Level.GREEN, ""),
                new Outcome("log", "disk", Level.YELLOW, "80 % full"));
    }

    @Test
    void a_check_that_throws_is_red_with_the_message() {
        checks.register("index", "a", () -> {
            throw new java.io.IOException("no space left on device");
        });
        checks.register("index", "b", () -> {
            throw new IllegalStateException();
        });
        assertThat(checks.run()).containsExactly(new Outcome("index", "a", Level.RED, "no space left on device"),
                new Outcome("index", "b", Level.RED, "IllegalStateException"));
    }

    @Test
    void a_check_that_hangs_is_red_and_holds_one_thread_only() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        checks.register("sinks", "slow", () -> {
            runs.incrementAndGet();
            release.await();
            return Verdict.green("done");
        });
        checks.register("sinks", "quick", () -> Verdict.green("fine"));
        for (int i = 0; i < 3; i++) {
            List<Outcome> outcomes = checks.run();
            assertThat(outcomes.get(0)).isEqualTo(new Outcome("sinks", "quick", Level.GREEN, "fine"));
            assertThat(outcomes.get(1).level()).isEqualTo(Level.RED);
            assertThat(outcomes.get(1).message()).contains("has not answered");
        }
        assertThat(runs).hasValue(1);
        release.countDown();
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(checks.run().get(1).level()).isEqualTo(Level.GREEN));
    }

    @Test
    void a_closed_registration_is_asked_no_more_and_a_name_is_given_once() {
        Checks.Registration first = checks.register("log", "disk", () -> Verdict.green(""));
        assertThatThrownBy(() -> checks.register("log", "disk", () -> Verdict.red("")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("log/disk");
        first.close();
        assertThat(checks.run()).isEmpty();
    }

    @Test
    void the_roll_up_is_the_worst_and_not_knowing_is_worse_than_green() {
        assertThat(Health.worst(Set.of())).isEqualTo(Level.UNKNOWN);
        assertThat(Health.worst(Set.of(Level.GREEN))).isEqualTo(Level.GREEN);
        assertThat(Health.worst(Set.of(Level.GREEN, Level.UNKNOWN))).isEqualTo(Level.UNKNOWN);
        assertThat(Health.worst(Set.of(Level.YELLOW, Level.UNKNOWN))).isEqualTo(Level.YELLOW);
        assertThat(Health.worst(Set.of(Level.GREEN, Level.YELLOW, Level.RED))).isEqualTo(Level.RED);
    }

    @Test
    void the_documents_name_level_code_channel_and_cause() {
        Health health = new Health(Instant.parse("2026-11-21T10:00:00Z"),
                List.of(new Outcome("detect", "lag", Level.GREEN, "0 behind"),
                        new Outcome("log", "disk", Level.RED, "full; intake answers 503")));
        assertThat(health.document()).hasToString(
                """
                        {"code":3,"level":"red","status":"1 of 2 checks is not green","time":"2026-11-21T10:00:00Z",\
                        "alert_messages":["log/disk: full; intake answers 503"],"channels":{\
                        "detect":{"code":1,"level":"green","status":"the one check is green","time":"2026-11-21T10:00:00Z",\
                        "alert_messages":[],"checks":{"lag":{"code":1,"level":"green","message":"0 behind"}}},\
                        "log":{"code":3,"level":"red","status":"1 of 1 checks is not green","time":"2026-11-21T10:00:00Z",\
                        "alert_messages":["log/disk: full; intake answers 503"],\
                        "checks":{"disk":{"code":3,"level":"red","message":"full; intake answers 503"}}}}}""");
        assertThat(health.healthJson().get("status").asString()).isEqualTo("fail");
        assertThat(health.healthJson().at("/checks/log:disk/0/output").asString())
                .isEqualTo("full; intake answers 503");
        assertThat(health.channel("nowhere").level()).isEqualTo(Level.UNKNOWN);
    }
}

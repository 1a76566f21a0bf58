package dev.tocsin.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.rollout.RolloutState.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RolloutDeskTest {
    private static final String PLAN = """
            name: november
            from: blue
            to: green
            steps:
              - {ingress: 5%, hold: 10m}
              - {ingress: 100%, hold: 1h}
              - {customers: [internal], hold: 1d}
              - {share: 10%}
              - {share: 50%}
              - {share: 100%}
            """;

    private final MemoryChangeLog log = new MemoryChangeLog();
    private final MovingClock clock = new MovingClock();
    private final Facts facts = new Facts();
    private final MemoryChangeLog flagLog = new MemoryChangeLog();
    private final FlagDesk flags = new FlagDesk(flagLog, null, "blue", "paris", clock);
    private final OwnerDesk owners = new OwnerDesk(new MemoryChangeLog(), "paris", clock);
    private final RolloutDesk desk = new RolloutDesk(log, "one", flags, owners, facts, clock);

    /** Moves when told. */
    private static final class MovingClock extends Clock {
        private Instant now = Instant.parse("2026-11-22T08:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** What is to be seen. */
    private static final class Facts implements Evidence {
        private Optional<Long> lag = Optional.of(0L);
        private final Map<String, Totals> totals = new HashMap<>();
        private Difference difference = new Difference(true, 100, 0, "100 compared, 0 differ");

        @Override
        public Optional<Long> lag(String engine) {
            return lag;
        }

        @Override
        public Totals totals(String engine) {
            return totals.getOrDefault(engine, Totals.NONE);
        }

        @Override
        public Set<String> customers() {
            return IntStream.range(0, 1000).mapToObj(i -> "customer" + i).collect(Collectors.toSet());
        }

        @Override
        public Difference compare(String from, String to, Instant since) {
            return difference;
        }

        private void alerts(long blue, long green) {
            totals.put("blue", new Totals(1_000_000, blue, 0));
            totals.put("green", new Totals(1_000_000, green, 0));
        }
    }

    private void later(Duration time) {
        clock.now = clock.now.plus(time);
        desk.tick();
        desk.tick();
    }

    private RolloutState state() {
        return Objects.requireNonNull(desk.view().state());
    }

    private Set<String> ownedBy(String engine) {
        return owners.owners().owners().stream().filter(o -> o.engine().equals(engine)).map(Owner::customer)
                .collect(Collectors.toSet());
    }

    private long letIn(String engine, int events) {
        return IntStream.range(0, events).filter(i -> flags
                .explain("detect.ingress", engine, "acme", "fw", "paris", "", "event" + i).decision().equals("open"))
                .count();
    }

    @Test
    void aPlanRunsUnattendedFromATrickleToEverybody() {
        desk.start(PLAN, "anna", "the new engine");
        assertThat(ownedBy("blue")).as("nobody is published twice").containsExactly("*");
        assertThat(letIn("green", 10_000)).isBetween(450L, 550L);
        assertThat(letIn("blue", 100)).isEqualTo(100);
        later(Duration.ofMinutes(9));
        assertThat(state().step()).isZero();
        later(Duration.ofMinutes(1));
        assertThat(state().step()).isEqualTo(1);
        assertThat(letIn("green", 100)).isEqualTo(100);
        assertThat(letIn("blue", 100)).isEqualTo(100);
        FlagDesk elsewhere = new FlagDesk(flagLog, "green", "green", "paris", clock);
        assertThat(elsewhere.explain("detect.ingress", "blue", "acme", "fw", "paris", "", "event").decision())
                .as("an old engine that has a name goes on seeing everything").isEqualTo("open");
        facts.alerts(100, 100);
        later(Duration.ofHours(1));
        assertThat(ownedBy("green")).containsExactly("internal");
        facts.alerts(200, 200);
        later(Duration.ofDays(1));
        Set<String> tenth = ownedBy("green");
        assertThat(tenth).hasSizeBetween(70, 135).contains("internal");
        facts.alerts(300, 300);
        later(Duration.ofMinutes(10));
        Set<String> half = ownedBy("green");
        assertThat(half).hasSizeBetween(450, 550).containsAll(tenth);
        facts.alerts(400, 400);
        later(Duration.ofMinutes(10));
        assertThat(ownedBy("green")).hasSize(1002).contains("*");
        assertThat(ownedBy("blue")).isEmpty();
        assertThat(state().status()).isEqualTo(Status.RUNNING);
        facts.alerts(500, 500);
        later(Duration.ofMinutes(10));
        assertThat(state().status()).isEqualTo(Status.DONE);
        assertThat(state().phases()).hasSize(6).allMatch(p -> p.result().equals("passed"));
        assertThat(desk.report()).contains("| 2 | ingress 100% |", "pass: parity, 100 compared, 0 differ",
                "all others: green");
    }

    @Test
    void aDifferenceHaltsAndNothingGoesOnByItself() {
        desk.start(PLAN, "anna", "the new engine");
        later(Duration.ofMinutes(10));
        facts.alerts(100, 99);
        facts.difference = new Evidence.Difference(true, 100, 1, "100 compared, 1 differs");
        later(Duration.ofMinutes(1));
        assertThat(state().status()).isEqualTo(Status.HALTED);
        assertThat(state().why()).isEqualTo("fail: parity, 100 compared, 1 differs");
        facts.difference = new Evidence.Difference(true, 100, 0, "100 compared, 0 differ");
        later(Duration.ofDays(9));
        assertThat(state().step()).isEqualTo(1);
        desk.promote("anna", "it was the rule that was meant to differ");
        assertThat(state().status()).isEqualTo(Status.RUNNING);
        assertThat(ownedBy("green")).containsExactly("internal");
        assertThat(state().phases()).extracting(RolloutState.Phase::result).containsExactly("passed", "halted",
                "promoted");
    }

    @Test
    void noDataIsNoPassAndInTheEndItHalts() {
        facts.difference = new Evidence.Difference(false, 0, 0, "nothing to compare");
        desk.start(PLAN, "anna", "the new engine");
        later(Duration.ofMinutes(10));
        later(Duration.ofMinutes(61));
        assertThat(state().step()).isEqualTo(1);
        assertThat(state().status()).isEqualTo(Status.RUNNING);
        assertThat(desk.view().gates()).anyMatch(g -> g.startsWith("inconclusive: parity"));
        later(Duration.ofMinutes(60));
        assertThat(state().status()).isEqualTo(Status.HALTED);
        assertThat(state().why()).contains("patience");
    }

    @Test
    void anEngineThatIsBehindOrDoesNotRunIsWaitedFor() {
        facts.lag = Optional.empty();
        desk.start(PLAN, "anna", "the new engine");
        later(Duration.ofMinutes(30));
        assertThat(state().step()).isZero();
        facts.lag = Optional.of(10_001L);
        later(Duration.ofMinutes(1));
        assertThat(state().step()).isZero();
        facts.lag = Optional.of(10_000L);
        later(Duration.ofMinutes(1));
        assertThat(state().step()).isEqualTo(1);
    }

    @Test
    void deadEventsAndTooManyAlertsHalt() {
        desk.start(PLAN, "anna", "the new engine");
        facts.totals.put("green", new Evidence.Totals(10, 0, 1));
        later(Duration.ofMinutes(1));
        assertThat(state().why()).contains("errors, 1 events dead, 0 at the old engine");
        desk.promote("anna", "known");
        facts.alerts(100, 250);
        later(Duration.ofMinutes(1));
        assertThat(state().why()).contains("alerts, 250 raised, 100 by the old engine");
    }

    @Test
    void abortGivesEverybodyBackAtOnce() {
        desk.start(PLAN, "anna", "the new engine");
        for (int i = 0; i < 4; i++) {
            desk.promote("anna", "quickly");
        }
        assertThat(ownedBy("green")).hasSizeGreaterThan(400);
        desk.abort("anna", "the phone rings");
        assertThat(ownedBy("green")).isEmpty();
        assertThat(state().status()).isEqualTo(Status.ABORTED);
        assertThatThrownBy(() -> desk.promote("anna", "again")).hasMessage("no rollout is under way");
        desk.start(PLAN.replace("november", "december"), "anna", "again");
        assertThat(state().status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void oneAtATimeAndWhoIsLateDoesNothing() {
        RolloutDesk other = new RolloutDesk(log, "two", flags, owners, facts, clock);
        desk.start(PLAN, "anna", "the new engine");
        assertThatThrownBy(() -> other.start(PLAN, "ben", "mine")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("rollout november is running at step 1");
        clock.now = clock.now.plus(Duration.ofMinutes(10));
        desk.tick();
        other.tick();
        other.tick();
        desk.tick();
        assertThat(state().step()).isEqualTo(1);
        assertThat(Objects.requireNonNull(other.view().state()).step()).isEqualTo(1);
        assertThat(new HashSet<>(state().phases())).hasSize(1);
        clock.now = clock.now.plus(Duration.ofHours(1));
        facts.alerts(100, 100);
        other.tick();
        assertThat(Objects.requireNonNull(other.view().state()).step()).as("it is left to the other").isEqualTo(1);
        clock.now = clock.now.plus(Duration.ofSeconds(6));
        other.tick();
        assertThat(Objects.requireNonNull(other.view().state()).step()).as("which does not do it").isEqualTo(2);
    }

    @Test
    void aPlanThatCannotBeUsedSaysWhereAndWhy() {
        assertThatThrownBy(() -> desk.start(PLAN.replace("ingress: 5%", "ingress: 105%"), "anna", "x"))
                .hasMessageContaining("plan:5").hasMessageContaining("a share is from 0% to 100%");
        assertThat(Plan.read("name: x\nfrom: blue\nto: blue\nsteps: [{share: 1%}]", "p.yaml").problems())
                .anyMatch(p -> p.toString().contains("from and to are two engines"));
        assertThat(Plan.read("name: x\nfrom: blue\nto: green\nsteps: [{share: 1%, ingress: 1%}]", "p.yaml").problems())
                .anyMatch(p -> p.toString().contains("exactly one of ingress, customers and share"));
        assertThat(List.of(desk.report())).containsExactly("No rollout was ever started.\n");
    }
}

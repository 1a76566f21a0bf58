package dev.tocsin.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import dev.tocsin.log.Past;
import dev.tocsin.log.SharedBroker;
import dev.tocsin.log.Stream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

/** When rules are parked and what they owe, batch by batch. */
class QuarantineTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final QuarantineConfig LIMITS = new QuarantineConfig(3, 4, 1, Duration.ofHours(1), 1,
            ByteSize.parse("1GiB"));

    /**
     * A rule for each word: it matches what contains the word and fails where there is "boom", too.
     *
     * @param hashes by rule
     */
    private record Words(Map<String, String> hashes, List<Refused> refused) implements Ruleset {
        static Words of(String... wordsAndHashes) {
            Map<String, String> hashes = new HashMap<>();
            for (String pair : wordsAndHashes) {
                hashes.put(pair.split("=")[0], pair.split("=")[1]);
            }
            return new Words(hashes, List.of());
        }

        Words refusing(String... files) {
            return new Words(hashes, Arrays.stream(files).map(f -> new Refused(f, f + ":1:1: bad")).toList());
        }

        @Override
        public Matches match(byte[] body, LogSource logSource) {
            String text = new String(body, StandardCharsets.UTF_8);
            List<DetectionRule> found = rules().stream().filter(r -> text.contains(r.id())).toList();
            return text.contains("boom")
                    ? new Matches(List.of(), found.stream().map(r -> new Failure(r, "boom")).toList())
                    : Matches.of(found);
        }

        @Override
        public List<DetectionRule> matchNaively(byte[] body, LogSource logSource) {
            return match(body, logSource).rules();
        }

        @Override
        public List<DetectionRule> rules() {
            return hashes.keySet().stream().sorted()
                    .map(id -> new DetectionRule(id, "t-" + id, "low", "", List.of(), List.of(), "/r/" + id + ".yml"))
                    .toList();
        }

        @Override
        public String content() {
            return "c";
        }

        @Override
        public @Nullable String hash(String ruleId) {
            return hashes.get(ruleId);
        }

        @Override
        public List<DetectionRule> rulesOf(String file) {
            return rules().stream().filter(r -> r.file().endsWith(file)).toList();
        }
    }

    private final String prefix = SharedBroker.newPrefix();
    private final DurableLog log = SharedBroker.open(prefix, List.of());
    private final ActiveRules active = new ActiveRules(Words.of("alpha=1", "beta=1"));
    private final Quarantine quarantine = new Quarantine(LIMITS, Clock.systemUTC());
    private final FakeState state = new FakeState();
    private DetectStage stage = stage();
    private FakeOutput out = new FakeOutput(true);
    private long next = 100;
    private int number;

    private DetectStage stage() {
        return stage(quarantine);
    }

    private DetectStage stage(Quarantine of) {
        return new DetectStage(active, new Alerts("blue", "paris", 1),
                new MatchFeed(CorrelateConfig.DEFAULT, "paris", Clock.systemUTC()), 0, Gate.NONE,
                new DetectStage.Parking(of, log.past(Stream.EVENTS, "detect")));
    }

    @AfterEach
    void stop() {
        stage.close();
        quarantine.close();
        log.close();
    }

    /** Events of these texts, one offset after the other; an offset in ten is no event. */
    private void handle(String... texts) {
        out = new FakeOutput(true);
        List<Event> events = new ArrayList<>();
        for (String text : texts) {
            events.add(Events.event(number++, "{\"m\":\"" + text + "\"}"));
        }
        stage.offsets(0, LongStream.range(next, next + texts.length).toArray());
        stage.handle(0, events, out);
        next += texts.length;
    }

    private List<String> alerts() {
        return out.events("make").stream().map(e -> Json.read(e.json()).path("rule").path("id").asString()).toList();
    }

    private Debt debt(String subject) {
        return Debt.read(java.util.Objects.requireNonNull(state.get("parked/" + subject)));
    }

    @Test
    void aRuleThatFailsOwesThoseEventsAndIsParkedWhenThereAreTooMany() {
        stage.assigned(0, state);
        handle("alpha boom", "alpha", "alpha boom beta");
        assertThat(out.calls()).containsOnly("done", "make alerts");
        assertThat(alerts()).containsExactly("alpha");
        assertThat(debt("alpha").waiting()).hasToString("100,102");
        assertThat(debt("alpha").parked()).isFalse();
        assertThat(debt("beta").waiting()).hasToString("102");
        assertThat(quarantine.list()).extracting(Quarantine.Parked::state).containsExactly("failing", "failing");
        handle("alpha", "alpha boom", "alpha", "beta");
        assertThat(alerts()).containsExactly("alpha", "tocsin-quarantine", "beta");
        assertThat(debt("alpha").waiting()).hasToString("100,102,104-");
        assertThat(debt("alpha").cause()).contains("boom");
        assertThat(quarantine.wanted(0)).hasValue(100);
        assertThat(quarantine.metrics()).contains("tocsin_rule_quarantined{rule=\"alpha\"} 1",
                "tocsin_rule_quarantined{rule=\"beta\"} 0");
    }

    @Test
    void aRuleThatFloodsIsParkedAtTheVeryEventAndInTheOtherPartitionsWithTheirNextBatch() {
        FakeState other = new FakeState();
        stage.assigned(0, state);
        stage.assigned(1, other);
        handle("alpha", "alpha", "alpha", "alpha", "alpha", "alpha beta");
        assertThat(alerts()).containsExactly("alpha", "alpha", "alpha", "alpha", "tocsin-quarantine", "beta");
        assertThat(debt("alpha").waiting()).hasToString("104-");
        FakeOutput second = new FakeOutput();
        stage.offsets(1, new long[]{7});
        stage.handle(1, List.of(Events.event(1000, "{\"m\":\"alpha\"}")), second);
        assertThat(second.calls()).as("and says it once").containsExactly("done");
        assertThat(quarantine.list().getFirst().partitions()).containsExactly(new Quarantine.Part(0, "104-", ""),
                new Quarantine.Part(1, "7-", ""));
    }

    @Test
    void whoeverTakesThePartitionGoesOnAndAnotherHashReleases() {
        stage.assigned(0, state);
        handle("alpha", "alpha", "alpha", "alpha", "alpha");
        stage.revoked(0);
        assertThat(quarantine.list()).isEmpty();
        stage.close();
        Quarantine second = new Quarantine(LIMITS, Clock.systemUTC());
        stage = stage(second);
        stage.assigned(0, state);
        handle("alpha", "beta");
        assertThat(alerts()).containsExactly("beta");
        active.exchange(Words.of("alpha=2", "beta=1"));
        handle("alpha");
        assertThat(alerts()).containsExactly("alpha");
        assertThat(debt("alpha").parked()).isFalse();
        assertThat(debt("alpha").reading()).hasToString("104-106");
        second.close();
    }

    @Test
    void aBatchThatIsUndoneParksNothingAndIsToldAgain() {
        stage.assigned(0, state);
        state.commit();
        handle("alpha", "alpha", "alpha", "alpha", "alpha");
        state.rollback();
        stage.assigned(0, state);
        next -= 5;
        handle("alpha", "alpha");
        assertThat(alerts()).as("it is known for a flood, and told again").containsExactly("tocsin-quarantine");
        assertThat(debt("alpha").waiting()).hasToString("100-");
    }

    @Test
    void aRuleThatIsTakenOutOwesWhatItOwedAndIsParkedAgainWhenItComesBackAsItWas() {
        stage.assigned(0, state);
        handle("alpha", "alpha", "alpha", "alpha", "alpha");
        active.exchange(Words.of("beta=1"));
        handle("alpha", "beta");
        assertThat(debt("alpha").waiting()).hasToString("104");
        active.exchange(Words.of("alpha=1", "beta=1"));
        handle("alpha", "beta");
        assertThat(alerts()).containsExactly("beta");
        assertThat(debt("alpha").waiting()).hasToString("104,107-");
    }

    @Test
    void aRuleThatIsGoneIsGivenUpByAReleaseAndThatIsSaid() {
        stage.assigned(0, state);
        handle("alpha", "alpha", "alpha", "alpha", "alpha");
        active.exchange(Words.of("beta=1"));
        handle("beta");
        quarantine.release("alpha");
        handle("beta");
        assertThat(alerts()).containsExactly("tocsin-alert-loss", "beta");
        assertThat(Json.read(out.events("make").getFirst().json()).path("engine_alert").path("offsets").asString())
                .isEqualTo("104");
        assertThat(quarantine.list()).isEmpty();
        assertThatThrownBy(() -> quarantine.release("alpha")).hasMessageContaining("none is");
    }

    @Test
    void aFileOwesForTheRulesThatItMayHaveAndNotForThoseThatWereApplied() {
        active.exchange(Words.of("beta=1").refusing("alpha.yml", "beta.yml"));
        stage.assigned(0, state);
        handle("alpha", "beta");
        assertThat(alerts()).containsExactly("tocsin-quarantine", "tocsin-quarantine", "beta");
        active.exchange(Words.of("alpha=1", "beta=1"));
        handle("beta");
        assertThat(debt("alpha").reading()).hasToString("100-101");
        assertThat(state.entries().keySet()).containsExactlyInAnyOrder("parked/alpha");
    }

    @Test
    void aRewindOwesFromThereOn() {
        stage.assigned(0, state);
        handle("alpha boom", "alpha", "alpha", "alpha", "alpha", "alpha");
        assertThat(debt("alpha").waiting()).hasToString("100,105-");
        stage.rewound(0);
        next = 50;
        handle("beta");
        assertThat(debt("alpha").waiting()).hasToString("50-");
    }

    @Test
    void whatIsNotInTheLogAnyMoreIsSaidAndTheRestIsCaughtUpWith() throws Exception {
        stage.close();
        stage = stage(new Quarantine(QuarantineConfig.DEFAULT, Clock.systemUTC()));
        List<Event> events = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            events.add(Events.event(n, "{\"m\":\"alpha\"}"));
        }
        log.run(new dev.tocsin.log.StageSpec("process", List.of(Stream.INTAKE), 1, false,
                _ -> (dev.tocsin.log.Stage) (_, some, to) -> some.forEach(e -> to.pass(Stream.EVENTS, e))));
        log.appender().append(events, List.of(), Map.of()).join();
        await().atMost(LONG).until(() -> log.stage("process").orElseThrow().status().out() == 40);
        int partition = read(0).isEmpty() ? 1 : 0;
        List<Past.Read> there = read(partition);
        assertThat(there).hasSize(40);
        long begin = there.get(10).offset();
        long end = there.getLast().offset() + 1;
        state.put("parked/alpha", Debt.of(active.ruleset().rules().getFirst(), Debt.Reason.FAILED, "boom",
                java.time.Instant.now(), "old").park(Debt.Reason.FAILED, "boom", java.time.Instant.now(), "old", 0)
                .write());
        stage.assigned(partition, state);
        SharedBroker.delete(prefix, Stream.EVENTS, partition, begin);
        FakeOutput late = new FakeOutput(true);
        await().atMost(LONG).until(() -> {
            stage.beside(partition, end, late);
            return state.get("parked/alpha") == null;
        });
        List<Event> made = late.events("make");
        assertThat(Json.read(made.getFirst().json()).path("rule").path("id").asString()).isEqualTo("tocsin-alert-loss");
        assertThat(Json.read(made.getFirst().json()).path("engine_alert").path("offsets").asString())
                .isEqualTo("0-" + (begin - 1));
        assertThat(made.subList(1, made.size())).extracting(Event::id).containsExactlyElementsOf(there.subList(10, 40)
                .stream().map(r -> EventId.ofAlert("alpha", List.of(r.event().id()))).toList());
    }

    /** All events of one key are in one partition. */
    private List<Past.Read> read(int partition) {
        List<Past.Read> all = new ArrayList<>();
        try (Past past = log.past(Stream.EVENTS, "detect")) {
            long from = 0;
            for (int i = 0; i < 20; i++) {
                Past.Piece piece = past.read(partition, from, 1000, 10, Duration.ofMillis(100));
                all.addAll(piece.events());
                from = piece.next();
            }
        }
        return all;
    }

    @Test
    void rangesAreAddedAndTakenAway() {
        OffsetRanges ranges = OffsetRanges.NONE.plus(5, 8).plus(10, 12).plus(8, 10).plus(20, 21);
        assertThat(ranges).hasToString("5-11,20");
        assertThat(ranges.plus(30, Long.MAX_VALUE).plus(25, 31)).hasToString("5-11,20,25-");
        assertThat(ranges.minus(6, 7)).hasToString("5,7-11,20");
        assertThat(ranges.before(9)).hasToString("5-8");
        assertThat(ranges.count(11)).isEqualTo(6);
        assertThat(ranges.plus(4, 4)).isEqualTo(ranges);
        assertThat(ranges.contains(11)).isTrue();
        assertThat(ranges.contains(12)).isFalse();
        assertThat(OffsetRanges.NONE.plus(3, Long.MAX_VALUE).minus(0, 9)).hasToString("9-");
    }
}

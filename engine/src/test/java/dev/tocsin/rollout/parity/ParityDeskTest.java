package dev.tocsin.rollout.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ParityDeskTest {
    private static final ParityConfig CONFIG = new ParityConfig(List.of("blue", "green"), Duration.ofDays(1));

    private final List<Question> asked = new ArrayList<>();
    private final Deque<ParityReport> answers = new ArrayDeque<>();
    private Instant now = Instant.parse("2026-11-21T10:00:40Z");
    private final ParityDesk desk = new ParityDesk(question -> {
        asked.add(question);
        return answers.remove();
    }, CONFIG, false, new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(@Nullable ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    });

    private ParityReport answer(String verdict, String reason, Instant from, Instant to, long missing) {
        List<ParityReport.Group> groups = missing == 0
                ? List.of()
                : List.of(new ParityReport.Group("r\"1", "Rule", "acme", missing, 0, 0, 0, true, Map.of(), List.of()));
        return new ParityReport("blue", "green", from, to, verdict, reason, 10, 10 - missing, missing, 0, 0, 0, groups,
                0, 0,
                ParityReport.LedgerSays.NOTHING, List.of(), now, 1);
    }

    @Test
    void eachClosedMinuteIsComparedOnce() throws Exception {
        Instant ten = Instant.parse("2026-11-21T10:00:00Z");
        answers.add(answer("pass", "nothing differs", ten.minusSeconds(260), ten, 0));
        desk.look();
        assertThat(asked.getFirst().from()).isEqualTo(now.minus(Duration.ofMinutes(5)));
        assertThat(asked.getFirst().to()).isNull();
        assertThat(desk.trouble()).isEmpty();

        now = now.plusSeconds(60);
        answers.add(answer("fail", "1 rule differs", ten, ten.plusSeconds(60), 3));
        desk.look();
        assertThat(asked.getLast().from()).isEqualTo(ten);
        assertThat(desk.watch().upTo()).isEqualTo(ten.plusSeconds(60));
        assertThat(desk.trouble().orElseThrow().missing()).isEqualTo(3);
        assertThat(List.of(desk.total("missing"), desk.total("extra"), desk.total("different"))).containsExactly(3L, 0L,
                0L);
        assertThat(desk.metrics()).contains("tocsin_rollout_parity_rule_differences_total{rule=\"r\\\"1\"} 3\n");

        // Green is away: what was compared stays, and nothing is passed over.
        now = now.plusSeconds(60);
        answers.add(
                answer("inconclusive", "both sides have come only to x", ten.plusSeconds(60), ten.plusSeconds(60), 0));
        desk.look();
        assertThat(desk.watch().upTo()).isEqualTo(ten.plusSeconds(60));
        assertThat(desk.watch().last().verdict()).isEqualTo("fail");
        assertThat(desk.watch().trouble()).contains("have come only to");

        // A difference is told for a while, then it is history.
        now = now.plus(Duration.ofMinutes(20));
        assertThat(desk.trouble()).isEmpty();
        assertThat(desk.watch().lastFailed()).isNotNull();

        // After hours without an answer it goes on from an hour ago.
        now = now.plus(Duration.ofHours(5));
        answers.add(answer("inconclusive", "neither side raised an alert in this time, which says nothing",
                now.minusSeconds(3600), now.minusSeconds(60), 0));
        desk.look();
        assertThat(asked.getLast().from()).isEqualTo(now.minus(Duration.ofHours(1)));
        assertThat(desk.watch().upTo()).isEqualTo(now.minusSeconds(60));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> new ParityConfig(List.of("blue"), Duration.ofMinutes(1)))
                .hasMessage("engines names two, or none");
        assertThatThrownBy(() -> new ParityConfig(List.of("blue", "Blue"), Duration.ofMinutes(1)))
                .hasMessageContaining("not compared with itself");
        assertThatThrownBy(() -> Side.parse("green@")).hasMessageContaining("ENGINE@RUN");
        assertThatThrownBy(() -> Question.of(Side.parse("a"), Side.parse("b")).between(now, now))
                .hasMessage("from is not before to");
    }
}

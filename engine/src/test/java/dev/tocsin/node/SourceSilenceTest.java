package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.health.Checks.Verdict;
import dev.tocsin.health.Level;
import dev.tocsin.source.LogSourceHint;
import dev.tocsin.source.RelpSourceConfig;
import dev.tocsin.source.Source;
import dev.tocsin.source.SourceStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SourceSilenceTest {
    private static final Instant LAST = Instant.parse("2026-01-01T00:00:00Z");

    private static RelpSourceConfig config(@Nullable Duration silentAfter) {
        return new RelpSourceConfig(new Endpoint("127.0.0.1", 0), "acme", "auto", LogSourceHint.NONE, silentAfter,
                ByteSize.parse("100KiB"), 100, Duration.ofHours(1), 10, ByteSize.parse("1MiB"), null, false);
    }

    private static Source source(String state) {
        return new Source() {
            @Override
            public void start() {
                // It has been started.
            }

            @Override
            public SourceStatus status() {
                return new SourceStatus("edge", "relp", "127.0.0.1:2514", state, 7, 7, 0, 0, 0, LAST, "a note");
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    private static Verdict after(String state, @Nullable Duration silentAfter, Duration silence) {
        return NodeHealth.source(source(state), config(silentAfter), LAST.plus(silence));
    }

    @Test
    void aSourceFromWhichNothingCameForTooLongIsRedAndSaysForHowLong() {
        Verdict verdict = after("running", Duration.ofMinutes(5), Duration.ofMinutes(61));
        assertThat(verdict.level()).isEqualTo(Level.RED);
        assertThat(verdict.message()).isEqualTo("silent for 1h1m, more than silent_after (5m); a note");
        assertThat(after("waiting", Duration.ofMinutes(5), Duration.ofMinutes(61)).level()).isEqualTo(Level.RED);
    }

    @Test
    void beforeThatAndWithoutTheSettingSilenceIsNoAlarm() {
        assertThat(after("running", Duration.ofMinutes(5), Duration.ofMinutes(5)).level()).isEqualTo(Level.GREEN);
        assertThat(after("running", null, Duration.ofDays(99)).level()).isEqualTo(Level.GREEN);
    }

    @Test
    void aSourceThatFailsOrHasEndedIsNotSilent() {
        Duration max = Duration.ofMinutes(5);
        assertThat(after("failing", max, Duration.ofDays(1)).message()).isEqualTo("a note");
        assertThat(after("stopped", max, Duration.ofDays(1)).level()).isEqualTo(Level.GREEN);
    }
}

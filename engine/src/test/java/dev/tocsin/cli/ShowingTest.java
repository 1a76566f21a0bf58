package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables, progress, times and numbers. */
class ShowingTest {
    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();

    private void progress(Terminal terminal) {
        try (Progress progress = new Progress(terminal, "matching", "events", 2000, nanos::get)) {
            for (int done = 0; done <= 2000; done += 100) {
                progress.update(done);
                nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            }
        }
    }

    @Test
    void progressWithoutATerminalIsALineEachTenSecondsAndASummary() {
        progress(new Run().terminal(new ByteArrayOutputStream(), notes));
        assertThat(notes.toString(StandardCharsets.UTF_8)).isEqualTo("""
                matching [============            ]  50 % 1,000/2,000 events, 100/s, 10s left
                matching [========================] 100 % 2,000/2,000 events, 100/s
                matching: 2,000 events in 21s, 95/s
                """);
    }

    @Test
    void progressOnATerminalIsPaintedOverItself() {
        progress(new Run().interactive("").terminal(new ByteArrayOutputStream(), notes));
        assertThat(notes.toString(StandardCharsets.UTF_8)).contains("\rmatching [=                       ]   5 % ")
                .endsWith("\r\u001B[Kmatching: 2,000 events in 21s, 95/s\n");
        assertThat(notes.toString(StandardCharsets.UTF_8).chars().filter(c -> c == '\n')).hasSize(1);
    }

    @Test
    void progressOfUnknownTotalShowsOnlyCounts() {
        Progress progress = new Progress(new Run().terminal(new ByteArrayOutputStream(), notes), "reading", "lines", 0,
                nanos::get);
        nanos.set(TimeUnit.SECONDS.toNanos(10));
        progress.update(55);
        assertThat(notes.toString(StandardCharsets.UTF_8)).isEqualTo("reading 55 lines, 5.5/s\n");
    }

    @Test
    void aTableIsInLineWhateverTheCellsHold() {
        Terminal terminal = new Run().terminal(notes, notes);
        Table table = new Table("a", ">n", "b").row("ä𝄞", 5, "x\ty").row("long", 1234, "\u001B[2J\u202Eevil");
        assertThat(table.lines(terminal)).containsExactly("a        n  b", "ä𝄞       5  x y",
                "long  1234  \uFFFD[2J\uFFFDevil");
        assertThatThrownBy(() -> table.row("too few")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"now,2026-03-01T12:00:00Z", "-1h,2026-03-01T11:00:00Z", "now-7d,2026-02-22T12:00:00Z",
            "2026-01-02,2026-01-02T00:00:00Z", "2026-01-02T03:04:05,2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.5Z,2026-01-02T03:04:05.500Z", "2026-01-02T03:04+02:00,2026-01-02T01:04:00Z"})
    void timesAreReadAsPeopleWriteThem(String text, Instant expected) {
        assertThat(new TimeText(text).at(Run.NOW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "-1", "-1x", "2026-13-01", "2026-01-02T", "nowish", "1h"})
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> new TimeText(text).at(Run.NOW)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersAreShort() {
        assertThat(Amounts.rate(0)).isEqualTo("0/s");
        assertThat(Amounts.rate(0.42)).isEqualTo("0.4/s");
        assertThat(Amounts.rate(1203.4)).isEqualTo("1,203/s");
        assertThat(Amounts.duration(Duration.ofMillis(850))).isEqualTo("850ms");
        assertThat(Amounts.duration(Duration.ofSeconds(3605))).isEqualTo("1h");
        assertThat(Amounts.duration(Duration.ofHours(76))).isEqualTo("3d 4h");
        assertThat(Amounts.percent(1, 0)).isEqualTo("-");
    }
}

package dev.tocsin.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a long piece of work is: on a terminal a bar with counts, rate and remaining time that is painted over itself,
 * elsewhere a line each ten seconds; at the end one line that stays. Used by one thread.
 */
public final class Progress implements AutoCloseable {
    private static final long REPAINT_NANOS = Duration.ofMillis(100).toNanos();
    private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int BAR = 24;

    private final Terminal terminal;
    private final String what;
    private final String unit;
    private final long total;
    private final LongSupplier nanos;
    private final long started;
    private long shown;
    private long done;

    /** @param total how much there is to do, or 0 when nobody knows */
    public Progress(Terminal terminal, String what, String unit, long total) {
        this(terminal, what, unit, total, System::nanoTime);
    }

    Progress(Terminal terminal, String what, String unit, long total, LongSupplier nanos) {
        this.terminal = terminal;
        this.what = what;
        this.unit = unit;
        this.total = total;
        this.nanos = nanos;
        this.started = nanos.getAsLong();
        this.shown = started;
    }

    public void update(long doneSoFar) {
        done = doneSoFar;
        long now = nanos.getAsLong();
        if (now - shown < (terminal.notesInteractive() ? REPAINT_NANOS : LINE_NANOS)) {
            return;
        }
        shown = now;
        if (terminal.notesInteractive()) {
            terminal.notes().print("\r" + line(now) + "\u001B[K");
            terminal.notes().flush();
        } else {
            terminal.note(line(now));
        }
    }

    /** Leaves the summary. */
    @Override
    public void close() {
        Duration took = Duration.ofNanos(nanos.getAsLong() - started);
        String end = terminal.notesInteractive() ? "\r\u001B[K" : "";
        terminal.note(end + what + ": " + Amounts.count(done) + " " + unit + " in " + Amounts.duration(took) + ", "
                + Amounts.rate(rate(took)));
    }

    private double rate(Duration took) {
        return done * 1e9 / Math.max(1, took.toNanos());
    }

    private String line(long now) {
        Duration took = Duration.ofNanos(now - started);
        StringBuilder line = new StringBuilder(what).append(' ');
        if (total > 0) {
            int full = (int) Math.min(BAR, BAR * done / total);
            line.append('[').append("=".repeat(full)).append(" ".repeat(BAR - full)).append("] ")
                    .append(String.format(Locale.ROOT, "%3d %% ", Math.min(100, 100 * done / total)));
        }
        line.append(Amounts.count(done));
        line.append(total > 0 ? "/" + Amounts.count(total) : "").append(' ').append(unit).append(", ")
                .append(Amounts.rate(rate(took)));
        if (total > done && done > 0) {
            long left = (long) ((total - done) / rate(took));
            line.append(", ").append(Amounts.duration(Duration.ofSeconds(Math.max(1, left)))).append(" left");
        }
        return line.toString();
    }
}

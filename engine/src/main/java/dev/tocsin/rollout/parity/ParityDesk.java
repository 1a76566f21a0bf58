package dev.tocsin.rollout.parity;

import dev.tocsin.log.LogException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares on demand and, when two engines are named, all the time: each closed minute once, as soon as both have surely read
 * it. Any thread may use it.
 */
public final class ParityDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ParityDesk.class);
    /** The first look goes back so far. */
    private static final Duration START = Duration.ofMinutes(5);
    /** An engine that was away for longer is compared from here on. */
    private static final Duration BEHIND_MAX = Duration.ofHours(1);
    /** A difference is told for so long after it was found. */
    private static final Duration TOLD = Duration.ofMinutes(15);
    /** Rules of which differences are counted apart. */
    private static final int RULES_MAX = 20;

    private final Comparer parity;
    private final ParityConfig config;
    private final Clock clock;
    private final @Nullable Thread thread;
    private volatile Watch watch = Watch.NONE;
    private final Map<IdTable.Kind, Long> totals = new EnumMap<>(IdTable.Kind.class);
    private final Map<String, Long> byRule = new TreeMap<>();

    /**
     * How the comparison that goes on all the time stands.
     *
     * @param engines what is compared, or empty
     * @param upTo alert time up to which both were compared; null before the first time
     * @param last the last look; null before the first
     * @param lastFailed the last one that found a difference; null when there was none since the start
     * @param trouble why it could not look, or empty
     */
    public record Watch(String engines, @Nullable Instant upTo, @Nullable ParityReport last,
            @Nullable ParityReport lastFailed, String trouble) {
        static final Watch NONE = new Watch("", null, null, null, "");

        public boolean isOn() {
            return !engines.isEmpty();
        }
    }

    /** Compares. */
    @FunctionalInterface
    public interface Comparer {
        /** May take a minute for millions of alerts. */
        ParityReport compare(Question question) throws IOException, InterruptedException;
    }

    /** @param watches whether this node is to compare all the time what the configuration names */
    public ParityDesk(Comparer parity, ParityConfig config, boolean watches, Clock clock) {
        this.parity = parity;
        this.config = config;
        this.clock = clock;
        if (watches && !config.engines().isEmpty()) {
            watch = new Watch(String.join(", ", config.engines()), null, null, null, "");
            thread = Thread.ofVirtual().name("parity").start(this::follow);
        } else {
            thread = null;
        }
    }

    /**
     * May take a minute for millions of alerts.
     *
     * @throws LogException when the log cannot be read
     */
    public ParityReport compare(Question question) {
        try {
            return parity.compare(question);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted while comparing");
        }
    }

    public Watch watch() {
        return watch;
    }

    /** Differences found since the start, by kind. */
    public synchronized long total(String kind) {
        return totals.getOrDefault(IdTable.Kind.valueOf(kind.toUpperCase(java.util.Locale.ROOT)), 0L);
    }

    /** What the last look found, if it is still worth telling: a difference of the last quarter of an hour. */
    public Optional<ParityReport> trouble() {
        ParityReport failed = watch.lastFailed;
        return failed == null || failed.asked().isBefore(clock.instant().minus(TOLD))
                ? Optional.empty()
                : Optional.of(failed);
    }

    private void follow() {
        try {
            while (true) {
                Thread.sleep(config.every());
                try {
                    look();
                } catch (LogException | IOException e) {
                    LOG.debug("engines {} could not be compared", watch.engines, e);
                    watch = new Watch(watch.engines, watch.upTo, watch.last, watch.lastFailed,
                            String.valueOf(e.getMessage()));
                }
            }
        } catch (InterruptedException _) {
            LOG.debug("the comparison of {} ends", watch.engines);
        } catch (RuntimeException e) {
            LOG.error("engines {} are not compared any more", watch.engines, e);
            watch = new Watch(watch.engines, watch.upTo, watch.last, watch.lastFailed, "it ended: " + e);
        }
    }

    /** Compares the minutes that were closed since the last look. */
    public void look() throws IOException, InterruptedException {
        Question question = Question.of(Side.parse(config.engines().getFirst()),
                Side.parse(config.engines().getLast()));
        Watch before = watch;
        Instant oldest = clock.instant().minus(before.upTo == null ? START : BEHIND_MAX);
        Instant from = before.upTo == null || before.upTo.isBefore(oldest) ? oldest : before.upTo;
        ParityReport report = parity.compare(question.between(from, null));
        boolean looked = report.from().isBefore(report.to()) && !report.reason().startsWith(Parity.ABSENT);
        if (looked) {
            count(report);
        }
        ParityReport failed = report.verdict().equals(ParityReport.FAIL) ? report : before.lastFailed;
        // Without a closed minute since the last look there is nothing new to say.
        ParityReport last = looked || before.last == null ? report : before.last;
        watch = new Watch(before.engines, looked ? report.to() : before.upTo, last, failed,
                looked ? "" : report.reason());
        if (looked && report.verdict().equals(ParityReport.FAIL)) {
            LOG.warn("engines {} differ from {} to {}: {} missing, {} extra, {} different; tocsin parity says more",
                    before.engines, report.from(), report.to(), report.missing(), report.extra(), report.different());
        }
    }

    private synchronized void count(ParityReport report) {
        totals.merge(IdTable.Kind.MISSING, report.missing(), Long::sum);
        totals.merge(IdTable.Kind.EXTRA, report.extra(), Long::sum);
        totals.merge(IdTable.Kind.DIFFERENT, report.different(), Long::sum);
        for (ParityReport.Group group : report.groups()) {
            String name = byRule.containsKey(group.rule()) || byRule.size() < RULES_MAX ? group.rule() : "other";
            byRule.merge(name, group.all(), Long::sum);
        }
    }

    /** The differences by rule for Prometheus; empty when there are none. */
    public synchronized String metrics() {
        if (byRule.isEmpty()) {
            return "";
        }
        String name = "tocsin_rollout_parity_rule_differences_total";
        StringBuilder out = new StringBuilder("# HELP ").append(name)
                .append(" Differences between the engines that are compared, by rule, since the start\n# TYPE ")
                .append(name).append(" counter\n");
        byRule.forEach((rule, n) -> out.append(name).append("{rule=\"")
                .append(rule.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")).append("\"} ").append(n)
                .append('\n'));
        return out.toString();
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}

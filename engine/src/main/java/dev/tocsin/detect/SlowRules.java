package dev.tocsin.detect;

import dev.tocsin.event.Event;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds rules that take more than their share of the time. Workers say how long each event took. When slow events
 * take more than the share of a period, some of them are matched again by halves of the rules, and by halves of the half
 * that is slow, in a thread of its own and measured by its own CPU time, so that a machine that is busy with something else
 * blames no rule.
 */
final class SlowRules implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlowRules.class);
    private static final long PERIOD_NANOS = 10_000_000_000L;
    private static final int SAMPLES_MAX = 8;
    private static final long TWICE_MAX_NANOS = 1_000_000_000L;

    private final QuarantineConfig config;
    private final Quarantine quarantine;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final ExecutorService seeker = Executors
            .newSingleThreadExecutor(r -> Thread.ofPlatform().daemon().name("quarantine-slow").unstarted(r));
    private final AtomicBoolean busy = new AtomicBoolean();
    private long periodBegan = System.nanoTime();
    private long slowNanos;
    private final List<Event> samples = new ArrayList<>();

    SlowRules(QuarantineConfig config, Quarantine quarantine) {
        this.config = config;
        this.quarantine = quarantine;
    }

    /** An event was matched; costs nothing for one that was not slow. */
    void matched(Ruleset ruleset, Event event, long nanos) {
        if (nanos >= config.slow().toNanos()) {
            slow(ruleset, event, nanos);
        }
    }

    private synchronized void slow(Ruleset ruleset, Event event, long nanos) {
        long now = System.nanoTime();
        if (now - periodBegan > PERIOD_NANOS) {
            periodBegan = now;
            slowNanos = 0;
            samples.clear();
        }
        slowNanos += nanos;
        if (samples.size() < SAMPLES_MAX) {
            samples.add(event);
        }
        if (slowNanos < config.share() * PERIOD_NANOS) {
            return;
        }
        List<Event> some = List.copyOf(samples);
        periodBegan = now;
        slowNanos = 0;
        samples.clear();
        run(() -> seek(ruleset, some));
    }

    /** One at a time; what comes meanwhile is left out. */
    boolean run(Runnable work) {
        if (!busy.compareAndSet(false, true)) {
            return false;
        }
        try {
            seeker.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException | StackOverflowError e) {
                    LOG.warn("looking for what is slow failed; it will be tried again", e);
                } finally {
                    busy.set(false);
                }
            });
            return true;
        } catch (RejectedExecutionException _) {
            return false;
        }
    }

    void seek(Ruleset ruleset, List<Event> events) {
        Set<String> correlations = new HashSet<>();
        ruleset.correlations().plans().forEach(plan -> correlations.add(plan.rule().id()));
        List<DetectionRule> rules = ruleset.rules().stream().filter(r -> !correlations.contains(r.id())).toList();
        seek(ruleset, rules, events);
    }

    private void seek(Ruleset ruleset, List<DetectionRule> rules, List<Event> events) {
        if (rules.isEmpty()) {
            return;
        }
        Set<String> ids = new HashSet<>();
        rules.forEach(r -> ids.add(r.id()));
        long nanos = nanosPerEvent(ruleset.only(ids::contains), events);
        if (nanos < config.slow().toNanos() / 2) {
            return;
        }
        if (rules.size() > 1) {
            seek(ruleset, rules.subList(0, rules.size() / 2), events);
            seek(ruleset, rules.subList(rules.size() / 2, rules.size()), events);
            return;
        }
        DetectionRule rule = rules.getFirst();
        String hash = ruleset.hash(rule.id());
        if (hash != null) {
            String cause = String.format(Locale.ROOT,
                    "takes %.1f ms alone for each of %d events that were slow, and slow events take more than %.0f %% of the time",
                    nanos / 1e6, events.size(), config.share() * 100);
            quarantine.park(rule.id(), Debt.Reason.SLOW, cause, hash);
        }
    }

    /** Of this thread's own time; the second look counts, since the first one makes what is kept. */
    private long nanosPerEvent(Ruleset rules, List<Event> events) {
        long sum = 0;
        for (Event event : events) {
            long first = nanos(rules, event);
            sum += first > TWICE_MAX_NANOS ? first : Math.min(first, nanos(rules, event));
        }
        return sum / events.size();
    }

    private long nanos(Ruleset rules, Event event) {
        long begun = threads.getCurrentThreadCpuTime();
        try {
            rules.match(event.json(), event.logSource());
        } catch (RuntimeException | StackOverflowError _) {
            return 0; // Whoever fails is found elsewhere.
        }
        return threads.getCurrentThreadCpuTime() - begun;
    }

    @Override
    public void close() {
        seeker.shutdownNow();
    }
}

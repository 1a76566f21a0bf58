package dev.tocsin.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All that has something to say about how it is. Channels group checks: intake, process, detect, index, sinks, log,
 * rules. Thread-safe.
 *
 * <p>Checks run side by side on virtual threads, and none can spoil the answer: one that throws is red with the message,
 * one that does not answer in time is red and is not asked again until it has.
 */
public final class Checks {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Map<Name, Probe> probes = new ConcurrentHashMap<>();
    private final Duration patience;

    public Checks() {
        this(PATIENCE);
    }

    /** @param patience how long a check may take before it counts as red */
    public Checks(Duration patience) {
        this.patience = patience;
    }

    /** What one check says. Must be quick and may be called by any thread, though by one at a time. */
    @FunctionalInterface
    public interface Check {
        Verdict run() throws Exception;
    }

    /** @param message one sentence that names the cause and what happens now; may be empty when green */
    public record Verdict(Level level, String message) {
        public static Verdict green(String message) {
            return new Verdict(Level.GREEN, message);
        }

        public static Verdict yellow(String message) {
            return new Verdict(Level.YELLOW, message);
        }

        public static Verdict red(String message) {
            return new Verdict(Level.RED, message);
        }
    }

    /** A check's last word. */
    public record Outcome(String channel, String name, Level level, String message) {
    }

    private record Name(String channel, String name) implements Comparable<Name> {
        private static final Comparator<Name> ORDER = Comparator.comparing(Name::channel).thenComparing(Name::name);

        @Override
        public int compareTo(Name other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * From now on the check is asked.
     *
     * @return close to take the check away
     * @throws IllegalArgumentException when the channel already has a check of that name
     */
    public Registration register(String channel, String name, Check check) {
        Name key = new Name(channel, name);
        Probe probe = new Probe(check);
        if (probes.putIfAbsent(key, probe) != null) {
            throw new IllegalArgumentException("the check " + channel + "/" + name + " is there already");
        }
        return () -> probes.remove(key, probe);
    }

    /** Takes a check away. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Asks every check; in the order of channel and name. Takes no longer than the patience for all of them. */
    public List<Outcome> run() {
        TreeMap<Name, Probe> now = new TreeMap<>(probes);
        now.values().forEach(Probe::ask);
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        List<Outcome> outcomes = new ArrayList<>();
        now.forEach((name, probe) -> {
            Verdict verdict = probe.answer(deadlineNanos);
            outcomes.add(new Outcome(name.channel, name.name, verdict.level, verdict.message));
        });
        return outcomes;
    }
}

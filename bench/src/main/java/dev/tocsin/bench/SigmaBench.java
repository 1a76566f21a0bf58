package dev.tocsin.bench;

import dev.tocsin.sigma.EventMatcher;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.SigmaEngine;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.SigmaRules;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * From JSON bytes to rules, beside Jackson's {@code readTree} and AWS event-ruler on the same events in the same run.
 * Figures are events for each second of CPU time of a thread, the best of the rounds: other work on the machine does not
 * count, though it takes caches.
 *
 * <p>Arguments: directory of the cases ({@code rules/}, {@code events.jsonl.gz}), rounds (default 8).
 */
public final class SigmaBench {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int RULER_EVENTS = 2000;

    private SigmaBench() {
    }

    public static void main(String[] arguments) throws Exception {
        Path cases = Path.of(arguments[0]);
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 8;
        SigmaEvents events = SigmaEvents.read(cases);
        long cpu = THREADS.getCurrentThreadCpuTime();
        List<SigmaRule> rules = SigmaRules.load(List.of(cases.resolve("rules"))).rules();
        double load = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9;
        long before = used();
        cpu = THREADS.getCurrentThreadCpuTime();
        SigmaEngine engine = SigmaEngine.compile(rules, FieldMapping.IDENTITY);
        double compile = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9;
        say("%d rules: load %.2f s, compile %.2f s (CPU), compiled set %d MB", rules.size(), load, compile,
                used() - before >> 20);
        say("%d events, %d bytes each on average", events.size(), events.bytes / events.size());
        EventMatcher matcher = engine.matcher();
        double tree = 0;
        double ours = 0;
        for (int round = 0; round < rounds; round++) {
            tree = Math.max(tree, readTree(events));
            ours = Math.max(ours, match(matcher, events));
        }
        say("readTree %,.0f/s, ours %,.0f/s, ratio %.2f; memory used with all plans %d MB", tree, ours, ours / tree,
                used() - before >> 20);
        threads(engine, events, rounds);
        tenfold(rules, events, matcher, rounds);
        ruler(rules, events, ours, rounds);
    }

    private static void ruler(List<SigmaRule> rules, SigmaEvents events, double ours, int rounds) throws Exception {
        long cpuBefore = THREADS.getCurrentThreadCpuTime();
        RulerPeer peer = new RulerPeer(rules);
        say("event-ruler: %d rules added in %.1f s (CPU)", peer.rules(),
                (THREADS.getCurrentThreadCpuTime() - cpuBefore) / 1e9);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < RULER_EVENTS; i++) {
            texts.add(new String(events.json[i * (events.size() / RULER_EVENTS)], StandardCharsets.UTF_8)
                    .toLowerCase(Locale.ROOT));
        }
        double best = 0;
        for (int round = 0; round < Math.min(3, rounds); round++) {
            long cpu = THREADS.getCurrentThreadCpuTime();
            for (String text : texts) {
                peer.match(text);
            }
            best = Math.max(best, texts.size() * 1e9 / (THREADS.getCurrentThreadCpuTime() - cpu));
        }
        say("event-ruler with the %d rules it can say: %,.0f/s; ours with all rules is %.0f times as fast",
                peer.rules(),
                best, ours / best);
    }

    private static void threads(SigmaEngine engine, SigmaEvents events, int rounds) throws Exception {
        double one = 0;
        double two = 0;
        EventMatcher alone = engine.matcher();
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < rounds; round++) {
                one = Math.max(one, match(alone, events));
                List<Callable<Double>> tasks = List.of(() -> match(engine.matcher(), events),
                        () -> match(engine.matcher(), events));
                double sum = 0;
                for (Future<Double> rate : pool.invokeAll(tasks)) {
                    sum += rate.get();
                }
                two = Math.max(two, sum);
            }
        }
        say("two threads %,.0f/s, %.2f times one (%,.0f/s)", two, two / one, one);
    }

    private static void tenfold(List<SigmaRule> rules, SigmaEvents events, EventMatcher matcher, int rounds) {
        SigmaEngine large = SigmaEngine.compile(SigmaVariants.of(rules, 10), FieldMapping.IDENTITY);
        EventMatcher largeMatcher = large.matcher();
        double one = 0;
        double ten = 0;
        for (int round = 0; round < rounds; round++) {
            one = Math.max(one, match(matcher, events));
            ten = Math.max(ten, match(largeMatcher, events));
        }
        say("%d rules: %,.0f/s, %.0f %% of %,.0f/s", large.rules().size(), ten, 100 * ten / one, one);
    }

    private static double readTree(SigmaEvents events) {
        long before = THREADS.getCurrentThreadCpuTime();
        long nodes = 0;
        for (byte[] json : events.json) {
            nodes += SigmaEvents.MAPPER.readTree(json).size();
        }
        if (nodes == 0) {
            throw new IllegalStateException("nothing read");
        }
        return events.size() * 1e9 / (THREADS.getCurrentThreadCpuTime() - before);
    }

    private static double match(EventMatcher matcher, SigmaEvents events) {
        long before = THREADS.getCurrentThreadCpuTime();
        long pairs = 0;
        for (int i = 0; i < events.json.length; i++) {
            byte[] json = events.json[i];
            SigmaEvents.Source source = events.sources[i];
            matcher.match(json, 0, json.length, source.product(), source.category(), source.service());
            pairs += matcher.count();
        }
        if (pairs == 0) {
            throw new IllegalStateException("nothing matched");
        }
        return events.size() * 1e9 / (THREADS.getCurrentThreadCpuTime() - before);
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void say(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}

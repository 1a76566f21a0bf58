package dev.tocsin.bench;

import dev.tocsin.sigma.EventMatcher;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.SigmaEngine;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.SigmaRules;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

public final class SigmaBench {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private SigmaBench() {
    }

    static double readTree(SigmaEvents events) {
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

    static double match(EventMatcher matcher, SigmaEvents events) {
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

    public static void main(String[] arguments) throws Exception {
        Path cases = Path.of(arguments[0]);
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        long before = System.nanoTime();
        List<SigmaRule> rules = SigmaRules.load(List.of(cases.resolve("rules"))).rules();
        long loaded = System.nanoTime();
        SigmaEngine engine = SigmaEngine.compile(rules, FieldMapping.IDENTITY);
        System.out.printf(Locale.ROOT, "%d rules: load %.2f s, compile %.2f s%n", rules.size(), (loaded - before) / 1e9,
                (System.nanoTime() - loaded) / 1e9);
        SigmaEvents events = SigmaEvents.read(cases);
        EventMatcher matcher = engine.matcher();
        for (int round = 0; round < rounds; round++) {
            double tree = readTree(events);
            double ours = match(matcher, events);
            System.out.printf(Locale.ROOT, "readTree %,.0f/s, ours %,.0f/s, ratio %.3f%n", tree, ours, ours / tree);
        }
    }
}

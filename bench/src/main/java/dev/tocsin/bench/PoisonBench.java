package dev.tocsin.bench;

import dev.tocsin.sigma.EventMatcher;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.SigmaEngine;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.SigmaRules;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;

/**
 * What ordinary events wait for their rules when there are poisonous rules in the set and poisonous events between them,
 * beside the same without. Says percentiles of microseconds for one ordinary event, and what an event that matches nothing
 * allocates.
 *
 * <p>The machine is shared: single rounds differ by more than what is looked for. So the variants take turns, each event's
 * time is its median over all rounds of a variant, and the percentiles are of these. A large event drives everything else
 * out of the processor's caches, whoever reads it and for whatever; so one variant only reads as many bytes, beside the
 * matcher, where the others have the poisonous event.
 *
 * <p>Arguments: directory of the cases ({@code rules/}, {@code events.jsonl.gz}), rounds (default 15).
 */
public final class PoisonBench {
    private static final int EVERY = 1000;
    /** So that reading is not left out as without effect. */
    private static long read;

    private PoisonBench() {
    }

    public static void main(String[] arguments) throws Exception {
        Path cases = Path.of(arguments[0]);
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
        SigmaEvents events = SigmaEvents.read(cases);
        List<SigmaRule> rules = SigmaRules.load(List.of(cases.resolve("rules"))).rules();
        EventMatcher plain = SigmaEngine.compile(rules, FieldMapping.IDENTITY).matcher();
        List<SigmaRule> more = new ArrayList<>(rules);
        poisonousRules().forEach(yaml -> more.addAll(SigmaRules.parse("poison.yml", yaml).rules()));
        if (more.size() != rules.size() + poisonousRules().size()) {
            throw new IllegalStateException("a poisonous rule was refused");
        }
        EventMatcher poisoned = SigmaEngine.compile(more, FieldMapping.IDENTITY).matcher();
        List<byte[]> poison = poisonousEvents();
        int largest = poison.stream().mapToInt(bytes -> bytes.length).max().orElseThrow();
        List<Variant> variants = List.of(new Variant("without", plain, List.of(), 0),
                new Variant("only " + (largest >> 20) + " MiB read", plain, List.of(), largest),
                new Variant("poisonous events", plain, poison, 0),
                new Variant("poisonous rules", poisoned, List.of(), 0),
                new Variant("poisonous rules and events", poisoned, poison, 0));
        double[][][] micros = new double[variants.size()][rounds][];
        for (int round = -1; round < rounds; round++) {
            for (int v = 0; v < variants.size(); v++) {
                double[] times = micros(variants.get(v), events);
                // The first one is for the compiler.
                micros[v][Math.max(0, round)] = times;
            }
        }
        for (int v = 0; v < variants.size(); v++) {
            say(variants.get(v).name, medians(micros[v]));
        }
        allocation(plain, events);
    }

    private static List<String> poisonousRules() {
        String emoji = IntStream.range(0, 1000).mapToObj(i -> "'*😀" + Character.toString(0x1F300 + i % 500) + i + "*'")
                .collect(Collectors.joining(", "));
        String alternatives = IntStream.range(0, 100_000).mapToObj(i -> "w" + i + "z").collect(Collectors.joining("|"));
        String values = IntStream.range(0, 4432).mapToObj(i -> "'\\evil" + i + ".exe'")
                .collect(Collectors.joining(", "));
        return List.of(rule("CommandLine: [" + emoji + "]"), rule("CommandLine|re: '" + alternatives + "'"),
                rule("Image|endswith: [" + values + "]"), rule("CommandLine|re: '(a+)+b'"),
                rule("CommandLine: '*a*a*a*a*b'"));
    }

    private static String rule(String selection) {
        return "title: poison\nlogsource:\n  category: process_creation\ndetection:\n  s:\n    " + selection
                + "\n  condition: s\n";
    }

    private static List<byte[]> poisonousEvents() {
        String fields = "{\"EventID\":1,\"Image\":\"C:\\\\x.exe\",\"CommandLine\":";
        return List.of(fields + "\"" + "a".repeat(64 << 10) + "\"}", fields + "\"" + "w9".repeat(32 << 10) + "\"}",
                "{\"a\":".repeat(200) + "1" + "}".repeat(200), "{\"a\":".repeat(100_000),
                fields + "\"x\",\"CommandLine\":\"y\",\"CommandLine\":\"z\"}",
                fields + "\"" + "\\ud83d\\ude00".repeat(5000) + "\"}", fields + "\"" + "😀".repeat(2 << 20) + "\"}",
                "{\"EventID\":").stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    /**
     * @param poison what comes before every {@value #EVERY}th event, in turn
     * @param read bytes that are only read there
     */
    private record Variant(String name, EventMatcher matcher, List<byte[]> poison, int read) {
    }

    private static double[] medians(double[][] rounds) {
        double[] medians = new double[rounds[0].length];
        for (int i = 0; i < medians.length; i++) {
            int event = i;
            double[] times = Arrays.stream(rounds).mapToDouble(round -> round[event]).sorted().toArray();
            medians[i] = times[times.length / 2];
        }
        Arrays.sort(medians);
        return medians;
    }

    private static double[] micros(Variant variant, SigmaEvents events) {
        EventMatcher matcher = variant.matcher;
        List<byte[]> poison = variant.poison;
        byte[] other = new byte[variant.read];
        double[] micros = new double[events.size()];
        for (int i = 0; i < events.size(); i++) {
            if (i % EVERY == 0) {
                read += sum(other);
            }
            if (!poison.isEmpty() && i % EVERY == 0) {
                byte[] bytes = poison.get(i / EVERY % poison.size());
                try {
                    matcher.match(bytes, 0, bytes.length, "windows", List.of("process_creation"), null);
                } catch (JacksonException _) {
                    // Refused, as it must be.
                }
            }
            SigmaEvents.Source source = events.sources[i];
            long begin = System.nanoTime();
            matcher.match(events.json[i], 0, events.json[i].length, source.product(), source.category(),
                    source.service());
            micros[i] = (System.nanoTime() - begin) / 1e3;
        }
        return micros;
    }

    private static long sum(byte[] bytes) {
        long sum = 0;
        for (byte b : bytes) {
            sum += b;
        }
        return sum;
    }

    private static void allocation(EventMatcher matcher, SigmaEvents events) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long none = 0;
        long free = 0;
        long bytes = 0;
        for (int i = 0; i < events.size(); i++) {
            SigmaEvents.Source source = events.sources[i];
            long before = threads.getCurrentThreadAllocatedBytes();
            matcher.match(events.json[i], 0, events.json[i].length, source.product(), source.category(),
                    source.service());
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            if (matcher.count() == 0) {
                none++;
                free += allocated == 0 ? 1 : 0;
                bytes += allocated;
            }
        }
        System.out.printf(Locale.ROOT,
                "of %,d events that match nothing %.1f %% allocate nothing, the mean is %d bytes%n",
                none, 100.0 * free / none, bytes / none);
    }

    private static void say(String what, double[] sorted) {
        System.out.printf(Locale.ROOT, "%-28s p50 %6.1f us  p99 %6.1f us  p99.9 %6.1f us%n", what,
                sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)], sorted[(int) (sorted.length * 0.999)]);
    }
}

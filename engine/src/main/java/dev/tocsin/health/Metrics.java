package dev.tocsin.health;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The numbers of one node, for Prometheus. Thread-safe. Only this room knows Micrometer.
 *
 * <p>Names are {@code tocsin_<room>_<noun>_<unit>}, with {@code _total} at the end of what only ever rises: a name that
 * does not follow is refused, so that nobody meets two habits in one dashboard. Labels come in pairs of name and value,
 * and their values must be few: never an id, an address or anything that an event says.
 */
public final class Metrics implements AutoCloseable {
    /** The label that says of which replay a number is; {@code live} for none. */
    public static final String RUN = "run";
    /** Prometheus text format 0.0.4. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    /** From 1 ms to 30 s: what a commit, a batch or a request may take. */
    private static final Duration[] BUCKETS = IntStream
            .of(1, 5, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000)
            .mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    private static final Pattern NAME = Pattern.compile("tocsin_[a-z]+(_[a-z0-9]+)+");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    // Micrometer holds what it reads only weakly; a counter must not fall silent because nobody else kept it.
    private final Queue<LongSupplier> held = new ConcurrentLinkedQueue<>();
    private volatile Supplier<Map<String, String>> everywhere = Map::of;
    private final JvmGcMetrics collections = new JvmGcMetrics();

    /** Begins with the numbers of the process and its JVM. */
    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        collections.bindTo(registry);
        gauge("tocsin_process_resident_bytes", "Memory of the process that is in RAM",
                () -> ResidentMemory.bytes().orElse(-1));
    }

    /** What only rises. */
    @FunctionalInterface
    public interface Count {
        void add(long howMany);
    }

    /** How long something takes. */
    public interface Stopwatch {
        void record(Duration took);

        /** Runs the work and counts its time, whether it throws or not. */
        <T> T time(Callable<T> work) throws Exception;
    }

    /** A counter to add to. */
    public Count counter(String name, String help, String... labels) {
        Counter counter = Counter.builder(checked(name, "_total", labels)).description(help).tags(labels)
                .register(registry);
        return counter::increment;
    }

    /** A counter that somebody else keeps. */
    public void counter(String name, String help, LongSupplier value, String... labels) {
        held.add(value);
        FunctionCounter.builder(checked(name, "_total", labels), value, LongSupplier::getAsLong).description(help)
                .tags(labels).register(registry);
    }

    /**
     * A number that rises and falls, read when somebody asks.
     *
     * @return close to take it away, for what does not live as long as the node
     */
    public Checks.Registration gauge(String name, String help, DoubleSupplier value, String... labels) {
        Meter gauge = Gauge.builder(checked(name, "", labels), value, DoubleSupplier::getAsDouble).description(help)
                .tags(labels).strongReference(true).register(registry);
        return () -> registry.remove(gauge);
    }

    /** Count, sum and maximum of times, in seconds, with a histogram. */
    public Stopwatch timer(String name, String help, String... labels) {
        Timer timer = Timer.builder(checked(name, "_seconds", labels)).description(help).tags(labels)
                .serviceLevelObjectives(BUCKETS).register(registry);
        return new Stopwatch() {
            @Override
            public void record(Duration took) {
                timer.record(took);
            }

            @Override
            public <T> T time(Callable<T> work) throws Exception {
                return timer.recordCallable(work);
            }
        };
    }

    /**
     * Labels that every number has, also those that others write ({@link #labelled}); asked for at each scrape, so that they
     * may change.
     */
    public void everywhere(Supplier<Map<String, String>> labels) {
        everywhere = labels;
    }

    /**
     * Text in the format of {@link #text} with the labels of {@link #everywhere}, in front of those that it has; where a line
     * has one of that name already, it keeps its own.
     */
    public String labelled(String text) {
        Map<String, String> labels = new TreeMap<>(everywhere.get());
        if (labels.isEmpty()) {
            return text;
        }
        return text.lines().map(line -> labelled(line, labels))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String labelled(String line, Map<String, String> labels) {
        if (line.isEmpty() || line.charAt(0) == '#') {
            return line;
        }
        int brace = line.indexOf('{');
        int space = line.indexOf(' ');
        boolean hasOwn = brace >= 0 && brace < space;
        Set<String> own = hasOwn ? names(line, brace + 1) : Set.of();
        StringJoiner joined = new StringJoiner(",");
        labels.forEach((name, value) -> {
            if (!own.contains(name)) {
                joined.add(name + "=\"" + value + "\"");
            }
        });
        if (!hasOwn) {
            return line.substring(0, space) + "{" + joined + "}" + line.substring(space);
        }
        boolean both = joined.length() > 0 && line.charAt(brace + 1) != '}';
        return line.substring(0, brace + 1) + joined + (both ? "," : "") + line.substring(brace + 1);
    }

    /** The names of the labels that begin there: {@code name="value",…}, with backslashes before quotes in a value. */
    private static Set<String> names(String line, int begin) {
        Set<String> names = new HashSet<>();
        int at = begin;
        while (at < line.length() && line.charAt(at) != '}') {
            int quote = line.indexOf("=\"", at);
            if (quote < 0) {
                break;
            }
            names.add(line.substring(at, quote).replace(",", ""));
            at = quote + 2;
            while (at < line.length() && line.charAt(at) != '"') {
                at += line.charAt(at) == '\\' ? 2 : 1;
            }
            at++;
        }
        return names;
    }

    /** All of it as {@link #CONTENT_TYPE}. */
    public String text() {
        return registry.scrape("text/plain; version=0.0.4");
    }

    private String checked(String name, String ending, String... labels) {
        if (!NAME.matcher(name).matches() || !name.endsWith(ending)
                || ending.isEmpty() && name.endsWith("_total")) {
            throw new IllegalArgumentException("a metric is named tocsin_<room>_<noun>_<unit>" + ending + ", not "
                    + name);
        }
        Meter there = registry.find(name).tags(Tags.of(labels)).meter();
        if (there != null && there.getId().getTags().size() * 2 == labels.length) {
            throw new IllegalArgumentException("the metric " + there.getId() + " is there already");
        }
        return name;
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}

package dev.tocsin.node.connector;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Problem;
import dev.tocsin.log.Stage;
import dev.tocsin.node.Sinks;
import dev.tocsin.sink.FileSink;
import dev.tocsin.sink.FileSinkConfig;
import dev.tocsin.sink.SinkConfig;
import dev.tocsin.sink.SinkCounts;
import dev.tocsin.sink.SinkFormat;
import dev.tocsin.sink.SinkStream;
import dev.tocsin.source.ApiSource;
import dev.tocsin.source.ApiSourceConfig;
import dev.tocsin.source.Collector;
import dev.tocsin.source.SourceConfig;
import dev.tocsin.source.SourceStatus;
import dev.tocsin.source.api.ApiCounts;
import dev.tocsin.source.api.ApiPoller;
import dev.tocsin.source.api.RateBudgets;
import dev.tocsin.source.state.FencedState;
import dev.tocsin.source.state.States;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** The event connector alone: leads or stands by, and while it leads, polls all sources and feeds all outputs. */
public final class Connector implements AutoCloseable {
    /** Of the state's outputs; no output of the configuration can be called so. */
    private static final String DEAD = "(dead)";

    private final ConnectorConfig config;
    private final String host;
    private final Consumer<Problem> alarms;
    private final ConnectorLeader leader;
    private final Map<String, ApiSource> sources = new LinkedHashMap<>();
    private final Map<String, ApiCounts> polls = new LinkedHashMap<>();
    private final Map<String, OutputCounts> outputs = new LinkedHashMap<>();
    private final Map<String, SinkCounts> sinks = new LinkedHashMap<>();
    private final OutputCounts dead = new OutputCounts();

    /**
     * @param once ends when everything that can be trusted by now has been delivered, or another leads
     * @param alarms told what needs a person, such as a file that somebody else touched
     */
    public Connector(ConnectorConfig config, boolean once, Consumer<Problem> alarms) {
        this.config = config;
        this.alarms = alarms;
        host = config.host() == null ? hostName() : config.host();
        Normaliser normaliser = new Normaliser(config.process());
        config.sinks().keySet().forEach(name -> {
            outputs.put(name, new OutputCounts());
            sinks.put(name, new SinkCounts());
        });
        leader = new ConnectorLeader(States.open(config.name(), config.state()), config.state().lease(),
                (term, state) -> begin(term, state, normaliser));
        Clock clock = Clock.systemUTC();
        // No log gives epochs here; the clock rises from start to start as well.
        Collector collector = new Collector(config.site().name(), host, Instant.now().getEpochSecond(),
                new NoAppender(), clock);
        RateBudgets budgets = new RateBudgets(clock);
        for (Map.Entry<String, SourceConfig> source : config.sources().entrySet()) {
            String name = source.getKey();
            ApiSourceConfig api = (ApiSourceConfig) source.getValue();
            ApiCounts counts = new ApiCounts();
            polls.put(name, counts);
            sources.put(name, new ApiSource(name, api, api.url(), leader.of(name), collector,
                    () -> new ApiPoller(name, api, budgets, clock, counts), once));
        }
    }

    /** Begins to poll or to stand by. */
    public void start() {
        sources.values().forEach(ApiSource::start);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }

    private ConnectorTerm begin(FencedState.Term term, ConnectorState state, Normaliser normaliser) {
        List<OutputRun> runs = new ArrayList<>();
        for (Map.Entry<String, SinkConfig> sink : config.sinks().entrySet()) {
            String name = sink.getKey();
            Stage stage = Sinks.open(sink.getValue(),
                    new Sinks.Place(host, config.site().name() + "-" + config.name() + "-" + name, 1, term.epoch()),
                    alarms,
                    known(sinks, name));
            runs.add(run(name, stage, state, known(outputs, name)));
        }
        FileSinkConfig letters = new FileSinkConfig(SinkStream.EVENTS, config.dead(), ByteSize.parse("100MiB"), 0,
                SinkFormat.JSON);
        return new ConnectorTerm(term, state, normaliser, runs,
                run(DEAD, FileSink.exclusive(letters, 1, host, term.epoch(), alarms), state, dead));
    }

    private static <T> T known(Map<String, T> all, String name) {
        T one = all.get(name);
        if (one == null) {
            throw new IllegalStateException("not configured: " + name);
        }
        return one;
    }

    private static OutputRun run(String name, Stage stage, ConnectorState state, OutputCounts counts) {
        return new OutputRun(name, stage, new OutputMemory(state.outputs().getOrDefault(name, Map.of())), counts);
    }

    /** The sources, as they stand. */
    public List<SourceStatus> sources() {
        return sources.values().stream().map(ApiSource::status).toList();
    }

    /** Whether every source has stopped by itself. */
    public boolean isStopped() {
        return sources.values().stream().allMatch(ApiSource::isStopped);
    }

    /** Whether every source has read what {@code once} asks for; false after another was found leading. */
    public boolean isFinished() {
        return sources.values().stream().allMatch(ApiSource::isFinished);
    }

    /** The greatest epoch of this process; 0 before it led. */
    public long epoch() {
        return sources.values().stream().mapToLong(ApiSource::epoch).max().orElse(0);
    }

    /** How often this process found that another leads. */
    public long fenced() {
        return sources.values().stream().mapToLong(ApiSource::fenced).sum();
    }

    /** The source of that name. */
    public ApiSource source(String name) {
        return known(sources, name);
    }

    /** What the poller of that source counted. */
    public ApiCounts polls(String name) {
        return known(polls, name);
    }

    /** What became of events, by output. */
    public Map<String, OutputCounts> outputs() {
        return Collections.unmodifiableMap(outputs);
    }

    /** What the outputs that are not exactly once counted, by output. */
    public Map<String, SinkCounts> sinks() {
        return Collections.unmodifiableMap(sinks);
    }

    /** Events that could not be delivered, and were kept. */
    public long dead() {
        return dead.delivered();
    }

    /** Stops polling, waits until what was taken is delivered, and lets another lead. */
    @Override
    public void close() {
        try (ExecutorService closers = Executors.newVirtualThreadPerTaskExecutor()) {
            sources.values().forEach(s -> closers.execute(s::close));
        }
        leader.close();
    }
}

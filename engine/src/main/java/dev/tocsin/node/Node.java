package dev.tocsin.node;

import dev.tocsin.base.Endpoint;
import dev.tocsin.base.Problem;
import dev.tocsin.detect.ActiveRules;
import dev.tocsin.detect.DetectStage;
import dev.tocsin.detect.Quarantine;
import dev.tocsin.detect.SigmaLoading;
import dev.tocsin.health.Checks;
import dev.tocsin.health.Metrics;
import dev.tocsin.index.SearchIndex;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.LogException;
import dev.tocsin.log.StageLoop;
import dev.tocsin.log.StageSpec;
import dev.tocsin.log.Stream;
import dev.tocsin.node.TocsinConfig.Role;
import dev.tocsin.sink.SinkCounts;
import dev.tocsin.source.ApiSource;
import dev.tocsin.source.ApiSourceConfig;
import dev.tocsin.source.Collector;
import dev.tocsin.source.FileSource;
import dev.tocsin.source.FileSourceConfig;
import dev.tocsin.source.HttpIntake;
import dev.tocsin.source.HttpSourceConfig;
import dev.tocsin.source.KafkaSource;
import dev.tocsin.source.KafkaSourceConfig;
import dev.tocsin.source.Leadership;
import dev.tocsin.source.LogLeadership;
import dev.tocsin.source.RelpSource;
import dev.tocsin.source.RelpSourceConfig;
import dev.tocsin.source.Source;
import dev.tocsin.source.SourceConfig;
import dev.tocsin.source.StoredLeadership;
import dev.tocsin.source.SyslogSource;
import dev.tocsin.source.SyslogSourceConfig;
import dev.tocsin.source.ZeekSource;
import dev.tocsin.source.ZeekSourceConfig;
import dev.tocsin.source.api.ApiCounts;
import dev.tocsin.source.api.ApiPoller;
import dev.tocsin.source.api.RateBudgets;
import dev.tocsin.source.state.FileStateConfig;
import dev.tocsin.source.state.KafkaStateConfig;
import dev.tocsin.source.state.RedisStateConfig;
import dev.tocsin.source.state.S3StateConfig;
import dev.tocsin.source.state.StateConfig;
import dev.tocsin.source.state.States;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node: the log, the stages over it, the sources before it, in one life cycle. Started in that order, so that
 * everything is there when the first event comes; stopped in the opposite one, so that what was taken is handed over.
 *
 * <p>HTTP servers belong to others: they are given the {@link #httpIntakes} to bind, and say when they listen.
 */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final int ALARMS_MAX = 100;
    private static final int PROBLEMS_SHOWN_MAX = 100;

    private final TocsinConfig config;
    private final Set<Role> roles;
    private final NodeDirectory data;
    private final long epoch;
    private final Instant started = Instant.now();
    private final DurableLog log;
    private final @Nullable SearchIndex index;
    private final NodeFabric fabric;
    private final NodeStores stores;
    private final NodeRollout rollout;
    private final NodeContent content;
    private final ActiveRules rules;
    private final Quarantine quarantine;
    private volatile SigmaLoading.Loaded loadedRules;
    private final List<Problem> alarms = new CopyOnWriteArrayList<>();
    private final Map<String, Source> sources;
    private final List<HttpSource> httpIntakes = new ArrayList<>();
    private final List<NodeApi.Listener> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, SinkCounts> sinkCounts = new ConcurrentHashMap<>();
    private final Checks checks = new Checks();
    private final Metrics metrics = new Metrics();
    private final RateBudgets budgets = new RateBudgets(Clock.systemUTC());
    private volatile @Nullable NodeControl control;
    private volatile @Nullable NodeTrials trials;
    private volatile boolean open;

    /** An HTTP source that somebody must bind to its address. */
    public record HttpSource(String name, Endpoint listen, HttpIntake intake) {
    }

    private Node(TocsinConfig config, Set<Role> roles, NodeDirectory data) {
        this.config = config;
        this.roles = Set.copyOf(roles);
        this.data = data;
        epoch = data.nextEpoch();
        loadedRules = SigmaLoading.load(config.detect());
        loadedRules.problems().stream().filter(p -> !p.code().startsWith("W"))
                .forEach(p -> LOG.warn("rule refused: {}", p));
        rules = new ActiveRules(loadedRules.ruleset());
        quarantine = new Quarantine(config.detect().quarantine(), Clock.systemUTC());
        index = openIndex();
        log = openLog();
        fabric = openFabric();
        stores = openStores();
        rollout = openRollout();
        content = openContent();
        sources = new java.util.LinkedHashMap<>();
    }

    /**
     * Starts everything but the HTTP servers.
     *
     * @throws LogException with what to do, when it cannot
     */
    public static Node start(TocsinConfig config, Set<Role> roles) {
        NodeDirectory data = new NodeDirectory(config.node().data());
        Node node;
        try {
            node = new Node(config, roles, data);
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
        try {
            node.run();
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
        return node;
    }

    private void run() {
        log.want(Stream.EVENTS, config.detect().quarantine().keep().bytes(), quarantine::wanted);
        rollout.await();
        content.begin();
        for (StageSpec spec : Stages.of(config, roles, log.partitions(), rules, stores, rollout.gate(),
                stage -> new DetectStage.Parking(quarantine, log.past(Stream.EVENTS, stage)), index, this::alarm,
                sinkCounts)) {
            log.run(spec);
        }
        if (roles.contains(Role.COLLECTOR)) {
            Collector collector = new Collector(config.site().name(), config.node().name(), epoch, log.appender(),
                    Clock.systemUTC());
            Map<String, String> cursors = log.cursors();
            config.sources().forEach((name, c) -> sources.put(name, source(name, c, collector, cursors)));
            sources.values().forEach(Source::start);
        }
        fabric.listening().ifPresent(at -> listeners.add(new NodeApi.Listener("fabric",
                config.fabric().tls() == null ? "fabric" : "fabric tls", at.toString())));
        NodeHealth.register(this);
        FabricHealth.register(fabric, checks, metrics);
        StoreHealth.register(stores, checks, metrics);
        control = new NodeControl(this);
        NodeTrials opened = new NodeTrials(this, data.path());
        trials = opened;
        rollout.register(checks, metrics, Stages.hasEngine(roles));
        if (roles.contains(Role.MANAGER)) {
            rollout.manage(opened.parity());
        }
        content.start(checks, metrics);
        for (Problem problem : log.warnings()) {
            LOG.warn("{}", problem);
        }
        open = true;
    }

    private Source source(String name, SourceConfig c, Collector collector, Map<String, String> cursors) {
        return switch (c) {
            case SyslogSourceConfig syslog -> {
                SyslogSource source = new SyslogSource(name, syslog, collector);
                listeners.add(new NodeApi.Listener(name, syslog.tls() == null ? "syslog udp+tcp" : "syslog tls",
                        syslog.listen().toString()));
                yield source;
            }
            case RelpSourceConfig relp -> {
                listeners.add(new NodeApi.Listener(name, relp.tls() == null ? "relp" : "relp tls",
                        relp.listen().toString()));
                yield new RelpSource(name, relp, collector);
            }
            case HttpSourceConfig http -> {
                HttpIntake intake = new HttpIntake(name, http, collector);
                httpIntakes.add(new HttpSource(name, http.listen(), intake));
                yield intake;
            }
            case KafkaSourceConfig kafka -> new KafkaSource(name, kafka, config.node().name(), collector,
                    log::cursors);
            case ZeekSourceConfig zeek -> {
                listeners.add(new NodeApi.Listener(name, "zeek", zeek.listen().toString()));
                yield new ZeekSource(name, zeek, fabric.hub(), collector);
            }
            case FileSourceConfig file -> new FileSource(name, file, collector, cursors);
            case ApiSourceConfig api -> api(name, api, collector);
        };
    }

    private ApiSource api(String name, ApiSourceConfig config, Collector collector) {
        ApiCounts counts = new ApiCounts();
        Leadership leadership = switch (config.state()) {
            case KafkaStateConfig kafka -> new LogLeadership(States.inLog(name, kafka, log), kafka.lease());
            case RedisStateConfig redis -> stored(name, redis);
            case S3StateConfig s3 -> stored(name, s3);
            case FileStateConfig file -> stored(name, file);
        };
        ApiSource source = new ApiSource(name, config, config.url(), leadership, collector,
                () -> new ApiPoller(name, config, budgets, Clock.systemUTC(), counts), false);
        ApiMetrics.register(metrics, name, source, counts);
        return source;
    }

    private Leadership stored(String name, StateConfig state) {
        return new StoredLeadership(States.open(name, state), state.lease(), log.appender());
    }

    private void alarm(Problem problem) {
        LOG.error("{}", problem);
        if (alarms.size() < ALARMS_MAX) {
            alarms.add(problem);
        }
    }

    /** What went wrong at the sinks and needs a person. */
    List<Problem> alarms() {
        return List.copyOf(alarms);
    }

    private DurableLog openLog() {
        try {
            return DurableLog.open(data.path(), config.log(), config.site().name() + "-" + config.node().name(),
                    Stages.stateful(config));
        } catch (RuntimeException e) {
            closeIndex();
            throw e;
        }
    }

    private NodeFabric openFabric() {
        try {
            return new NodeFabric(config.node().name(), config.fabric(), data.path().resolve("fabric")).start();
        } catch (RuntimeException e) {
            log.close();
            closeIndex();
            throw e;
        }
    }

    private NodeStores openStores() {
        try {
            return new NodeStores(config.fabric().stores(), fabric.hub(), log, data.path().resolve("stores"));
        } catch (RuntimeException e) {
            fabric.close();
            log.close();
            closeIndex();
            throw e;
        }
    }

    private NodeRollout openRollout() {
        try {
            return new NodeRollout(log, config.detect(), config.site().name(), config.node().name());
        } catch (RuntimeException e) {
            stores.close();
            fabric.close();
            log.close();
            closeIndex();
            throw e;
        }
    }

    private NodeContent openContent() {
        try {
            return new NodeContent(config, roles, data.path(), log, metrics, rules.ruleset().content(), this::exchange);
        } catch (RuntimeException e) {
            rollout.close();
            stores.close();
            fabric.close();
            log.close();
            closeIndex();
            throw e;
        }
    }

    private void exchange(SigmaLoading.Loaded next) {
        loadedRules = next;
        rules.exchange(next.ruleset());
    }

    private void closeIndex() {
        try {
            if (index != null) {
                index.close();
            }
        } catch (IOException e) {
            LOG.warn("the index was not closed cleanly; what it committed is safe: {}", e.getMessage());
        }
    }

    private @Nullable SearchIndex openIndex() {
        if (!roles.contains(Role.LOGGER) || !config.index().enabled()) {
            return null;
        }
        try {
            return SearchIndex.open(config.index().directory(data.path()));
        } catch (IOException e) {
            throw new LogException("the index cannot be opened: " + e.getMessage(), e);
        }
    }

    /** What must be bound by an HTTP server for the node to be ready. */
    public List<HttpSource> httpIntakes() {
        return List.copyOf(httpIntakes);
    }

    /** An HTTP server says that it listens. */
    public void listening(NodeApi.Listener listener) {
        listeners.add(listener);
    }

    public NodeApi api() {
        return new LiveNode(this);
    }

    public NodeFabric fabric() {
        return fabric;
    }

    /** Empty until the node has started. */
    Optional<NodeControl> control() {
        return Optional.ofNullable(control);
    }

    /** Empty until the node has started. */
    Optional<NodeTrials> trials() {
        return Optional.ofNullable(trials);
    }

    NodeRollout rollout() {
        return rollout;
    }

    NodeStores stores() {
        return stores;
    }

    public Checks checks() {
        return checks;
    }

    /** The token that opens the page and the API. */
    public String adminToken() {
        return data.adminToken();
    }

    TocsinConfig config() {
        return config;
    }

    Set<Role> roles() {
        return roles;
    }

    long epoch() {
        return epoch;
    }

    Instant started() {
        return started;
    }

    DurableLog log() {
        return log;
    }

    @Nullable
    SearchIndex index() {
        return index;
    }

    ActiveRules rules() {
        return rules;
    }

    Quarantine quarantine() {
        return quarantine;
    }

    SigmaLoading.Loaded loadedRules() {
        return loadedRules;
    }

    NodeContent content() {
        return content;
    }

    /** Reads the configured rules anew; one at a time. Rules of a bundle are not exchanged for others. */
    synchronized NodeApi.Reload reloadRules() {
        if (content.hasBundle()) {
            return new NodeApi.Reload(false, rules.ruleset().content(), rules.ruleset().content(), 0, 0, List.of(
                    "the rules come from a bundle; tocsin content push brings others"));
        }
        SigmaLoading.Loaded next = SigmaLoading.load(config.detect());
        String previous = rules.ruleset().content();
        boolean usable = !next.ruleset().rules().isEmpty() || next.refused() == 0;
        List<String> problems = next.problems().stream().filter(p -> !p.code().startsWith("W")).map(Problem::toString)
                .limit(PROBLEMS_SHOWN_MAX).toList();
        if (usable) {
            exchange(next);
            LOG.info("rules {} are in force: {} of them, {} refused", next.ruleset().content(),
                    next.ruleset().rules().size(), next.refused());
        } else {
            LOG.error("no rule could be used; rules {} stay in force", previous);
        }
        return new NodeApi.Reload(usable, rules.ruleset().content(), previous, next.ruleset().rules().size(),
                next.refused(), problems);
    }

    Map<String, Source> sources() {
        return sources;
    }

    List<NodeApi.Listener> listeners() {
        return List.copyOf(listeners);
    }

    /** Of the sinks that have no acknowledgement, by name. */
    Map<String, SinkCounts> sinkCounts() {
        return Map.copyOf(sinkCounts);
    }

    Metrics metrics() {
        return metrics;
    }

    /** Whether all stages run and all sources listen; an HTTP source counts when its server said so. */
    public boolean isReady() {
        boolean bound = httpIntakes.stream()
                .allMatch(h -> listeners.stream().anyMatch(l -> l.name().equals(h.name())));
        return open && bound && log.stageStatus().stream().allMatch(s -> s.state().equals("running")
                || s.state().equals("paused"));
    }

    /** Sources take no more and hand over what they have, stages finish and commit, then the log stops. */
    @Override
    public void close() {
        open = false;
        control().ifPresent(NodeControl::close);
        trials().ifPresent(NodeTrials::close);
        content.close();
        log.lastCall();
        closeSources();
        // Nothing is to be processed without its tables.
        log.stage(Stages.PROCESS).ifPresent(StageLoop::close);
        stores.close();
        fabric.close();
        rollout.close();
        try {
            log.close();
        } finally {
            quarantine.close();
            metrics.close();
            closeIndex();
            data.close();
        }
    }

    /** All at once: each waits for the log, for half a minute when that is stuck. */
    private void closeSources() {
        try (ExecutorService closers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Source source : sources.values()) {
                closers.execute(() -> {
                    try {
                        source.close();
                    } catch (RuntimeException e) {
                        LOG.warn("a source did not close cleanly", e);
                    }
                });
            }
        }
    }
}

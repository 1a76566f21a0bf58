package dev.tocsin.web;

import dev.tocsin.detect.Quarantine;
import dev.tocsin.content.ContentDesk;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import dev.tocsin.fabric.Receiver;
import dev.tocsin.fabric.peer.PeerStatus;
import dev.tocsin.fabric.store.Answer;
import dev.tocsin.fabric.store.Mutation;
import dev.tocsin.fabric.store.Store;
import dev.tocsin.fabric.store.StoreWatcher;
import dev.tocsin.health.Level;
import dev.tocsin.index.SearchQuery;
import dev.tocsin.index.SearchResult;
import dev.tocsin.index.SearchResult.Hit;
import dev.tocsin.log.AuditReport;
import dev.tocsin.log.DeadEntry;
import dev.tocsin.log.EngineStatus;
import dev.tocsin.log.ShadowEntry;
import dev.tocsin.log.ShadowQuery;
import dev.tocsin.log.StageStatus;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import dev.tocsin.log.StreamStatus;
import dev.tocsin.node.ClusterState;
import dev.tocsin.node.NodeApi;
import dev.tocsin.node.control.ClusterHealth;
import dev.tocsin.node.control.ClusterLog;
import dev.tocsin.rollout.FlagDesk;
import dev.tocsin.rollout.OwnerDesk;
import dev.tocsin.rollout.RolloutDesk;
import dev.tocsin.rollout.MemoryChangeLog;
import dev.tocsin.rollout.parity.ParityDesk;
import dev.tocsin.rollout.replay.ReplayDesk;
import dev.tocsin.source.SourceStatus;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A node without anything behind it, that tells the story of a small intrusion with numbers that go up. */
final class FakeNode implements NodeApi {
    final List<String> actions = new CopyOnWriteArrayList<>();
    final Map<Stream, Set<Consumer<Event>>> taps = new ConcurrentHashMap<>();
    private final Map<EventId, Hit> documents = new ConcurrentHashMap<>();
    private final Map<EventId, DeadEntry> dead = new LinkedHashMap<>();
    private final Map<String, String> stageStates = new ConcurrentHashMap<>();
    private final AtomicLong alerts = new AtomicLong();
    private final Instant started;
    private final boolean empty;
    private final OwnerDesk owners = new OwnerDesk(new MemoryChangeLog(), "paris", Clock.systemUTC());
    private final FlagDesk flags = new FlagDesk(new MemoryChangeLog(), null, "blue", "paris", Clock.systemUTC());

    private final ReplayDesk replays;
    private final ParityDesk parity;

    private FakeNode(Instant started, boolean empty) {
        this.started = started;
        this.empty = empty;
        this.replays = FakeTrials.replays(empty);
        this.parity = FakeTrials.parity(empty);
    }

    /** Ready, but nothing has come in yet. */
    static FakeNode empty() {
        return new FakeNode(Instant.now().minusSeconds(9), true);
    }

    /** In the midst of things. */
    static FakeNode busy() {
        FakeNode node = new FakeNode(Instant.now().minusSeconds(5_025), false);
        FakeStory.tell(node, Instant.now());
        return node;
    }

    void index(Hit hit) {
        documents.put(hit.id(), hit);
        if (hit.kind().equals("alert")) {
            alerts.incrementAndGet();
        }
    }

    void bury(DeadEntry entry) {
        dead.put(entry.id(), entry);
    }

    /** As if the record had just been committed to the stream. */
    void publish(Stream stream, EventId id, Instant time, byte[] json) {
        Event event = new Event(id, "acme", "demo", new Origin("local", "node-1", 1, 1), "k", time,
                "alerts-acme-2026.11.21", LogSource.UNKNOWN, json);
        taps.getOrDefault(stream, Set.of()).forEach(t -> t.accept(event));
    }

    @Override
    public Status status() {
        double now = System.currentTimeMillis() / 1000.0;
        long age = empty ? 0 : (long) (now - started.getEpochSecond());
        double wave = empty ? 0 : 2000 + 600 * Math.sin(now / 7) + 300 * Math.sin(now / 2.3);
        long in = age * 2017;
        List<SourceStatus> sources = List.of(source("syslog", "syslog", "127.0.0.1:5514", in * 6 / 10, wave * 0.6),
                source("hec", "http", "127.0.0.1:8088", in * 3 / 10, wave * 0.3),
                source("zeek", "file", "/var/log/zeek/*.log", in / 10, wave * 0.1));
        List<StageStatus> stages = List.of(
                stage("process", in, 0, Map.of("filter", in / 50), empty ? 0 : 6, wave, (long) (wave / 40)),
                stage("detect", in - in / 50, alerts.get(), Map.of(), 0, wave * 0.98, (long) (wave / 30)),
                stage("index", in - in / 50 + alerts.get(), 0, Map.of(), 0, wave * 0.98, (long) (wave * 2.2)),
                stage("sink-siem", alerts.get(), 0, Map.of(), 0, empty ? 0 : 0.2, 0));
        List<StreamStatus> streams = List.of(new StreamStatus("intake", 4, in, wave),
                new StreamStatus("events", 4, in - in / 50, wave * 0.98),
                new StreamStatus("alerts", 1, alerts.get(), 0.2), new StreamStatus("dead", 1, dead.size(), 0));
        return new Status("0.1.0", "local", "node-1", 3, started, true, List.of("worker", "manager", "logger"),
                List.of(new Listener("page", "http", "127.0.0.1:8080"), new Listener("syslog", "tcp", "127.0.0.1:5514"),
                        new Listener("hec", "http", "127.0.0.1:8088")),
                sources, stages, streams, empty ? 4_194_304 : 1_732_000_000L, 20_000_000_000L, 734_003_200L, 31, 1,
                alerts.get());
    }

    private static SourceStatus source(String name, String type, String address, long received, double rate) {
        return new SourceStatus(name, type, address, "running", received, received, 0, 0, rate, Instant.now(), "");
    }

    private StageStatus stage(String name, long in, long made, Map<String, Long> dropped, long deadCount, double rate,
            long lag) {
        long gone = dropped.values().stream().mapToLong(Long::longValue).sum() + deadCount;
        return new StageStatus(name, stageStates.getOrDefault(name, "running"), in, made, in + made - gone, dropped,
                deadCount, 0, rate, lag, "");
    }

    @Override
    public Optional<Hit> document(EventId id) {
        return Optional.ofNullable(documents.get(id));
    }

    @Override
    public SearchResult search(SearchQuery query) {
        String text = query.text().strip();
        if (text.chars().filter(c -> c == '"').count() % 2 == 1) {
            throw new IllegalArgumentException("cannot parse the query at column " + (text.lastIndexOf('"') + 1)
                    + ": a quotation mark is not closed");
        }
        String needle = text.replaceFirst("^[\\w.]+:", "").replace("\"", "").replace("*", "");
        List<Hit> hits = documents.values().stream()
                .filter(h -> query.kind().equals("any") || query.kind().equals(h.kind()))
                .filter(h -> query.from() == null || !h.time().isBefore(query.from()))
                .filter(h -> query.to() == null || h.time().isBefore(query.to()))
                .filter(h -> h.document().toString().contains(needle))
                .sorted(Comparator.comparing(Hit::time).reversed()).toList();
        return new SearchResult(hits.size(), hits.subList(0, Math.min(hits.size(), query.limit())), 7);
    }

    @Override
    public AuditReport audit() {
        if (empty) {
            return new AuditReport("inconclusive", List.of(), List.of(), List.of("nothing was counted yet"));
        }
        List<AuditReport.Row> rows = new ArrayList<>();
        for (StageStatus s : status().stages()) {
            rows.add(new AuditReport.Row(s.name(), "acme", s.in(), s.made(), s.out(), s.dropped(), s.dead(), s.held(),
                    true));
        }
        long written = rows.get(0).out();
        return new AuditReport("in flight", rows,
                List.of(new AuditReport.Link("intake", "acme", "process", rows.get(0).in(), rows.get(0).in(), 0, true),
                        new AuditReport.Link("events", "acme", "detect", written, written, 0, true),
                        new AuditReport.Link("events", "acme", "index", written, written - 4_413, 4_413, true)),
                List.of());
    }

    @Override
    public synchronized List<DeadEntry> dead(int limit) {
        return dead.values().stream().sorted(Comparator.comparing(DeadEntry::time).reversed()).limit(limit).toList();
    }

    @Override
    public synchronized Optional<DeadEntry> dead(EventId id) {
        return Optional.ofNullable(dead.get(id));
    }

    @Override
    public int deadReplay(List<EventId> ids, String who) {
        return settle("replay", ids, "replayed", who);
    }

    @Override
    public int deadDrop(List<EventId> ids, String who) {
        return settle("drop", ids, "dropped", who);
    }

    private synchronized int settle(String action, List<EventId> ids, String state, String who) {
        int count = 0;
        for (EventId id : ids) {
            DeadEntry d = dead.get(id);
            if (d != null && d.state().equals("waiting")) {
                dead.put(id, new DeadEntry(id, d.time(), d.stage(), d.customer(), d.source(), d.cause(), d.original(),
                        state));
                count++;
            }
        }
        actions.add(action + " " + count + " by " + who);
        return count;
    }

    @Override
    public AutoCloseable tap(Stream stream, Consumer<Event> receiver) {
        taps.computeIfAbsent(stream, _ -> ConcurrentHashMap.newKeySet()).add(receiver);
        return () -> taps.getOrDefault(stream, Set.of()).remove(receiver);
    }

    /** What the page listens to on the fabric. */
    final Map<String, Receiver> listening = new ConcurrentHashMap<>();

    @Override
    public AutoCloseable listen(String prefix, Receiver receiver) {
        listening.put(prefix, receiver);
        return () -> listening.remove(prefix);
    }

    @Override
    public void pause(String stage, String who) {
        act("pause", stage, who);
        stageStates.put(stage, "paused");
    }

    @Override
    public void resume(String stage, String who) {
        act("resume", stage, who);
        stageStates.remove(stage);
    }

    @Override
    public void rewind(String stage, Optional<Instant> to, String who) {
        act("rewind " + to.map(Instant::toString).orElse("all"), stage, who);
    }

    private void act(String action, String stage, String who) {
        if (status().stages().stream().noneMatch(s -> s.name().equals(stage))) {
            throw new IllegalArgumentException(
                    "there is no stage \"" + stage + "\"; stages are process, detect, index");
        }
        actions.add(action + " " + stage + " by " + who);
    }

    @Override
    public List<Rule> rules() {
        return List.of(
                new Rule("9b8d1c1e-3c1f-4a77-9b1f-1d7c5a3e0001", "Encoded PowerShell command line", "high",
                        "rules/windows/powershell_encoded.yml", 3, Instant.parse("2026-03-01T12:00:00Z"), 850, 0.01),
                new Rule("9b8d1c1e-3c1f-4a77-9b1f-1d7c5a3e0002", "New local administrator", "medium",
                        "rules/windows/local_admin.yml", 0, null, 0, 0));
    }

    private volatile boolean rulesBroken;

    /** From now on, no rule that is read can be used. */
    void breakRules() {
        rulesBroken = true;
    }

    @Override
    public Reload reloadRules(String who) {
        return rulesBroken
                ? new Reload(false, "old", "old", 0, 2, List.of("rules/x.yml:1:1: S101 not valid YAML"))
                : new Reload(true, "new", "old", 2, 0, List.of());
    }

    private volatile boolean released;

    @Override
    public List<Quarantine.Parked> quarantine() {
        return released || empty
                ? List.of()
                : List.of(
                        new Quarantine.Parked("9b8d1c1e-3c1f-4a77-9b1f-1d7c5a3e0001", "Encoded PowerShell command line",
                                "rules/windows/powershell_encoded.yml", "parked", "flood",
                                "raises more than 10000 alerts in a minute of the events' time",
                                Instant.parse("2026-03-01T12:00:00Z"), 1234,
                                List.of(new Quarantine.Part(0, "100-", ""), new Quarantine.Part(1, "7,90-", ""))));
    }

    @Override
    public void releaseRule(String rule, String who) {
        if (quarantine().stream().noneMatch(p -> p.rule().equals(rule))) {
            throw new IllegalArgumentException("no rule \"" + rule + "\" is in quarantine");
        }
        released = true;
        actions.add("release " + rule + " by " + who);
    }

    @Override
    public void events(Instant since, Instant until, StreamReading.Receiver receiver) throws IOException {
        receiver.begin(2);
        for (int n = 1; n <= 2; n++) {
            Event event = dev.tocsin.log.Events.event(n, "{\"n\":" + n + "}");
            if (!event.time().isBefore(since) && event.time().isBefore(until)) {
                receiver.event(event);
            }
        }
    }

    @Override
    public List<PeerStatus> peers() {
        return empty ? List.of() : FakeCluster.peers(started);
    }

    @Override
    public ClusterState cluster() {
        return empty ? ClusterState.NONE : FakeCluster.state(started);
    }

    @Override
    public ClusterHealth clusterHealth() {
        return empty ? ClusterHealth.NONE : FakeCluster.health(started);
    }

    @Override
    public ClusterLog.Tail clusterLog(int limit) {
        return empty ? ClusterLog.Tail.NONE : FakeCluster.log(started, limit);
    }

    @Override
    public List<StoreState> stores() {
        return empty ? List.of() : FakeCluster.stores();
    }

    @Override
    public Store store(String name) {
        throw new IllegalArgumentException("there is no store \"" + name + "\" at this node");
    }

    @Override
    public CompletableFuture<Answer> change(String store, Mutation mutation, Duration timeout, String who) {
        throw new AssertionError("no store, no change");
    }

    @Override
    public CompletableFuture<Void> load(String store, List<Mutation> mutations, Duration timeout, String who) {
        throw new AssertionError("no store, no load");
    }

    @Override
    public AutoCloseable watch(String store, StoreWatcher watcher) {
        throw new AssertionError("no store, no watch");
    }

    @Override
    public FlagDesk flags() {
        return flags;
    }

    @Override
    public List<ShadowEntry> shadow(ShadowQuery which, int limit) {
        return java.util.stream.Stream
                .of(new ShadowEntry(EventId.parse("0123456789abcdef0123456789abcdef"), "alert", Instant.EPOCH, "acme",
                        "green", "r-1", true, "customer acme is owned by engine blue", false))
                .filter(which).limit(limit).toList();
    }

    @Override
    public int shadowRelease(ShadowQuery which, String who) {
        actions.add("release " + which.engine() + " by " + who);
        return 1;
    }

    @Override
    public List<EngineStatus> engines() {
        return List.of(new EngineStatus("blue", 2, 0));
    }

    @Override
    public void retire(String engine, String who) {
        throw new IllegalStateException("engine " + engine + " runs: 2 workers");
    }

    @Override
    public RolloutDesk rollouts() {
        throw new UnsupportedOperationException("not asked for here");
    }

    @Override
    public OwnerDesk owners() {
        return owners;
    }

    @Override
    public ReplayDesk replays() {
        return replays;
    }

    @Override
    public ParityDesk parity() {
        return parity;
    }

    @Override
    public ContentDesk content() {
        throw new AssertionError("no content");
    }

    @Override
    public List<Check> checks() {
        return List.of(new Check("log", "disk", Level.GREEN, "8 % of 20 GB"),
                new Check("rules", "refused", Level.YELLOW, "1 rule was refused: rules/old.yml"));
    }

    @Override
    public String metrics() {
        return "# TYPE tocsin_log_events_total counter\ntocsin_log_events_total 7.0\n";
    }
}

package dev.tocsin.node;

import dev.tocsin.detect.Quarantine;
import dev.tocsin.content.ContentDesk;
import dev.tocsin.detect.RuleCosts;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.Receiver;
import dev.tocsin.fabric.Subscription;
import dev.tocsin.fabric.data.PlainJson;
import dev.tocsin.fabric.peer.PeerStatus;
import dev.tocsin.fabric.store.Answer;
import dev.tocsin.fabric.store.Expiry;
import dev.tocsin.fabric.store.Mutation;
import dev.tocsin.fabric.store.Store;
import dev.tocsin.fabric.store.StoreException;
import dev.tocsin.fabric.store.StoreFault;
import dev.tocsin.fabric.store.StoreWatcher;
import dev.tocsin.health.ResidentMemory;
import dev.tocsin.index.SearchIndex;
import dev.tocsin.index.SearchQuery;
import dev.tocsin.index.SearchResult;
import dev.tocsin.log.AuditReport;
import dev.tocsin.log.DeadEntry;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.EngineStatus;
import dev.tocsin.log.ShadowEntry;
import dev.tocsin.log.ShadowQuery;
import dev.tocsin.log.OperatorRecords;
import dev.tocsin.log.StageLoop;
import dev.tocsin.log.StageStatus;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import dev.tocsin.rollout.FlagDesk;
import dev.tocsin.rollout.OwnerDesk;
import dev.tocsin.rollout.RolloutDesk;
import dev.tocsin.rollout.parity.ParityDesk;
import dev.tocsin.rollout.replay.ReplayDesk;
import dev.tocsin.source.Source;
import dev.tocsin.node.control.ClusterHealth;
import dev.tocsin.node.control.ClusterLog;
import dev.tocsin.node.control.FabricTap;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Answers for a running {@link Node}. */
final class LiveNode implements NodeApi {
    private static final Logger LOG = LoggerFactory.getLogger(LiveNode.class);
    private static final int KEY_MAX = 200;

    private final Node node;

    LiveNode(Node node) {
        this.node = node;
    }

    @Override
    public Status status() {
        DurableLog log = node.log();
        return new Status(version(), node.config().site().name(), node.config().node().name(), node.epoch(),
                node.started(), node.isReady(),
                node.roles().stream().sorted().map(r -> r.word()).toList(), node.listeners(),
                node.sources().values().stream().map(Source::status).toList(), log.stageStatus(), log.streamStatus(),
                log.diskUsedBytes(), log.diskMaxBytes(), ResidentMemory.bytes().orElse(0),
                node.loadedRules().ruleset().rules().size(), node.loadedRules().refused(), node.rules().alerts());
    }

    private static String version() {
        String version = LiveNode.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public Optional<SearchResult.Hit> document(EventId id) {
        return index().document(id);
    }

    @Override
    public SearchResult search(SearchQuery query) {
        return index().search(query);
    }

    private SearchIndex index() {
        SearchIndex index = node.index();
        if (index == null) {
            throw new IllegalArgumentException(
                    "this node has no index; ask one with the role logger and index.enabled: true");
        }
        return index;
    }

    @Override
    public AuditReport audit() {
        return node.log().audit();
    }

    @Override
    public List<DeadEntry> dead(int limit) {
        return node.log().dead().list(limit);
    }

    @Override
    public Optional<DeadEntry> dead(EventId id) {
        return node.log().dead().find(id);
    }

    @Override
    public int deadReplay(List<EventId> ids, String who) {
        LOG.info("{} replays {} dead letters", who, ids.size());
        return node.log().dead().replay(ids, who);
    }

    @Override
    public int deadDrop(List<EventId> ids, String who) {
        LOG.info("{} drops {} dead letters", who, ids.size());
        return node.log().dead().drop(ids, who);
    }

    @Override
    public AutoCloseable tap(Stream stream, Consumer<Event> receiver) {
        return node.log().tap(stream, receiver);
    }

    @Override
    public AutoCloseable listen(String prefix, Receiver receiver) {
        Subscription subscription = node.fabric().hub().client("tap " + prefix).subscribe(List.of(prefix), receiver,
                Delivery.DEFAULT.with(FabricTap.POLICY));
        return subscription::close;
    }

    @Override
    public void pause(String stage, String who) {
        LOG.info("{} pauses {}", who, stage);
        stage(stage).pause();
    }

    @Override
    public void resume(String stage, String who) {
        LOG.info("{} resumes {}", who, stage);
        stage(stage).resume();
    }

    @Override
    public void rewind(String stage, Optional<Instant> to, String who) {
        LOG.info("{} rewinds {} to {}", who, stage, to.map(Instant::toString).orElse("the oldest record"));
        stage(stage).rewind(to);
    }

    private StageLoop stage(String name) {
        return node.log().stage(name).orElseThrow(() -> new IllegalArgumentException("there is no stage \"" + name
                + "\" here that can be moved; there are: " + node.log().stageStatus().stream().map(StageStatus::name)
                        .filter(n -> node.log().stage(n).isPresent()).sorted().collect(Collectors.joining(", "))));
    }

    @Override
    public List<Rule> rules() {
        return node.rules().ruleset().rules().stream().map(r -> {
            RuleCosts.Cost cost = node.rules().costs().of(r.id());
            return new Rule(r.id(), r.title(), r.level(), r.file(), node.rules().hits(r.id()),
                    node.rules().lastHit(r.id()), cost.nanosPerEvent(), cost.seconds());
        }).toList();
    }

    @Override
    public Reload reloadRules(String who) {
        LOG.info("{} reloads the rules", who);
        return node.reloadRules();
    }

    @Override
    public List<Quarantine.Parked> quarantine() {
        return node.quarantine().list();
    }

    @Override
    public void releaseRule(String rule, String who) {
        node.quarantine().release(rule);
        LOG.info("{} releases the rule {} from quarantine", who, rule);
        node.log().operator().write("quarantine/" + clipped(rule), OperatorRecords.how("release"), who)
                .whenComplete((_, e) -> {
                    if (e != null) {
                        LOG.warn("who released {} could not be written down", rule, e);
                    }
                });
    }

    @Override
    public void events(Instant since, Instant until, StreamReading.Receiver receiver) throws IOException {
        node.log().read(Stream.EVENTS, since, until, receiver);
    }

    @Override
    public List<PeerStatus> peers() {
        return node.fabric().peers();
    }

    @Override
    public ClusterState cluster() {
        return node.fabric().cluster().map(c -> ClusterState.of(c, clusterHealth().manager())).orElse(
                ClusterState.NONE);
    }

    @Override
    public ClusterHealth clusterHealth() {
        return node.control().map(NodeControl::health).orElse(ClusterHealth.NONE);
    }

    @Override
    public ClusterLog.Tail clusterLog(int limit) {
        return node.control().map(c -> c.log(limit)).orElse(ClusterLog.Tail.NONE);
    }

    @Override
    public List<StoreState> stores() {
        return node.stores().states();
    }

    @Override
    public Store store(String name) {
        return node.stores().store(name);
    }

    @Override
    public CompletableFuture<Answer> change(String store, Mutation mutation, Duration timeout, String who) {
        Store to = node.stores().store(store);
        String kind = StoreState.word(mutation.kind());
        boolean clear = mutation.kind() == Mutation.Kind.CLEAR;
        if (clear) {
            LOG.info("{} clears the store {}", who, store);
        }
        ObjectNode how = OperatorRecords.how(kind);
        if (mutation.expiry().kind() == Expiry.Kind.AFTER) {
            how.put("expiry_ms", mutation.expiry().millis());
        }
        String key = clear ? "" : String.valueOf(PlainJson.write(mutation.key()));
        written(store, clear ? "clear" : "key/" + clipped(key), how, timeout, who);
        return to.mutate(mutation, timeout);
    }

    @Override
    public CompletableFuture<Void> load(String store, List<Mutation> mutations, Duration timeout, String who) {
        Store to = node.stores().store(store);
        LOG.info("{} loads {} keys into the store {}", who, mutations.size(), store);
        written(store, "load", OperatorRecords.how("load").put("keys", mutations.size()), timeout, who);
        return CompletableFuture.allOf(mutations.stream().map(m -> to.mutate(m, timeout)).toArray(
                CompletableFuture[]::new));
    }

    /** Nothing is changed by hand that is not written down. */
    private void written(String store, String what, ObjectNode how, Duration timeout, String who) {
        try {
            node.log().operator().write("store/" + store + "/" + what, how, who).get(timeout.toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new StoreException(StoreFault.TIMEOUT, "the log did not take the record of who changes the store; "
                    + "nothing was changed");
        } catch (ExecutionException e) {
            throw new StoreException(StoreFault.BACKEND, "who changes the store cannot be written down, so nothing was"
                    + " changed: " + (e.getCause() == null ? e : e.getCause()).getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreFault.CLOSED, "interrupted; nothing was changed");
        }
    }

    /** Two long keys that begin alike are still two. */
    private static String clipped(String key) {
        return key.length() <= KEY_MAX ? key : key.substring(0, KEY_MAX) + "…" + Integer.toHexString(key.hashCode());
    }

    @Override
    public AutoCloseable watch(String store, StoreWatcher watcher) {
        return node.stores().watch(store, watcher);
    }

    @Override
    public FlagDesk flags() {
        return node.rollout().flags();
    }

    @Override
    public List<ShadowEntry> shadow(ShadowQuery which, int limit) {
        return node.log().shadow().list(which, limit);
    }

    @Override
    public int shadowRelease(ShadowQuery which, String who) {
        LOG.info("{} releases what was withheld: {}", who, which);
        return node.log().shadow().release(which, who);
    }

    @Override
    public List<EngineStatus> engines() {
        return node.log().engines();
    }

    @Override
    public void retire(String engine, String who) {
        node.rollout().retire(engine, who);
    }

    @Override
    public RolloutDesk rollouts() {
        return node.rollout().rollouts();
    }

    @Override
    public OwnerDesk owners() {
        return node.rollout().owners();
    }

    @Override
    public ReplayDesk replays() {
        return trials().replays();
    }

    @Override
    public ParityDesk parity() {
        return trials().parity();
    }

    private NodeTrials trials() {
        return node.trials().orElseThrow(() -> new IllegalStateException("the node starts"));
    }

    @Override
    public ContentDesk content() {
        return node.content().desk();
    }

    @Override
    public List<Check> checks() {
        return node.checks().run().stream().map(o -> new Check(o.channel(), o.name(), o.level(), o.message())).toList();
    }

    @Override
    public String metrics() {
        return node.metrics().labelled(node.metrics().text() + node.rules().costs().metrics()
                + node.quarantine().metrics() + node.trials().map(NodeTrials::metrics).orElse(""));
    }
}

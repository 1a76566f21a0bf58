package dev.tocsin.node;

import dev.tocsin.detect.Quarantine;
import dev.tocsin.content.ContentDesk;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.fabric.Receiver;
import dev.tocsin.fabric.peer.PeerStatus;
import dev.tocsin.fabric.store.Answer;
import dev.tocsin.fabric.store.Mutation;
import dev.tocsin.fabric.store.Store;
import dev.tocsin.fabric.store.StoreWatcher;
import dev.tocsin.health.Level;
import dev.tocsin.index.SearchQuery;
import dev.tocsin.index.SearchResult;
import dev.tocsin.log.AuditReport;
import dev.tocsin.log.DeadEntry;
import dev.tocsin.log.EngineStatus;
import dev.tocsin.log.ShadowEntry;
import dev.tocsin.log.ShadowQuery;
import dev.tocsin.log.StageStatus;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import dev.tocsin.log.StreamStatus;
import dev.tocsin.node.control.ClusterHealth;
import dev.tocsin.node.control.ClusterLog;
import dev.tocsin.rollout.FlagDesk;
import dev.tocsin.rollout.OwnerDesk;
import dev.tocsin.rollout.RolloutDesk;
import dev.tocsin.rollout.parity.ParityDesk;
import dev.tocsin.rollout.replay.ReplayDesk;
import dev.tocsin.source.SourceStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the page and the commands may ask of a running node. Every method may be called by any thread. */
public interface NodeApi {
    Status status();

    /** Newest document of that id in the index. */
    Optional<SearchResult.Hit> document(EventId id);

    /** @throws IllegalArgumentException when the query text cannot be parsed, with the position */
    SearchResult search(SearchQuery query);

    AuditReport audit();

    /** Newest first. */
    List<DeadEntry> dead(int limit);

    Optional<DeadEntry> dead(EventId id);

    /** Puts dead letters back into {@code intake}; returns how many. Waits until they are durable there. */
    int deadReplay(List<EventId> ids, String who);

    /** Marks dead letters as not wanted any more; they are kept. Returns how many. */
    int deadDrop(List<EventId> ids, String who);

    /** Every record that is committed to the stream from now on; close to stop. The receiver must be quick. */
    AutoCloseable tap(Stream stream, Consumer<Event> receiver);

    /**
     * What is published on the fabric on topics that begin so, from now on; close to stop. A slow receiver is told what it
     * missed as a gap.
     *
     * @throws IllegalArgumentException when the prefix is too long
     */
    AutoCloseable listen(String prefix, Receiver receiver);

    /** @throws IllegalArgumentException when there is no such stage, naming those there are */
    void pause(String stage, String who);

    void resume(String stage, String who);

    /** Lets the stage read its input again, from that time, or from the oldest kept record. */
    void rewind(String stage, Optional<Instant> to, String who);

    List<Rule> rules();

    /**
     * Reads the rules of the configuration anew and puts them in force with the next batch. When nothing of them can be
     * used, the old ones stay.
     */
    Reload reloadRules(String who);

    /** Rules that are parked or catch up, in the partitions that this node has. */
    List<Quarantine.Parked> quarantine();

    /**
     * Lets a rule in quarantine be applied again and catch up.
     *
     * @throws IllegalArgumentException when it is not in quarantine, naming what is
     */
    void releaseRule(String rule, String who);

    /** Reads the kept events of a period of event time, until not included; ends when the receiver throws. */
    void events(Instant since, Instant until, StreamReading.Receiver receiver) throws IOException;

    /** The nodes that this one is or was linked to by the fabric. */
    List<PeerStatus> peers();

    /** The cluster that this node is in. */
    ClusterState cluster();

    /** How all nodes of the cluster are, as the one with the manager's duty has gathered it. */
    ClusterHealth clusterHealth();

    /** Log lines of the cluster's nodes, as far as this node has them. */
    ClusterLog.Tail clusterLog(int limit);

    /** The stores that this node has or asks. */
    List<StoreState> stores();

    /** @throws IllegalArgumentException when there is none of that name, with those there are */
    Store store(String name);

    /**
     * A change of a store that somebody asks for by hand: first it is written down who wants it, then it is made. Answers what
     * the store answers.
     */
    CompletableFuture<Answer> change(String store, Mutation mutation, Duration timeout, String who);

    /** Many changes of a store at once, in this order, written down as one; completes when all are acknowledged. */
    CompletableFuture<Void> load(String store, List<Mutation> mutations, Duration timeout, String who);

    /**
     * The store as it is, and then every change; close to stop.
     *
     * @throws IllegalArgumentException when there is none of that name, or no copy of it here
     */
    AutoCloseable watch(String store, StoreWatcher watcher);

    /** The flags, and what the gates of this node's engine say. */
    FlagDesk flags();

    /** Plans that move customers from one engine to another. */
    RolloutDesk rollouts();

    /** Which engine owns whom. */
    OwnerDesk owners();

    /** What gates withheld, newest first. */
    List<ShadowEntry> shadow(ShadowQuery which, int limit);

    /** Lets go what was withheld; returns how many alerts and events went on. Waits until they are durable. */
    int shadowRelease(ShadowQuery which, String who);

    /** The engines that read the log, or did and were not retired. */
    List<EngineStatus> engines();

    /**
     * Forgets an engine that is not needed any more.
     *
     * @throws IllegalStateException when it owns customers, still runs, or nobody looked at what it withheld
     * @throws IllegalArgumentException when there is none of that name
     */
    void retire(String engine, String who);

    /**
     * Replays of this node's engine over the past.
     *
     * @throws IllegalStateException when the node has not started yet; so do the comparisons
     */
    ReplayDesk replays();

    /** Comparisons of what engines raised. */
    ParityDesk parity();
    /** The rule bundles: what is announced, what runs, and how to change it. */
    ContentDesk content();

    List<Check> checks();

    /** Prometheus text format 0.0.4. */
    String metrics();

    /**
     * The node in numbers.
     *
     * @param ready whether all listeners are open and all stages run
     * @param diskMaxBytes the ceiling at which intake is refused
     */
    record Status(String version, String site, String node, long epoch, Instant started, boolean ready,
            List<String> roles, List<Listener> listeners, List<SourceStatus> sources, List<StageStatus> stages,
            List<StreamStatus> streams, long diskUsedBytes, long diskMaxBytes, long memoryResidentBytes,
            int rulesLoaded,
            int rulesRefused, long alerts) {
    }

    /** An open port. */
    record Listener(String name, String protocol, String address) {
    }

    /**
     * A loaded rule and what came of it since the start.
     *
     * @param lastHit time of the newest event that it matched
     * @param costNanos mean time of one evaluation alone, sampled; 0 when not measured yet
     * @param costSeconds estimate of the time that it alone would have taken for all events
     */
    record Rule(String id, String title, String level, String file, long hits, @Nullable Instant lastHit,
            long costNanos, double costSeconds) {
    }

    /**
     * What came of reading the rules anew.
     *
     * @param applied whether what was read is in force now
     * @param content what is in force now
     * @param previous what was in force before
     * @param rules how many rules were read and can be used
     * @param refused how many problems kept a rule or file from being used
     * @param problems the first of them, as {@code where: code what}
     */
    record Reload(boolean applied, String content, String previous, int rules, int refused, List<String> problems) {
        public Reload {
            problems = List.copyOf(problems);
        }
    }

    /**
     * A store at this node.
     *
     * @param role as configured: auto, master, clone, client
     * @param state what the node is to it now: master, clone, client. All that follows is unknown to a client
     * @param master the node that was master when it was heard of last; empty for none yet
     * @param epoch the term of that master
     * @param revision how many changes this copy has seen
     * @param bytes that this copy takes
     * @param digest hexadecimal; equal in all copies of a revision
     * @param ageMillis how old what is read here may be; 0 at the master, -1 when no master was heard of
     * @param rebuilt how often this copy was read anew because it differed
     * @param problem what a person should know, and what happens now; or empty
     */
    record StoreState(String name, String backend, String role, String state, String master, long epoch,
            long revision, long entries, long bytes, String digest, long ageMillis, long rebuilt, String problem) {
        static String word(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One health check. {@code channel} groups checks: intake, process, detect, index, sinks, log, rules, fabric, stores,
     * rollout, content.
     */
    record Check(String channel, String name, Level level, String message) {
    }
}

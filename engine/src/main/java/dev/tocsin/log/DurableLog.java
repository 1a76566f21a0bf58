package dev.tocsin.log;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log as the rest of the house sees it: open it, append to it, run stages over it, look into it.
 *
 * <p>Opening starts the embedded broker or connects to the cluster, creates the streams that are missing, and reads the
 * ledger. Everything handed out stops with {@link #close}.
 */
public final class DurableLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DurableLog.class);

    private static final long WANTED_TENTHS_MAX = 8;

    private final @Nullable EmbeddedKafka embedded;
    private final KafkaClients clients;
    private final Admin admin;
    private final Topics topics;
    private final Optional<Short> replication;
    private final String member;
    private final DiskGuard disk;
    private final GroupAppender collect;
    private final GroupAppender replay;
    private final Ledger ledger;
    private final DeadBox deadBox;
    private final ShadowBox shadow;
    private final EngineGroups engines;
    private final OperatorRecords operator;
    private final Housekeeping housekeeping;
    private final java.time.Duration shadowKeep;
    private final List<Problem> warnings;
    private final Map<String, StageLoop> stages = new ConcurrentHashMap<>();
    private final Map<String, StageSpec> specs = new ConcurrentHashMap<>();
    private final Set<TrialStages> trials = ConcurrentHashMap.newKeySet();
    private final Map<Stream, Long> ends = new EnumMap<>(Stream.class);
    private List<StreamStatus> streams = List.of();
    private long streamsAsked;
    private final Set<Tailer> taps = ConcurrentHashMap.newKeySet();
    private final Set<FencedAppender> fenced = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService chores = Executors
            .newSingleThreadScheduledExecutor(r -> Thread.ofPlatform().daemon().name("log-chores").unstarted(r));

    private DurableLog(@Nullable EmbeddedKafka embedded, Path directory, LogConfig config, String member,
            Collection<String> statefulStages) {
        this.embedded = embedded;
        this.member = member;
        boolean own = embedded != null;
        String servers = embedded != null
                ? embedded.bootstrapServers()
                : java.util.Objects.requireNonNull(config.bootstrapServers());
        clients = new KafkaClients(servers, config.client());
        admin = clients.admin();
        warnings = own ? ownWarnings(config) : clusterWarnings(config);
        replication = Optional.of(own ? (short) 1 : (short) config.replicationFactor());
        topics = Topics.create(admin, config, statefulStages, replication);
        if (own) {
            EndMarks.complete(admin, servers);
        }
        disk = new DiskGuard(directory, config.diskMax(), config.diskFreeMin());
        collect = new GroupAppender("collect", clients, topics, member, this::mustWait);
        replay = new GroupAppender("replay", clients, topics, member, this::mustWait);
        collect.start();
        replay.start();
        ledger = new Ledger(clients, topics);
        deadBox = new DeadBox(clients, topics, replay);
        shadow = new ShadowBox(clients, topics, replay);
        engines = new EngineGroups(admin, topics);
        shadowKeep = config.shadowKeep();
        operator = new OperatorRecords(clients, topics, replay);
        housekeeping = new Housekeeping(admin, topics, !own, config.keep().bytes());
        chores.scheduleWithFixedDelay(disk::measure, 1, 1, TimeUnit.SECONDS);
        chores.scheduleWithFixedDelay(this::trim, 30, 30, TimeUnit.SECONDS);
    }

    /**
     * @param directory the data directory of this node
     * @param member name of this node, unique over all that use the same log
     * @param statefulStages names of the stages that keep state
     * @throws LogException when it cannot be opened, with what to do; unsafe settings of a cluster are named
     */
    public static DurableLog open(Path directory, LogConfig config, String member, Collection<String> statefulStages) {
        EmbeddedKafka embedded = config.bootstrapServers() == null
                ? new EmbeddedKafka(directory.resolve("log"), config)
                : null;
        try {
            return new DurableLog(embedded, directory, config, member, statefulStages);
        } catch (RuntimeException e) {
            if (embedded != null) {
                embedded.close();
            }
            throw e;
        }
    }

    /** Where Kafka tools can connect. */
    public String bootstrapServers() {
        return clients.bootstrapServers();
    }

    /** Partitions of each stream. */
    public int partitions() {
        return topics.partitions();
    }

    /** What is unsafe about the log but does not forbid to start. */
    public List<Problem> warnings() {
        return warnings;
    }

    /** The door for sources. */
    public Appender appender() {
        return collect;
    }

    /**
     * The door for a source of which one process at a time may bring in events.
     *
     * @param source the same in all processes that stand by for each other
     * @param lease how long a leader that says nothing is waited for
     */
    public FencedAppender fencedAppender(String source, java.time.Duration lease) {
        FencedAppender door = new FencedAppender(source, clients, topics, member, lease, this::mustWait,
                System::nanoTime);
        fenced.add(door);
        return door;
    }

    /**
     * Where a store of the fabric keeps its changes; its topic is created if it is not there. To be closed before the log.
     *
     * @param lease how long a master that says nothing is waited for
     */
    public dev.tocsin.fabric.store.StoreLog storeLog(String store, java.time.Duration lease) {
        String id = topics.createStore(admin, store, replication);
        return new StoreTopic(store, id, clients, topics, member, lease, System::nanoTime);
    }

    /**
     * The numbered changes of something that all nodes share; its topic is created if it is not there. To be closed before
     * the log.
     *
     * @param topic without the prefix
     */
    public ChangeLog changeLog(String topic) {
        topics.createSingle(admin, topics.name(topic), replication);
        return new TopicChangeLog(clients, topics, topic);
    }

    /** Files in a topic, which is created if it is not there. To be closed before the log. @param topic without the prefix */
    public Blobs blobs(String topic) {
        topics.createSingle(admin, topics.name(topic), replication);
        return new TopicBlobs(clients, topics.name(topic), member);
    }

    /** Notes in a topic, which is created if it is not there. To be closed before the log. @param topic without the prefix */
    public Board board(String topic) {
        topics.createSingle(admin, topics.name(topic), replication);
        return new TopicBoard(clients, topics.name(topic), member);
    }

    /** Sources are about to be closed: what they hold is written even at the disk's ceiling, new work is not taken. */
    public void lastCall() {
        collect.lastCall();
    }

    /** Starts a stage; it runs until the log is closed. */
    public StageLoop run(StageSpec spec) {
        if (!spec.lane().isEmpty()) {
            topics.of(spec.lane()).createLane(admin, spec, replication);
        }
        StageLoop loop = new StageLoop(spec, clients, topics, member);
        if (stages.putIfAbsent(spec.name(), loop) != null) {
            throw new IllegalStateException("stage " + spec.name() + " runs already");
        }
        specs.put(spec.name(), spec);
        loop.start();
        return loop;
    }

    /**
     * Starts stages that try something out over the events from that time on, in a lane of their own, beside those that live:
     * {@link StageSpec#trial}. They run until they are closed, and then nothing of them is left but what they wrote into
     * {@code shadow}.
     *
     * @param specs of one lane; those that read {@code events} begin there
     * @throws LogException when they cannot be started
     */
    public TrialStages tryOut(List<StageSpec> specs, Instant from) {
        TrialStages trial = new TrialStages(specs, clients, admin, topics, replication, trials::remove);
        trials.add(trial);
        try {
            trial.start(from, member);
        } catch (RuntimeException e) {
            trial.close();
            throw e;
        }
        return trial;
    }

    /** Takes away what trials of processes that were killed have left. */
    public void sweepTrials() {
        TrialStages.sweep(admin, topics);
    }

    public Optional<StageLoop> stage(String name) {
        return Optional.ofNullable(stages.get(name));
    }

    /** The appenders and the stages. */
    public List<StageStatus> stageStatus() {
        List<StageStatus> all = new ArrayList<>();
        all.add(collect.status());
        stages.values().stream().map(StageLoop::status).forEach(all::add);
        return all;
    }

    /** Size and speed of each stream; asks the broker once a second at most. */
    public synchronized List<StreamStatus> streamStatus() {
        long now = System.nanoTime();
        if (now - streamsAsked < 1_000_000_000L && !streams.isEmpty()) {
            return streams;
        }
        double seconds = streams.isEmpty() ? 0 : (now - streamsAsked) / 1e9;
        List<StreamStatus> out = new ArrayList<>();
        for (Stream stream : Stream.values()) {
            long end = sum(stream, OffsetSpec.latest());
            long before = ends.getOrDefault(stream, end);
            out.add(new StreamStatus(stream.topic(), topics.partitions(), end - sum(stream, OffsetSpec.earliest()),
                    seconds == 0 ? 0 : (end - before) / seconds));
            ends.put(stream, end);
        }
        streamsAsked = now;
        streams = List.copyOf(out);
        return streams;
    }

    /** What the ledger proves now. */
    public AuditReport audit() {
        boolean behind = !ledger.isComplete() || stages.values().stream().map(StageLoop::status)
                .anyMatch(s -> s.lag() > 0 || s.state().equals("restoring"));
        return Audit.of(ledger.sums(), ledger.generations(), behind);
    }

    public DeadBox dead() {
        return deadBox;
    }

    /** What gates withheld. */
    public ShadowBox shadow() {
        return shadow;
    }

    /** The engines that read this log, or did and were not forgotten. */
    public List<EngineStatus> engines() {
        return engines.all();
    }

    /** Forgets an engine that does not run any more: its places, its matches, its state. */
    public void forgetEngine(String engine) {
        engines.forget(engine);
    }

    /** How many alerts an engine's stages raised, published or withheld, as the ledger has it. */
    public long raised(String engine) {
        Set<String> seats = Set.of(EngineStages.name(EngineStages.DETECT, engine),
                EngineStages.name(EngineStages.CORRELATE, engine));
        Set<String> streams = Set.of(Stream.ALERTS.topic(), Stream.SHADOW.topic());
        return ledger.sums().entrySet().stream().filter(e -> seats.contains(e.getKey().stage())
                && streams.contains(e.getKey().stream()) && e.getKey().kind().equals("made"))
                .mapToLong(e -> e.getValue().count()).sum();
    }

    /** The customers that the ledger knows. */
    public Set<String> customers() {
        return ledger.sums().keySet().stream().map(Ledger.Sum::customer).collect(java.util.stream.Collectors.toSet());
    }

    /** What people did by hand. */
    public OperatorRecords operator() {
        return operator;
    }

    /** Last value of every cursor that was given to the {@link Appender}. Reads the topic. */
    public Map<String, String> cursors() {
        Map<String, String> out = new HashMap<>();
        try (var reader = clients.freeReader()) {
            Restore.readAll(clients, reader, Tailer.partitions(topics, Topics.CURSORS), r -> {
                if (r.value() == null) {
                    out.remove(r.key());
                } else {
                    out.put(r.key(), new String(r.value(), java.nio.charset.StandardCharsets.UTF_8));
                }
            });
        }
        return out;
    }

    /** Calls the receiver with every event that is committed to the stream from now on, until closed. */
    public AutoCloseable tap(Stream stream, Consumer<Event> receiver) {
        Tailer tailer = new Tailer(clients, topics, stream.topic(), false, record -> {
            try {
                Event event = Records.event(record);
                if (!Mark.is(event)) {
                    receiver.accept(event);
                }
            } catch (IllegalArgumentException e) {
                LOG.debug("a record that is not ours in {}", stream, e);
            }
        });
        taps.add(tailer);
        return () -> {
            taps.remove(tailer);
            tailer.close();
        };
    }

    /**
     * Reads the events of a stream that are kept and of that time.
     *
     * @param since event time from which, included
     * @param until event time to which, not included
     */
    public void read(Stream stream, Instant since, Instant until, StreamReading.Receiver receiver) throws IOException {
        new StreamReading(clients, Tailer.partitions(topics, stream.topic())).read(since, until, receiver);
    }

    /** A reader of a stream that tells places. */
    public RecordScan scan(Stream stream) {
        return new RecordScan(clients, Tailer.partitions(topics, stream.topic()));
    }

    /**
     * How far an engine has read; waits for a while until it has handled what is there now.
     *
     * @throws LogException when the log cannot be asked
     */
    public EngineReach reach(String engine, java.time.Duration patience) throws InterruptedException {
        return new EngineReading(clients, admin, topics).reach(engine, patience);
    }

    /** What an engine made in a period of alert time, as the ledger says; reads the ledger's topic. */
    public EngineLedger ledger(String engine, Instant since, Instant until) {
        return new EngineReading(clients, admin, topics).ledger(engine, since, until);
    }

    /** For a stage that has to read again what it has handled; to be closed by it. */
    public Past past(Stream stream, String stage) {
        return new Past(clients, topics, stream, stage);
    }

    /**
     * Records that somebody still wants although all readers have handled them are kept, until a stream is larger than that, or the disk
     * so full that intake would soon be refused.
     * Only an own broker knows it; on a cluster others may delete them.
     *
     * @param keepBytes beyond {@link LogConfig#keep}
     * @param wanted for a partition the first offset that is wanted; empty for none
     */
    public void want(Stream stream, long keepBytes, IntFunction<OptionalLong> wanted) {
        housekeeping.want(stream, keepBytes, partition -> disk.usedBytes() > disk.maxBytes() / 10 * WANTED_TENTHS_MAX
                ? OptionalLong.empty()
                : wanted.apply(partition));
    }

    public long diskUsedBytes() {
        return disk.usedBytes();
    }

    public long diskMaxBytes() {
        return disk.maxBytes();
    }

    /** What troubles the log and what to do, or empty. */
    public String trouble() {
        String failure = embedded == null ? null : embedded.failure();
        return failure != null ? failure : disk.message();
    }

    private boolean mustWait() {
        return disk.isFull() || (embedded != null && embedded.failure() != null);
    }

    private void trim() {
        Map<String, Set<String>> readers = new HashMap<>();
        List<StageSpec> all = new ArrayList<>(specs.values());
        trials.forEach(t -> all.addAll(t.specs()));
        all.forEach(spec -> spec.inputs()
                .forEach(input -> readers.computeIfAbsent(topics.of(spec.lane()).plain(input), _ -> new HashSet<>())
                        .add(spec.name())));
        try {
            housekeeping.delete(shadow.deletable(Instant.now().minus(shadowKeep)));
            housekeeping.trim(readers)
                    .forEach((tp, n) -> LOG.info("{}: {} records that every stage has handled are deleted", tp, n));
        } catch (ExecutionException | RuntimeException e) {
            LOG.warn("housekeeping will be tried again: {}", e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private long sum(Stream stream, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> ask = new HashMap<>();
        Tailer.partitions(topics, stream.topic()).forEach(tp -> ask.put(tp, spec));
        try {
            return admin.listOffsets(ask).all().get().values().stream().mapToLong(o -> o.offset()).sum();
        } catch (ExecutionException _) {
            return 0;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static List<Problem> ownWarnings(LogConfig config) {
        return config.fsync()
                ? List.of()
                : List.of(new Problem("L204", "log.fsync", "is false: a power cut loses acknowledged events",
                        "set it to true, or use a cluster"));
    }

    private List<Problem> clusterWarnings(LogConfig config) {
        List<Problem> found = ClusterSafety.check(admin, config.topicPrefix());
        List<Problem> errors = found.stream().filter(ClusterSafety::isError).toList();
        if (!errors.isEmpty()) {
            admin.close();
            throw new LogException(
                    "the cluster at " + config.bootstrapServers() + " would lose acknowledged events:\n  "
                            + String.join("\n  ", errors.stream().map(Problem::toString).toList()));
        }
        return found;
    }

    /** Stages finish their batch, the appenders write what they accepted, then the broker stops. */
    @Override
    public void close() {
        chores.shutdownNow();
        List.copyOf(trials).forEach(TrialStages::close);
        fenced.forEach(FencedAppender::close);
        collect.close();
        replay.close();
        taps.forEach(Tailer::close);
        List<Thread> closers = stages.values().stream().map(s -> Thread.ofVirtual().start(s::close)).toList();
        for (Thread closer : closers) {
            try {
                closer.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        deadBox.close();
        shadow.close();
        ledger.close();
        admin.close(java.time.Duration.ofSeconds(2));
        if (embedded != null) {
            embedded.close();
        }
    }
}

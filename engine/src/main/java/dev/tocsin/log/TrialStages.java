package dev.tocsin.log;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stages that try something out beside those that live: with a group and topics of their own, which go when they are closed.
 * While they run, what they have not read is kept. Started by {@link DurableLog#tryOut}.
 */
public final class TrialStages implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrialStages.class);
    private static final Pattern LEFT = Pattern.compile("(?:.*-)?(?:detect|correlate)-.+" + EngineStages.REPLAY
            + "([0-9a-z]{1,12})");
    /** Younger ones may be about to start, at another node. */
    private static final Duration LEFT_AGE = Duration.ofMinutes(10);
    private static final int DELETE_TRIES = 60;

    private final List<StageSpec> specs;
    private final KafkaClients clients;
    private final Admin admin;
    private final Topics topics;
    private final Topics own;
    private final Optional<Short> replication;
    private final Consumer<TrialStages> closed;
    private final List<StageLoop> loops = new ArrayList<>();
    private final Map<Integer, Long> begins = new HashMap<>();
    private final Map<Integer, Long> ends = new HashMap<>();
    private boolean done;

    TrialStages(List<StageSpec> specs, KafkaClients clients, Admin admin, Topics topics, Optional<Short> replication,
            Consumer<TrialStages> closed) {
        this.specs = List.copyOf(specs);
        this.clients = clients;
        this.admin = admin;
        this.topics = topics;
        this.own = topics.of(specs.getFirst().lane());
        this.replication = replication;
        this.closed = closed;
        if (!specs.stream()
                .allMatch(s -> s.trial() && !s.lane().isEmpty() && s.lane().equals(specs.getFirst().lane()))) {
            throw new IllegalArgumentException("trials have a lane of their own");
        }
    }

    List<StageSpec> specs() {
        return specs;
    }

    void start(Instant from, String member) {
        List<TopicPartition> events = Tailer.partitions(topics, Stream.EVENTS.topic());
        try {
            Map<TopicPartition, OffsetSpec> ask = new HashMap<>();
            events.forEach(tp -> ask.put(tp, OffsetSpec.forTimestamp(Math.max(0, from.toEpochMilli()))));
            var found = admin.listOffsets(ask).all().get();
            clients.ends(events).forEach((tp, end) -> {
                ends.put(tp.partition(), end);
                long first = found.containsKey(tp) ? found.get(tp).offset() : -1;
                begins.put(tp.partition(), first < 0 ? end : Math.min(first, end));
            });
            Map<TopicPartition, OffsetAndMetadata> places = new HashMap<>();
            events.forEach(tp -> places.put(tp, new OffsetAndMetadata(begins.getOrDefault(tp.partition(), 0L))));
            for (StageSpec spec : specs) {
                own.createLane(admin, spec, replication);
                if (spec.inputs().contains(Stream.EVENTS)) {
                    admin.alterConsumerGroupOffsets(group(spec), places).all().get();
                }
                loops.add(new StageLoop(spec, clients, topics, member));
            }
        } catch (ExecutionException e) {
            throw new LogException("a replay cannot be started: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted while starting a replay", e);
        }
        loops.forEach(StageLoop::start);
    }

    private String group(StageSpec spec) {
        return topics.name(Housekeeping.GROUP + spec.name());
    }

    /** Where a partition of {@code events} ended when they were started; what came later is not theirs. */
    public long end(int partition) {
        return ends.getOrDefault(partition, 0L);
    }

    /** How many records there are to read, with the marks among them. */
    public long records() {
        return ends.entrySet().stream().mapToLong(e -> e.getValue() - begins.getOrDefault(e.getKey(), 0L)).sum();
    }

    /** In the order in which they were given. */
    public List<StageStatus> status() {
        return loops.stream().map(StageLoop::status).toList();
    }

    /** Lets the first of them, which feeds the others, wait or go on. */
    public void pause(boolean wait) {
        if (wait) {
            loops.getFirst().pause();
        } else {
            loops.getFirst().resume();
        }
    }

    /** Lets them finish the batch in hand and takes away all but what they wrote into {@code shadow}. */
    @Override
    public synchronized void close() {
        if (done) {
            return;
        }
        done = true;
        loops.forEach(StageLoop::close);
        try {
            for (StageSpec spec : specs) {
                admin.removeMembersFromConsumerGroup(group(spec), new RemoveMembersFromConsumerGroupOptions()).all()
                        .get();
            }
        } catch (ExecutionException e) {
            LOG.debug("members of a replay's groups leave when their time is up", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        try {
            delete(admin, specs.stream().map(this::group).collect(Collectors.toSet()), own.lane(specs));
        } finally {
            closed.accept(this);
        }
    }

    /** A group that still has members cannot be deleted; they are gone after some seconds. */
    private static void delete(Admin admin, Set<String> groups, List<String> names) {
        try {
            for (int i = 0; i < DELETE_TRIES && !deleted(admin, groups); i++) {
                Thread.sleep(500);
            }
            admin.deleteTopics(names).all().get();
        } catch (ExecutionException e) {
            LOG.warn("what a replay needed is not all gone: {}", String.valueOf(e.getCause()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean deleted(Admin admin, Set<String> groups) throws ExecutionException, InterruptedException {
        Set<String> there = admin.listGroups().all().get().stream().map(GroupListing::groupId).filter(groups::contains)
                .collect(Collectors.toSet());
        if (there.isEmpty()) {
            return true;
        }
        try {
            admin.deleteConsumerGroups(there).all().get();
            return true;
        } catch (ExecutionException e) {
            LOG.debug("groups of a replay still have members", e);
            return false;
        }
    }

    /** A group that nobody is in and that is old is of a process that was killed. */
    static void sweep(Admin admin, Topics topics) {
        try {
            String prefix = topics.name(Housekeeping.GROUP);
            Set<String> groups = admin.listGroups().all().get().stream().map(GroupListing::groupId)
                    .filter(g -> g.startsWith(prefix) && isLeft(g)).collect(Collectors.toSet());
            for (String group : groups) {
                deleted(admin, Set.of(group));
            }
            Set<String> busy = admin.listGroups().all().get().stream().map(GroupListing::groupId)
                    .filter(groups::contains)
                    .map(TrialStages::run).collect(Collectors.toSet());
            List<String> names = admin.listTopics().names().get().stream()
                    .filter(t -> t.startsWith(topics.name(Stream.MATCHES) + "-") || t.startsWith(topics.state("")))
                    .filter(t -> isOld(run(t)) && !busy.contains(run(t))).toList();
            admin.deleteTopics(names).all().get();
            if (!names.isEmpty()) {
                LOG.info("{} groups and {} topics of replays that did not end are deleted", groups.size(),
                        names.size());
            }
        } catch (ExecutionException | RuntimeException e) {
            LOG.warn("what replays have left will be looked for again: {}", e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isLeft(String group) {
        Matcher matcher = LEFT.matcher(group);
        return matcher.matches() && isOld(matcher.group(1));
    }

    /** The run at the end of a name, or empty. */
    private static String run(String name) {
        int at = name.lastIndexOf(EngineStages.REPLAY);
        String run = at < 0 ? "" : name.substring(at + EngineStages.REPLAY.length());
        return run.matches("[0-9a-z]{1,12}") ? run : "";
    }

    private static boolean isOld(String run) {
        return !run.isEmpty() && System.currentTimeMillis() - millis(run) > LEFT_AGE.toMillis();
    }

    /** A run is called by when it began. */
    private static long millis(String run) {
        return Long.parseLong(run, 36);
    }

    /** When the replay began of which it says {@code ENGINE@RUN}, in milliseconds; the least of all numbers when it is of none. */
    static long begun(String engine) {
        String run = engine.substring(engine.lastIndexOf('@') + 1);
        return engine.indexOf('@') >= 0 && run.matches("[0-9a-z]{1,12}") ? millis(run) : Long.MIN_VALUE;
    }
}

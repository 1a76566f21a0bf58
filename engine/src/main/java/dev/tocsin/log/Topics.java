package dev.tocsin.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The names of the topics, and their creation with the settings that the promises need. */
final class Topics {
    static final String LEDGER = "ledger";
    static final String CURSORS = "control-cursors";
    static final String OPERATOR = "control-operator";
    private static final String FOR_EVER = Long.toString(Long.MAX_VALUE);

    /**
     * Cleaning never touches the segment that is written to, so segments are short; and it waits until half could go, for
     * an hour at most.
     */
    private static final Map<String, String> STORE = Map.of("segment.ms", "60000", "segment.bytes", Integer.toString(
            64 << 20), "min.cleanable.dirty.ratio", "0.5", "max.compaction.lag.ms", "3600000");
    private static final Duration KNOWN_MAX = Duration.ofSeconds(30);

    private final String prefix;
    private final int partitions;
    private final String lane;

    Topics(String prefix, int partitions) {
        this(prefix, partitions, "");
    }

    private Topics(String prefix, int partitions, String lane) {
        this.prefix = prefix;
        this.partitions = partitions;
        this.lane = lane;
    }

    /** As a stage of that lane sees them: what is internal to an engine is its own. */
    Topics of(String itsLane) {
        return itsLane.equals(lane) ? this : new Topics(prefix, partitions, itsLane);
    }

    int partitions() {
        return partitions;
    }

    String name(Stream stream) {
        return prefix + plain(stream);
    }

    /** A stream's topic without the prefix. */
    String plain(Stream stream) {
        return stream == Stream.MATCHES && !lane.isEmpty() ? stream.topic() + "-" + lane : stream.topic();
    }

    String name(String plain) {
        return prefix + plain;
    }

    /** The topic in which a stage keeps its state. */
    String state(String stage) {
        return prefix + "state-" + stage;
    }

    /** The topic of a store of the fabric. */
    String store(String store) {
        return prefix + "store-" + store;
    }

    /**
     * Creates the topic of a store, if it is not there. Whoever reads it from its beginning waits for that, so it is
     * cleaned soon: about half of it are keys at least, but for the last minutes.
     *
     * @return the id of the topic that is there now
     */
    String createStore(Admin admin, String store, Optional<Short> replication) {
        String topic = store(store);
        create(admin, topic, replication, STORE);
        long started = System.nanoTime();
        while (true) {
            try {
                return admin.describeTopics(List.of(topic)).allTopicNames().get().values().iterator().next()
                        .topicId().toString();
            } catch (ExecutionException e) {
                // Brokers hear of a topic a little later than it is created.
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                        || System.nanoTime() - started > KNOWN_MAX.toNanos()) {
                    throw new LogException("the topic " + topic + " cannot be looked at: " + e.getCause(), e);
                }
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LogException("interrupted while looking at the topic " + topic, e);
            }
        }
    }

    /**
     * Creates the topic of changes, if it is not there: one partition, in which the last record of each key stays.
     *
     * @param topic with the prefix
     */
    void createSingle(Admin admin, String topic, Optional<Short> replication) {
        create(admin, topic, replication, Map.of());
    }

    private void create(Admin admin, String topic, Optional<Short> replication, Map<String, String> more) {
        NewTopic shape = topic(topic, true, replication);
        Map<String, String> settings = new HashMap<>(shape.configs());
        settings.putAll(more);
        create(admin, List.of(new NewTopic(shape.name(), Optional.of(1), replication).configs(settings)));
    }

    /** Creates what a stage of a lane needs beside the shared streams, if it is not there. */
    void createLane(Admin admin, StageSpec spec, Optional<Short> replication) {
        List<NewTopic> wanted = new ArrayList<>(List.of(topic(name(Stream.MATCHES), false, replication)));
        if (spec.stateful()) {
            wanted.add(topic(state(spec.name()), true, replication));
        }
        create(admin, wanted);
    }

    /** What the stages of a lane need beside the shared streams. */
    List<String> lane(List<StageSpec> specs) {
        List<String> names = new ArrayList<>(List.of(name(Stream.MATCHES)));
        specs.stream().filter(StageSpec::stateful).forEach(s -> names.add(state(s.name())));
        return names;
    }

    /**
     * What is written of what a trial says: nothing that somebody would act upon.
     *
     * @throws IllegalStateException when it publishes an alert, or puts something among what lives
     */
    List<ProducerRecord<String, byte[]>> ofTrial(List<ProducerRecord<String, byte[]>> records) {
        List<ProducerRecord<String, byte[]>> written = new ArrayList<>(records.size());
        for (ProducerRecord<String, byte[]> record : records) {
            if (record.topic().equals(name(Stream.SHADOW)) || !lane.isEmpty()
                    && record.topic().equals(name(Stream.MATCHES))) {
                written.add(record);
            } else if (!record.topic().equals(name(Stream.DEAD))) {
                throw new IllegalStateException("a trial must not write to " + record.topic());
            }
        }
        return written;
    }

    private static void create(Admin admin, List<NewTopic> wanted) {
        try {
            for (var result : admin.createTopics(wanted).values().values()) {
                awaitCreated(result);
            }
        } catch (ExecutionException e) {
            throw new LogException("the topics " + wanted.stream().map(NewTopic::name).toList()
                    + " cannot be created: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted while creating topics", e);
        }
    }

    /** A topic's name without the prefix. */
    String plain(String topic) {
        return topic.substring(prefix.length());
    }

    /**
     * Creates what is missing, and takes the number of partitions from what is there: it decides in which partition an
     * event's sender is, so it must not change with a setting.
     *
     * @param replication copies, or empty for the embedded broker
     */
    static Topics create(Admin admin, LogConfig config, Collection<String> statefulStages,
            Optional<Short> replication) {
        try {
            Set<String> existing = admin.listTopics().names().get();
            String intake = config.topicPrefix() + Stream.INTAKE.topic();
            int partitions = existing.contains(intake)
                    ? admin.describeTopics(List.of(intake)).allTopicNames().get().values().iterator().next()
                            .partitions().size()
                    : config.partitions();
            Topics topics = new Topics(config.topicPrefix(), partitions);
            List<NewTopic> missing = new ArrayList<>();
            for (Stream s : Stream.values()) {
                missing.add(topics.topic(topics.name(s), false, replication));
            }
            for (String compacted : List.of(LEDGER, CURSORS, OPERATOR)) {
                missing.add(topics.topic(topics.name(compacted), true, replication));
            }
            for (String stage : statefulStages) {
                missing.add(topics.topic(topics.state(stage), true, replication));
            }
            missing.removeIf(t -> existing.contains(t.name()));
            for (var result : admin.createTopics(missing).values().values()) {
                awaitCreated(result);
            }
            return topics;
        } catch (ExecutionException e) {
            throw new LogException("the streams cannot be created: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted while creating the streams", e);
        }
    }

    private static void awaitCreated(org.apache.kafka.common.KafkaFuture<Void> created)
            throws ExecutionException, InterruptedException {
        try {
            created.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    NewTopic topic(String name, boolean compacted, Optional<Short> replication) {
        Map<String, String> settings = new HashMap<>();
        settings.put("max.message.bytes", Integer.toString(KafkaClients.RECORD_BYTES_MAX + (1 << 20)));
        if (replication.orElse((short) 1) > 1) {
            settings.put("min.insync.replicas", "2");
        }
        if (compacted) {
            settings.putAll(
                    Map.of("cleanup.policy", "compact", "segment.ms", "600000", "min.cleanable.dirty.ratio", "0.5"));
        } else {
            settings.putAll(Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1"));
            // A record's time is event time, which is whatever a sender says: by default Kafka refuses what is an hour
            // ahead, and begins a new segment whenever time leaps by a week.
            settings.putAll(Map.of("message.timestamp.after.max.ms", FOR_EVER, "message.timestamp.before.max.ms",
                    FOR_EVER, "segment.ms", FOR_EVER));
        }
        return new NewTopic(name, Optional.of(partitions), replication).configs(settings);
    }
}

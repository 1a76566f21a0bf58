package dev.tocsin.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The engines that a log has seen, by the groups of their stages. */
final class EngineGroups {
    private final Admin admin;
    private final Topics topics;

    EngineGroups(Admin admin, Topics topics) {
        this.admin = admin;
        this.topics = topics;
    }

    /** Each engine that ever committed a place in {@code events}, by name. */
    List<EngineStatus> all() {
        try {
            Map<String, String> groups = new TreeMap<>();
            for (GroupListing group : admin.listGroups().all().get()) {
                String stage = group.groupId().startsWith(prefix()) ? group.groupId().substring(prefix().length()) : "";
                String engine = EngineStages.engine(stage);
                if (stage.startsWith(EngineStages.DETECT) && !engine.contains("-replay-")) {
                    groups.put(engine, group.groupId());
                }
            }
            List<TopicPartition> partitions = Tailer.partitions(topics, Stream.EVENTS.topic());
            Map<TopicPartition, Long> ends = ends(partitions);
            Map<String, ConsumerGroupDescription> described = admin.describeConsumerGroups(groups.values()).all().get();
            List<EngineStatus> all = new ArrayList<>();
            for (Map.Entry<String, String> group : groups.entrySet()) {
                Map<TopicPartition, OffsetAndMetadata> places = admin.listConsumerGroupOffsets(group.getValue())
                        .partitionsToOffsetAndMetadata().get();
                long lag = 0;
                for (TopicPartition partition : partitions) {
                    OffsetAndMetadata place = places.get(partition);
                    lag += Math.max(0, ends.getOrDefault(partition, 0L) - (place == null ? 0 : place.offset()));
                }
                all.add(new EngineStatus(group.getKey(),
                        Objects.requireNonNull(described.get(group.getValue())).members().size(), lag));
            }
            return all;
        } catch (ExecutionException e) {
            throw new LogException("the engines cannot be asked for: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted", e);
        }
    }

    /** Forgets an engine: the places of its stages, its matches and its state. */
    void forget(String engine) {
        String detect = EngineStages.name(EngineStages.DETECT, engine);
        String correlate = EngineStages.name(EngineStages.CORRELATE, engine);
        try {
            admin.deleteConsumerGroups(existing(List.of(prefix() + detect, prefix() + correlate))).all().get();
            Collection<String> there = admin.listTopics().names().get();
            List<String> gone = new ArrayList<>(List.of(topics.state(detect), topics.state(correlate)));
            if (!EngineStages.lane(engine).isEmpty()) {
                gone.add(topics.of(EngineStages.lane(engine)).name(Stream.MATCHES));
            }
            gone.retainAll(there);
            admin.deleteTopics(gone).all().get();
        } catch (ExecutionException e) {
            throw new LogException("engine " + engine + " cannot be forgotten: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted", e);
        }
    }

    private List<String> existing(List<String> groups) throws ExecutionException, InterruptedException {
        List<String> there = admin.listGroups().all().get().stream().map(GroupListing::groupId).toList();
        return groups.stream().filter(there::contains).toList();
    }

    private String prefix() {
        return topics.name(Housekeeping.GROUP);
    }

    private Map<TopicPartition, Long> ends(List<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> ask = new HashMap<>();
        partitions.forEach(p -> ask.put(p, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(ask).all().get().forEach((p, o) -> ends.put(p, o.offset()));
        return ends;
    }
}

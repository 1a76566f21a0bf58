package dev.tocsin.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Deletes by watermark, never by age: when a stream is larger than it need be, the records that every one of its
 * readers has handled go, oldest first. A reader that has not begun, or that is stopped, keeps everything.
 *
 * <p>On a cluster other nodes have legs that this one does not know; whichever has ever committed a place in a partition
 * counts as its reader, until somebody deletes its group. Of the embedded broker this one knows all readers but the
 * engines that other processes run over it: their groups count there.
 */
final class Housekeeping {
    /** Begins the name of each stage's group. */
    static final String GROUP = "tocsin-";
    private final Admin admin;
    private final Topics topics;
    private final boolean shared;
    private final long keepBytes;
    private final Map<String, Wanted> wanted = new ConcurrentHashMap<>();

    /** What somebody who reads again has not read. */
    private record Wanted(long keepBytes, IntFunction<OptionalLong> offsets) {
    }

    /** @param shared whether other nodes may use this log */
    Housekeeping(Admin admin, Topics topics, boolean shared, long keepBytes) {
        this.shared = shared;
        this.admin = admin;
        this.topics = topics;
        this.keepBytes = keepBytes;
    }

    void want(Stream stream, long moreBytes, IntFunction<OptionalLong> offsets) {
        wanted.put(stream.topic(), new Wanted(moreBytes, offsets));
    }

    /**
     * @param readers for each stream's topic, without the prefix, the stages that must have read a record before it may go
     * @return the records deleted, by topic-partition
     */
    Map<TopicPartition, Long> trim(Map<String, Set<String>> readers) throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> sizes = sizes();
        Map<TopicPartition, RecordsToDelete> deletions = new HashMap<>();
        Map<TopicPartition, Long> done = new HashMap<>();
        for (Map.Entry<String, Set<String>> e : readers.entrySet()) {
            List<TopicPartition> partitions = Tailer.partitions(topics, e.getKey());
            long size = partitions.stream().mapToLong(tp -> sizes.getOrDefault(tp, 0L)).sum();
            if (size <= keepBytes || e.getValue().isEmpty()) {
                continue;
            }
            double share = (size - keepBytes) / (double) size;
            Map<TopicPartition, Long> watermarks = watermarks(e.getValue(), partitions);
            for (TopicPartition tp : partitions) {
                long begin = offset(tp, OffsetSpec.earliest());
                long end = offset(tp, OffsetSpec.latest());
                long to = Math.min(Math.min(watermarks.getOrDefault(tp, 0L), wanted(e.getKey(), tp, size)),
                        begin + (long) ((end - begin) * share));
                if (to > begin) {
                    deletions.put(tp, RecordsToDelete.beforeOffset(to));
                    done.put(tp, to - begin);
                }
            }
        }
        if (!deletions.isEmpty()) {
            admin.deleteRecords(deletions).all().get();
        }
        return done;
    }

    /** What is wanted is kept as long as the stream is not too large. */
    private long wanted(String stream, TopicPartition tp, long size) {
        Wanted some = wanted.get(stream);
        return some == null || size > keepBytes + some.keepBytes()
                ? Long.MAX_VALUE
                : some.offsets().apply(tp.partition()).orElse(Long.MAX_VALUE);
    }

    /** Deletes what stands before these offsets. */
    void delete(Map<TopicPartition, Long> to) throws ExecutionException, InterruptedException {
        Map<TopicPartition, RecordsToDelete> deletions = new HashMap<>();
        for (Map.Entry<TopicPartition, Long> e : to.entrySet()) {
            if (e.getValue() > offset(e.getKey(), OffsetSpec.earliest())) {
                deletions.put(e.getKey(), RecordsToDelete.beforeOffset(e.getValue()));
            }
        }
        if (!deletions.isEmpty()) {
            admin.deleteRecords(deletions).all().get();
        }
    }

    /** The offset up to which every reader has committed. */
    private Map<TopicPartition, Long> watermarks(Set<String> stages, List<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> lowest = new HashMap<>();
        partitions.forEach(tp -> lowest.put(tp, Long.MAX_VALUE));
        Set<String> own = new HashSet<>();
        stages.forEach(stage -> own.add(topics.name(GROUP + stage)));
        Set<String> groups = new HashSet<>(own);
        admin.listGroups().all().get().stream().map(GroupListing::groupId)
                .filter(id -> id.startsWith(topics.name(GROUP))
                        && (shared || EngineStages.isOne(id.substring(topics.name(GROUP).length()))))
                .forEach(groups::add);
        for (String group : groups) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata().get();
            for (TopicPartition tp : partitions) {
                OffsetAndMetadata offset = committed.get(tp);
                if (offset != null || own.contains(group)) {
                    lowest.merge(tp, offset == null ? 0 : offset.offset(), Math::min);
                }
            }
        }
        return lowest;
    }

    private long offset(TopicPartition tp, OffsetSpec spec) throws ExecutionException, InterruptedException {
        return admin.listOffsets(Map.of(tp, spec)).partitionResult(tp).get().offset();
    }

    private Map<TopicPartition, Long> sizes() throws ExecutionException, InterruptedException {
        Set<Integer> brokers = new HashSet<>();
        admin.describeCluster().nodes().get().forEach(n -> brokers.add(n.id()));
        Map<TopicPartition, Long> sizes = new HashMap<>();
        for (var directories : admin.describeLogDirs(new ArrayList<>(brokers)).allDescriptions().get().values()) {
            directories.values()
                    .forEach(d -> d.replicaInfos().forEach((tp, info) -> sizes.merge(tp, info.size(), Math::max)));
        }
        return sizes;
    }
}

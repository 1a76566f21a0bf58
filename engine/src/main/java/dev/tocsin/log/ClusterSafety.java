package dev.tocsin.log;

import dev.tocsin.base.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;

/**
 * The settings of somebody else's cluster that lose acknowledged events, each named at start. An error refuses to
 * start; a warning is written and shown. Codes L1xx are errors, L2xx warnings.
 */
final class ClusterSafety {
    private final Admin admin;
    private final List<Problem> problems = new ArrayList<>();

    private ClusterSafety(Admin admin) {
        this.admin = admin;
    }

    /** @param prefix of the topics that are ours and exist already */
    static List<Problem> check(Admin admin, String prefix) {
        ClusterSafety safety = new ClusterSafety(admin);
        try {
            safety.transactions();
            safety.brokers();
            safety.topics(prefix);
        } catch (ExecutionException e) {
            safety.problems.add(new Problem("L201", "log.bootstrap_servers",
                    "the cluster's settings cannot be read: " + e.getMessage(),
                    "grant DescribeConfigs and Describe on the cluster and the topics"));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return safety.problems;
    }

    static boolean isError(Problem problem) {
        return problem.code().startsWith("L1");
    }

    private void transactions() throws ExecutionException, InterruptedException {
        FeatureMetadata features = admin.describeFeatures().featureMetadata().get();
        var version = features.finalizedFeatures().get("transaction.version");
        if (version == null || version.maxVersionLevel() < 2) {
            add("L101", "transaction.version",
                    "is " + (version == null ? "not set" : version.maxVersionLevel())
                            + ": the older transaction protocol can tear a transaction (KIP-890)",
                    "Kafka 4.0 or newer, then kafka-features.sh upgrade --feature transaction.version=2");
        }
    }

    private void brokers() throws ExecutionException, InterruptedException {
        int brokers = admin.describeCluster().nodes().get().size();
        List<ConfigResource> all = admin.describeCluster().nodes().get().stream()
                .map(n -> new ConfigResource(ConfigResource.Type.BROKER, n.idString())).toList();
        for (Map.Entry<ConfigResource, Config> e : admin.describeConfigs(all).all().get().entrySet()) {
            broker("broker " + e.getKey().name(), settings(e.getValue()), brokers);
        }
    }

    private void broker(String where, Map<String, String> settings, int brokers) {
        if (settings.getOrDefault("unclean.leader.election.enable", "false").equals("true")) {
            add("L102", where + " unclean.leader.election.enable",
                    "is true: a broker that has not all records may become leader, and the others throw theirs away",
                    "set it to false");
        }
        if (number(settings, "offsets.retention.minutes", 10080) < 10080) {
            add("L202", where + " offsets.retention.minutes",
                    "is " + settings.get("offsets.retention.minutes")
                            + ": a stage stopped for longer forgets its place",
                    "set it to at least 10080 (7 days)");
        }
        boolean flushes = number(settings, "log.flush.interval.messages", Long.MAX_VALUE) == 1;
        if (brokers == 1 && !flushes) {
            add("L203", where + " log.flush.interval.messages",
                    "is not 1 on the only broker: a power cut loses what was acknowledged",
                    "set it to 1, or use three brokers in separate power domains");
        }
        if (brokers > 1 && number(settings, "transaction.state.log.replication.factor", 3) < 2) {
            add("L103", where + " transaction.state.log.replication.factor",
                    "is 1: the loss of one broker stops all writes",
                    "set it to 3");
        }
        if (brokers > 1 && number(settings, "offsets.topic.replication.factor", 3) < 2) {
            add("L104", where + " offsets.topic.replication.factor",
                    "is 1: the loss of one broker loses every stage's place",
                    "set it to 3");
        }
    }

    private void topics(String prefix) throws ExecutionException, InterruptedException {
        List<String> ours = new ArrayList<>();
        for (String name : admin.listTopics().names().get()) {
            for (Stream s : Stream.values()) {
                if (name.equals(prefix + s.topic())) {
                    ours.add(name);
                }
            }
        }
        int brokers = admin.describeCluster().nodes().get().size();
        Map<String, TopicDescription> descriptions = admin.describeTopics(ours).allTopicNames().get();
        List<ConfigResource> resources = ours.stream().map(n -> new ConfigResource(ConfigResource.Type.TOPIC, n))
                .toList();
        for (Map.Entry<ConfigResource, Config> e : admin.describeConfigs(resources).all().get().entrySet()) {
            TopicDescription topic = descriptions.get(e.getKey().name());
            if (topic != null) {
                topic(topic, settings(e.getValue()), brokers);
            }
        }
    }

    private void topic(TopicDescription topic, Map<String, String> settings, int brokers) {
        String where = "topic " + topic.name();
        int copies = topic.partitions().getFirst().replicas().size();
        long retention = number(settings, "retention.ms", -1);
        if (retention >= 0 && settings.getOrDefault("cleanup.policy", "delete").contains("delete")) {
            add("L105", where + " retention.ms",
                    "is " + retention + ": records go by age, whether or not every stage has read them",
                    "set retention.ms=-1; Tocsin deletes what all its stages have handled");
        }
        if (number(settings, "retention.bytes", -1) >= 0) {
            add("L106", where + " retention.bytes",
                    "is set: records go by size, whether or not every stage has read them",
                    "set retention.bytes=-1");
        }
        if (settings.getOrDefault("unclean.leader.election.enable", "false").equals("true")) {
            add("L102", where + " unclean.leader.election.enable", "is true: acknowledged records can be thrown away",
                    "set it to false");
        }
        if (brokers > 1 && copies < 2) {
            add("L107", where,
                    "has one copy on a cluster of " + brokers + ": one broken disk loses acknowledged events",
                    "reassign it to 3 copies");
        }
        if (copies > 1 && number(settings, "min.insync.replicas", 1) < 2) {
            add("L108", where + " min.insync.replicas",
                    "is 1: a write is acknowledged when only one of " + copies + " copies has it", "set it to 2");
        }
    }

    private static Map<String, String> settings(Config config) {
        Map<String, String> out = new HashMap<>();
        for (ConfigEntry entry : config.entries()) {
            if (entry.value() != null) {
                out.put(entry.name(), entry.value());
            }
        }
        return out;
    }

    private static long number(Map<String, String> settings, String name, long fallback) {
        String value = settings.get(name);
        return value == null || !value.matches("-?\\d{1,19}") ? fallback : Long.parseLong(value);
    }

    private void add(String code, String where, String what, String hint) {
        problems.add(new Problem(code, where, what, hint));
    }
}

package dev.tocsin.log;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.DynamicVoters;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka broker and controller in this process, on loopback.
 *
 * <p>What is not obvious about it:
 * <ul>
 * <li>{@code log.flush.interval.messages=1}: stock Kafka acknowledges what is only in memory, and a power cut then
 * loses it. Batches are large, so that an fsync for each is affordable.
 * <li>After {@code kill -9} a broker may register again only when its old session is over, hence the short session.
 * <li>A directory is formatted once. A kill during the formatting leaves no {@code formatted} mark, and then nothing
 * was ever acknowledged from it: it is formatted anew.
 * <li>It keeps its ports over starts and speaks to itself with a password; {@link BrokerDoors} says why.
 * <li>When its disk fails Kafka halts the whole JVM; here it only reports itself as failed.
 * </ul>
 */
final class EmbeddedKafka implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
    private static final int NODE_ID = 1;

    private final KafkaRaftServer server;
    private final String bootstrapServers;
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    /** Starts on the directory, which is created and formatted when it is new; returns when clients can connect. */
    EmbeddedKafka(Path directory, LogConfig config) {
        try {
            Files.createDirectories(directory);
            BrokerDoors doors = BrokerDoors.of(directory, config.listen().port());
            bootstrapServers = config.listen().host() + ":" + doors.client();
            Properties settings = settings(directory, config, doors);
            KafkaConfig kafka = KafkaConfig.fromProps(settings, false);
            format(directory, kafka, doors.controller());
            doors.keep(directory);
            Exit.setHaltProcedure((status, message) -> fail(status, message));
            Exit.setExitProcedure((status, message) -> fail(status, message));
            server = new KafkaRaftServer(kafka, Time.SYSTEM);
        } catch (Exception e) {
            throw new LogException("the embedded broker cannot use " + directory + ": " + e.getMessage(), e);
        }
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw new LogException("the embedded broker does not start on " + directory + ": " + rootMessage(e), e);
        }
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Why the broker is down, or null while it is well. */
    @Nullable
    String failure() {
        return failure.get();
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private void fail(int status, @Nullable String message) {
        String text = "the embedded broker gave up (status " + status + ")" + (message == null ? "" : ": " + message);
        if (failure.compareAndSet(null, text)) {
            LOG.error("{}; intake is refused until the process is started again", text);
        }
        throw new LogException(text);
    }

    private static Properties settings(Path directory, LogConfig config, BrokerDoors doors) {
        Properties p = new Properties();
        String host = config.listen().host();
        p.put("process.roles", "broker,controller");
        p.put("node.id", Integer.toString(NODE_ID));
        p.put("controller.quorum.bootstrap.servers", "127.0.0.1:" + doors.controller());
        String listeners = "PLAINTEXT://" + host + ":" + doors.client() + ",INTERNAL://127.0.0.1:" + doors.internal()
                + ",CONTROLLER://127.0.0.1:" + doors.controller();
        p.put("listeners", listeners);
        p.put("advertised.listeners", listeners);
        p.put("listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,INTERNAL:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("controller.listener.names", "CONTROLLER");
        p.put("inter.broker.listener.name", "INTERNAL");
        p.put("sasl.enabled.mechanisms", "PLAIN");
        p.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        p.put("listener.name.internal.plain.sasl.jaas.config", PlainLoginModule.class.getName()
                + " required username=\"broker\" password=\"" + doors.password() + "\" user_broker=\""
                + doors.password() + "\";");
        p.put("log.dirs", directory.toString());
        p.put("auto.create.topics.enable", "false");
        p.put("broker.session.timeout.ms", "2000");
        p.put("broker.heartbeat.interval.ms", "400");
        p.put("group.initial.rebalance.delay.ms", "0");
        p.put("group.min.session.timeout.ms", "1000");
        for (String internal : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            p.put(internal + ".num.partitions", "1");
            p.put(internal + ".replication.factor", "1");
        }
        p.put("transaction.state.log.min.isr", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
        p.put("offsets.retention.minutes", Integer.toString(Integer.MAX_VALUE));
        p.put("transactional.id.expiration.ms", Integer.toString(Integer.MAX_VALUE));
        p.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
        p.put("log.retention.ms", "-1");
        p.put("log.retention.bytes", "-1");
        p.put("log.index.size.max.bytes", Integer.toString(256 << 10));
        p.put("log.segment.bytes", Integer.toString(64 << 20));
        p.put("message.max.bytes", Integer.toString(KafkaClients.RECORD_BYTES_MAX + (1 << 20)));
        p.put("socket.request.max.bytes", Integer.toString(200 << 20));
        p.put("num.network.threads", "2");
        p.put("num.io.threads", "4");
        p.put("background.threads", "2");
        p.put("metric.reporters", "");
        if (config.fsync()) {
            p.put("log.flush.interval.messages", "1");
        }
        return p;
    }

    private static void format(Path directory, KafkaConfig config, int controllerPort) throws Exception {
        Path mark = directory.resolve("formatted");
        if (Files.exists(mark)) {
            return;
        }
        if (hasRecords(directory)) {
            throw new IOException("it holds Kafka data that is not Tocsin's; name another data directory");
        }
        deleteContents(directory);
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter().setPrintStream(nowhere).setClusterId(Uuid.randomUuid().toString()).setNodeId(NODE_ID)
                    .setControllerListenerName("CONTROLLER").setMetadataLogDirectory(config.metadataLogDir())
                    .setDirectories(List.of(directory.toString())).setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setReleaseVersion(MetadataVersion.latestProduction()).setIgnoreFormatted(true)
                    .setHasDynamicQuorum(true)
                    .setInitialControllers(
                            DynamicVoters.parse(NODE_ID + "@127.0.0.1:" + controllerPort + ":" + Uuid.randomUuid()))
                    .run();
        }
        syncTree(directory);
        Files.createFile(mark);
        syncTree(directory);
    }

    /** Whether a broker has ever run here: then topics other than its own metadata exist. */
    private static boolean hasRecords(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(f -> f.getFileName().toString().startsWith("recovery-point-offset"));
        }
    }

    private static void deleteContents(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).filter(f -> !f.equals(directory)).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void syncTree(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        }
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}

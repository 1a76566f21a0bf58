package dev.tocsin.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tocsin.fabric.cluster.NodeType;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.node.NodeFabric;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(300)
class ClusterLogTest {
    @TempDir
    private Path directory;

    private final ListAppender<ILoggingEvent> ownLog = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(ClusterLog.LOGGER);

    @BeforeEach
    void listen() {
        ownLog.start();
        logger.addAppender(ownLog);
        // What is written here is looked at here, not on the console.
        logger.setAdditive(false);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(ownLog);
        logger.setAdditive(true);
    }

    private List<String> written() {
        return List.copyOf(ownLog.list).stream().map(e -> e.getLevel() + " " + e.getFormattedMessage()).filter(
                m -> !m.contains("peer_")).toList();
    }

    private static List<String> lines(ClusterLog log) {
        return log.tail(10_000).lines().stream().filter(l -> !l.logger().equals("fabric")).map(l -> l.node() + " " + l
                .level() + " " + l.logger() + ": " + l.message()).toList();
    }

    private static LogLine line(String message) {
        return new LogLine(Instant.now(), "worker-1", "WARN", "Test", message);
    }

    @Test
    void whatANodeWarnsOfIsWrittenOnceAtTheManagerWhenThereIsNoLogger() throws Exception {
        try (ControlRig rig = new ControlRig(directory, "manager", "worker-1");
                NodeFabric manager = rig.start("manager");
                NodeFabric worker = rig.start("worker-1");
                ClusterLog at = new ClusterLog(manager.hub(), rig.cluster("manager"), false);
                ClusterLog from = new ClusterLog(worker.hub(), rig.cluster("worker-1"), true)) {
            rig.awaitAll();
            org.slf4j.Logger source = LoggerFactory.getLogger("dev.tocsin.source.SomeSource");
            source.info("all is well");
            source.warn("the port {} is taken\nERROR forged", 514);
            source.error("it broke", new IllegalStateException("the reason"));
            List<String> expected = List.of(
                    "worker-1 ERROR SomeSource: it broke: java.lang.IllegalStateException: the reason",
                    "worker-1 WARN SomeSource: the port 514 is taken ERROR forged");
            await().untilAsserted(() -> assertThat(lines(at)).containsExactlyElementsOf(expected));
            assertThat(written()).containsExactlyInAnyOrder(
                    "ERROR worker-1 SomeSource: it broke: java.lang.IllegalStateException: the reason",
                    "WARN worker-1 SomeSource: the port 514 is taken ERROR forged");
            // A line that came back would be written again with the next batch, within a second.
            source.warn("one more");
            await().until(() -> lines(at).size() > 2);
            source.warn("the last");
            await().until(() -> lines(at).size() > 3);
            assertThat(written()).hasSize(4);
            assertThat(at.tail(1).keepers()).containsExactly("manager");
            assertThat(from.tail(10).keepers()).containsExactly("manager");
            assertThat(lines(from)).as("its own are asked for there, too").hasSize(4);
        }
    }

    @Test
    void whatHappensToLinksIsALineAndWithALoggerItIsTheOneThatGetsThem() {
        try (ControlRig rig = new ControlRig(directory, "manager", "logger-1", "worker-1");
                NodeFabric manager = rig.start("manager");
                NodeFabric logger1 = rig.start("logger-1");
                ClusterLog atLogger = new ClusterLog(logger1.hub(), rig.cluster("logger-1"), false);
                ClusterLog atManager = new ClusterLog(manager.hub(), rig.cluster("manager"), false)) {
            rig.awaitAll();
            rig.start("worker-1");
            rig.awaitAll();
            rig.stop("worker-1");
            await().until(
                    () -> atLogger.tail(100).lines().stream().anyMatch(l -> l.node().equals("manager") && l.level()
                            .equals("WARN") && l.message().startsWith("peer_lost worker-1")));
            assertThat(atManager.tail(100).lines()).allMatch(l -> l.node().equals("manager"));
            assertThat(atManager.tail(1).keepers()).containsExactly("logger-1");
        }
    }

    @Test
    void nobodyWaitsWhileNoneIsThereAndWhatWasLeftOutIsTold() throws Exception {
        int count = 60_000;
        try (ControlRig rig = new ControlRig(directory, "manager", "worker-1");
                NodeFabric worker = rig.start("worker-1");
                ClusterLog from = new ClusterLog(worker.hub(), rig.cluster("worker-1"), false)) {
            for (int i = 0; i < count; i++) {
                from.tell(line("line " + i));
            }
            assertThat(from.figures().dropped()).isPositive();
            NodeFabric manager = rig.start("manager");
            try (ClusterLog at = new ClusterLog(manager.hub(), rig.cluster("manager"), false)) {
                await().until(() -> written().stream().filter(m -> m.startsWith("WARN worker-1 Test: line ")).count()
                        + from.figures().dropped() == count);
                await().untilAsserted(() -> assertThat(written().stream()
                        .filter(m -> m.startsWith("WARN worker-1 fabric: ")).mapToLong(m -> Long
                                .parseLong(m.replaceAll("\\D+1 fabric: (\\d+) lines of the log were not sent.*", "$1")))
                        .sum())
                        .as("what was left out is told").isEqualTo(from.figures().dropped()));
                assertThat(written()).filteredOn(m -> m.startsWith("WARN worker-1 Test: line "))
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void aRowOfAStrangerHasNoNameOfOurs() {
        LogLine given = line("x");
        assertThat(LogLine.of(given.toValue())).hasValueSatisfying(l -> assertThat(l.message()).isEqualTo("x"));
        assertThat(LogLine.of(Value.of("x"))).isEmpty();
        assertThat(ClusterLog.MANAGERS.type()).isEqualTo(NodeType.MANAGER);
    }
}

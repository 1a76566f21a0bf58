package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Connectors, and nodes, over a bad API that are killed, paused for three leases, and whose store dies: every event of the
 * ledger is in the file, once, and in an OpenSearch or a Kafka topic beside it. One seed is one round of a few seconds; the
 * processes live through all of them.
 */
@Execution(ExecutionMode.CONCURRENT)
class ConnectorTortureTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(StateStore.Kind.class)
    void nothingIsLostAndNothingIsThereTwice(StateStore.Kind kind) throws Exception {
        Path file = directory.resolve("events.jsonl");
        try (EventApi api = Torture.api();
                StateStore store = new StateStore(directory, kind);
                Receiver receiver = kind == StateStore.Kind.REDIS
                        ? SearchServer.start(directory)
                        : TopicServer.start(directory)) {
            List<ConnectorProcess> members = new ArrayList<>();
            Map<String, Torture.Output> outputs = Map.of("file", () -> Torture.ids(file), "sink", receiver);
            try {
                for (int i = 0; i < 2; i++) {
                    members.add(new ConnectorProcess(directory, "connector" + i,
                            yaml(api, store, file, receiver.yaml())));
                    members.getLast().start();
                }
                rounds(kind.toString(), api, store, members, outputs);
            } finally {
                for (ConnectorProcess member : members) {
                    member.close();
                }
            }
        }
    }

    private static void rounds(String what, EventApi api, Torture.Server store, List<? extends Victim> members,
            Map<String, Torture.Output> outputs) throws Exception {
        for (long seed = Torture.FIRST; seed < Torture.FIRST + Torture.SEEDS; seed++) {
            Torture.round(seed, api, store, members);
            StringBuilder counts = new StringBuilder();
            for (Map.Entry<String, Torture.Output> output : outputs.entrySet()) {
                int events = Torture.check(what + ", seed " + seed + ", " + output.getKey(), api, output.getValue(),
                        members);
                counts.append(' ').append(output.getKey()).append(' ').append(events).append(" events,");
            }
            System.out.println(what + ", seed " + seed + ":" + counts + " lost 0, doubled 0");
        }
    }

    /** Takes events beside the file. */
    interface Receiver extends Torture.Output, AutoCloseable {
        /** The settings of the sink, in one line. */
        String yaml();

        @Override
        void close() throws Exception;
    }

    private static String yaml(EventApi api, StateStore store, Path file, String sink) {
        return """
                name: torture
                sources:
                  halo:
                %s
                sinks:
                  file: {type: file, path: %s, format: original, rotate: 200KiB}
                  other: %s
                dead: %s
                """.formatted(Torture.source(api), file, sink, file.resolveSibling("dead.jsonl"))
                + store.yaml(Torture.LEASE_MILLIS + "ms");
    }

    /** Nodes that poll, over the log of another node; that one dies, too, with its file. */
    @Test
    void inTheLogNothingIsLostAndNothingIsThereTwice() throws Exception {
        Path file = directory.resolve("events.jsonl");
        int broker = NodeProcess.freePort();
        try (EventApi api = Torture.api();
                NodeProcess log = new NodeProcess(directory.resolve("log"), directory.resolve("log/data"), """
                        log: {listen: "127.0.0.1:%d", partitions: 1}
                        index: {enabled: false}
                        sinks:
                          file: {type: file, stream: events, path: %s, format: original, rotate: 200KiB}
                        """.formatted(broker, file), "log", "[worker, logger, manager]")) {
            log.start();
            List<PollingNode> members = new ArrayList<>();
            try {
                for (int i = 0; i < 2; i++) {
                    String source = "  halo:\n" + Torture.source(api) + "    state: {type: kafka, lease: "
                            + Torture.LEASE_MILLIS + "ms}\n";
                    members.add(new PollingNode(directory, "poller" + i, broker, source));
                    members.getLast().start();
                }
                rounds("KAFKA", api, server(log), members, Map.of("file", () -> Torture.ids(file)));
                assertThat(log.awaitBalanced(Duration.ofSeconds(60)).path("verdict").asString()).isEqualTo("balanced");
            } finally {
                for (PollingNode member : members) {
                    member.close();
                }
            }
        }
    }

    private static Torture.Server server(NodeProcess log) {
        return new Torture.Server() {
            @Override
            public void start() throws IOException {
                log.launch();
            }

            @Override
            public void kill9() throws InterruptedException {
                log.kill9();
            }
        };
    }
}

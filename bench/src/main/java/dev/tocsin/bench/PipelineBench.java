package dev.tocsin.bench;

import dev.tocsin.config.ConfigFile;
import dev.tocsin.log.StageStatus;
import dev.tocsin.node.Node;
import dev.tocsin.node.NodeApi;
import dev.tocsin.node.TocsinConfig;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The whole way: syslog over TCP, 1 KB events, to alerts and the index, with an fsync before each acknowledgement; beside
 * raw Kafka with the same bytes in the same run. Says a ratio; absolute figures are of the machine it ran on.
 *
 * <p>Arguments: events per round (default 100000), rounds (default 3).
 */
public final class PipelineBench {
    private PipelineBench() {
    }

    public static void main(String[] arguments) throws Exception {
        int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        Path directory = Files.createTempDirectory("tocsin-bench");
        try {
            List<double[]> results = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                Messages made = new Messages(round);
                List<byte[]> messages = new ArrayList<>();
                for (int n = 0; n < events; n++) {
                    messages.add(made.next(n));
                }
                double raw = RawKafka.eventsPerSecond(directory.resolve("raw" + round), messages);
                double[] ours = pipeline(directory.resolve("node" + round), messages);
                results.add(new double[]{raw, ours[0], ours[1], ours[2]});
                System.out.printf(Locale.ROOT,
                        "round %d: raw Kafka %,.0f/s; syslog to intake on disk %,.0f/s (%.2f), to alerts %,.0f/s (%.2f), to index %,.0f/s (%.2f)%n",
                        round + 1, raw, ours[0], ours[0] / raw, ours[1], ours[1] / raw, ours[2], ours[2] / raw);
            }
            System.out.printf(Locale.ROOT,
                    "median of %d, %d events of %d bytes: raw %,.0f/s, intake %,.0f/s, alerts %,.0f/s, index %,.0f/s%n",
                    rounds, events, new Messages(0).next(1).length, median(results, 0), median(results, 1),
                    median(results, 2), median(results, 3));
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
            }
        }
    }

    private static double median(List<double[]> results, int column) {
        return results.stream().mapToDouble(r -> r[column]).sorted().skip(results.size() / 2).findFirst().orElse(0);
    }

    private static double[] pipeline(Path data, List<byte[]> messages) throws Exception {
        int port = freePort();
        Path rules = Path.of("examples/rules").toAbsolutePath();
        String yaml = """
                node: {data: %s}
                sources:
                  syslog: {type: syslog, listen: 127.0.0.1:%d}
                detect: {rules: ['%s']}
                """.formatted(data, port, rules);
        Files.createDirectories(data);
        Path file = Files.writeString(data.resolve("tocsin.yaml"), yaml, StandardCharsets.UTF_8);
        TocsinConfig config = ConfigFile.read(file, TocsinConfig.class).value().orElseThrow();
        try (Node node = Node.start(config, EnumSet.allOf(TocsinConfig.Role.class))) {
            NodeApi api = node.api();
            while (!api.status().ready()) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            long began = System.nanoTime();
            Thread sender = Thread.ofPlatform().start(() -> send(port, messages));
            double intake = await(api, "collect", messages.size(), began);
            double detect = await(api, "detect", messages.size(), began);
            double index = await(api, "index", messages.size(), began);
            sender.join();
            if (api.status().alerts() < messages.size() / 1000) {
                throw new IllegalStateException("only " + api.status().alerts() + " alerts");
            }
            return new double[]{intake, detect, index};
        }
    }

    private static double await(NodeApi api, String stage, int events, long began) throws InterruptedException {
        while (status(api, stage).in() < events) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return events * 1e9 / (System.nanoTime() - began);
    }

    private static StageStatus status(NodeApi api, String stage) {
        return api.status().stages().stream().filter(s -> s.name().equals(stage)).findFirst().orElseThrow();
    }

    private static void send(int port, List<byte[]> messages) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16)) {
            for (byte[] message : messages) {
                out.write((message.length + " ").getBytes(StandardCharsets.US_ASCII));
                out.write(message);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(Arrays.toString(e.getStackTrace()), e);
        }
    }

    private static int freePort() throws java.io.IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

package dev.tocsin.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.tocsin.config.ConfigFile;
import dev.tocsin.log.StageStatus;
import dev.tocsin.node.Node;
import dev.tocsin.node.NodeApi;
import dev.tocsin.node.TocsinConfig;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Syslog by TCP into what keeps it on disk: Tocsin's intake, and Debian's rsyslogd with imptcp and a disk queue, in turns,
 * from the same four connections, RFC 5424 of 500 bytes with octet counting.
 *
 * <p>Measured is the time from the first byte until all messages are there. For Tocsin that is: framed, named, numbered,
 * committed to the stream {@code intake} and acknowledged by the log after its fsync ({@code log.fsync: true}, the
 * default). For rsyslog: through its disk queue (main queue of type Disk, all settings at their defaults, so nothing is
 * fsynced) and written to its output file. The processor time is of the receiver alone.
 *
 * <p>Arguments: messages per round (default 300000), rounds (default 5).
 */
public final class SyslogBench {
    private static final int CONNECTIONS = 4;
    private static final int MESSAGE_BYTES = 500;
    /** For the compiler; they are printed but do not count. */
    private static final int WARM_ROUNDS = 3;
    private static final Path RSYSLOGD = Path.of("/usr/sbin/rsyslogd");

    private SyslogBench() {
    }

    /** @param cpuMicros processor time of the receiver for each message */
    private record Result(double perSecond, double cpuMicros) {
    }

    private interface Receiver {
        Result receive(Path directory, List<byte[]> chunks, int messages) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Path directory = Files.createTempDirectory("tocsin-bench");
        List<Result> tocsin = new ArrayList<>();
        List<Result> rsyslog = new ArrayList<>();
        try {
            for (int round = 1 - WARM_ROUNDS; round <= rounds; round++) {
                List<byte[]> chunks = chunks(round, messages);
                Result peer = Files.isExecutable(RSYSLOGD)
                        ? measure(SyslogBench::rsyslog, directory.resolve("rsyslog" + round), chunks, messages)
                        : new Result(Double.NaN, Double.NaN);
                Result own = measure(SyslogBench::tocsin, directory.resolve("node" + round), chunks, messages);
                System.out.printf(Locale.ROOT,
                        "round %d: Tocsin %,.0f/s, %.1f us cpu each; rsyslog, disk queue %,.0f/s, %.1f us; ratio %.2f, by cpu %.2f%n",
                        round, own.perSecond, own.cpuMicros, peer.perSecond, peer.cpuMicros,
                        own.perSecond / peer.perSecond, peer.cpuMicros / own.cpuMicros);
                if (round > 0) {
                    tocsin.add(own);
                    rsyslog.add(peer);
                }
            }
            System.out.printf(Locale.ROOT,
                    "median of %d, %d messages of %d bytes: Tocsin %,.0f/s, rsyslog %,.0f/s, ratio %.2f%n",
                    rounds, messages, MESSAGE_BYTES, median(tocsin), median(rsyslog),
                    median(tocsin) / median(rsyslog));
        } finally {
            delete(directory);
        }
        // The broker's threads need not be waited for.
        System.exit(0);
    }

    private static Result measure(Receiver receiver, Path directory, List<byte[]> chunks, int messages)
            throws Exception {
        Result result = receiver.receive(Files.createDirectories(directory), chunks, messages);
        delete(directory);
        return result;
    }

    private static double median(List<Result> results) {
        return results.stream().mapToDouble(Result::perSecond).sorted().skip(results.size() / 2).findFirst().orElse(0);
    }

    /** What each connection sends. */
    private static List<byte[]> chunks(int round, int messages) {
        Instant start = Instant.parse("2026-11-21T00:00:00Z").plus(Duration.ofHours(round));
        String padding = "The quick brown fox jumps over the lazy dog. ".repeat(12);
        List<byte[]> chunks = new ArrayList<>();
        int each = messages / CONNECTIONS;
        for (int c = 0; c < CONNECTIONS; c++) {
            byte[] chunk = new byte[each * (MESSAGE_BYTES + 4)];
            for (int i = 0; i < each; i++) {
                String head = "<13>1 " + start.plusMillis(i) + " web-" + c + " sshd 311 ID47 - message "
                        + (c * each + i)
                        + " ";
                byte[] message = (head + padding).substring(0, MESSAGE_BYTES).getBytes(StandardCharsets.US_ASCII);
                byte[] count = (MESSAGE_BYTES + " ").getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(count, 0, chunk, i * (MESSAGE_BYTES + 4), 4);
                System.arraycopy(message, 0, chunk, i * (MESSAGE_BYTES + 4) + 4, MESSAGE_BYTES);
            }
            chunks.add(chunk);
        }
        return chunks;
    }

    private static Result tocsin(Path data, List<byte[]> chunks, int messages) throws Exception {
        int port = freePort();
        String yaml = """
                node: {data: %s}
                sources:
                  syslog: {type: syslog, listen: 127.0.0.1:%d}
                """.formatted(data, port);
        Path file = Files.writeString(data.resolve("tocsin.yaml"), yaml, StandardCharsets.UTF_8);
        TocsinConfig config = ConfigFile.read(file, TocsinConfig.class).value().orElseThrow();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (Node node = Node.start(config, EnumSet.of(TocsinConfig.Role.COLLECTOR))) {
            NodeApi api = node.api();
            while (!api.status().ready()) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            long cpu = system.getProcessCpuTime();
            long began = System.nanoTime();
            Loader loader = new Loader(port, chunks);
            while (collected(api) < messages) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            double used = system.getProcessCpuTime() - cpu - loader.cpuNanos();
            return new Result(messages / seconds, used / 1e3 / messages);
        }
    }

    private static long collected(NodeApi api) {
        return api.status().stages().stream().filter(s -> s.name().equals("collect")).mapToLong(StageStatus::in).sum();
    }

    private static Result rsyslog(Path directory, List<byte[]> chunks, int messages) throws Exception {
        int port = freePort();
        Path out = directory.resolve("received");
        Path config = Files.writeString(directory.resolve("rsyslog.conf"), """
                global(workDirectory="%1$s")
                main_queue(queue.type="Disk" queue.filename="main")
                module(load="imptcp")
                template(name="raw" type="string" string="%%rawmsg%%\\n")
                input(type="imptcp" port="%2$d" address="127.0.0.1")
                action(type="omfile" file="%3$s" template="raw")
                """.formatted(directory, port, out));
        Process process = new ProcessBuilder(RSYSLOGD.toString(), "-n", "-f", config.toString(), "-i",
                directory.resolve("pid").toString()).redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile()).start();
        try {
            awaitPort(port);
            long cpu = cpuNanos(process);
            long began = System.nanoTime();
            new Loader(port, chunks);
            long size = messages * (MESSAGE_BYTES + 1L);
            while (!Files.exists(out) || Files.size(out) < size) {
                if (!process.isAlive() || System.nanoTime() - began > TimeUnit.MINUTES.toNanos(3)) {
                    throw new IllegalStateException("rsyslog wrote " + Files.size(out) + " of " + size + " bytes; "
                            + Files.readString(directory.resolve("log")));
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            return new Result(messages / seconds, (cpuNanos(process) - cpu) / 1e3 / messages);
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static long cpuNanos(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    /** Sends all chunks at once, each by its own connection. */
    private static final class Loader {
        private final LongAdder used = new LongAdder();

        Loader(int port, List<byte[]> chunks) {
            chunks.forEach(chunk -> Thread.ofPlatform().start(() -> send(port, chunk)));
        }

        /** Processor time of the senders that have ended. */
        long cpuNanos() {
            return used.sum();
        }

        private void send(int port, byte[] chunk) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                    OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16)) {
                for (int at = 0; at < chunk.length; at += 1 << 16) {
                    out.write(chunk, at, Math.min(1 << 16, chunk.length - at));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                used.add(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
            }
        }
    }

    private static void awaitPort(int port) throws InterruptedException {
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException _) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
            }
        }
    }
}

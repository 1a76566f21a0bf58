package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.event.Json;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ZeekLogBatch;
import dev.tocsin.fabric.data.ZeekLogBatch.Field;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The library that Zeek itself sends with: Debian's libzmq, driven by python3-zmq. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LibzmqTest {
    private static final String PYTHON = "/usr/bin/python3";
    private static final int BATCHES = 5_000;

    @TempDir
    Path directory;

    private static int run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            return process.waitFor(120, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean isThere() throws InterruptedException {
        try {
            return run(List.of(PYTHON, "-c", "import zmq")) == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private ZeekSource start(String node, FakeAppender log) {
        ZeekSource source = new ZeekSource("zeek", new ZeekSourceConfig(new Endpoint("127.0.0.1", 0), "acme", "zeek",
                LogSourceHint.NONE, null, ByteSize.parse("1KiB"), ByteSize.parse("1MiB"), ByteSize.parse("64KiB"),
                ByteSize.parse("64MiB"), false,
                null), new Hub(node, directory.resolve(node)),
                new Collector("main", node, 1, log, InstantSource.system()));
        source.start();
        return source;
    }

    @Test
    void batchesGoRoundTwoLoggersAndNoneIsMissing() throws Exception {
        assumeTrue(isThere() || "true".equals(System.getenv("CI")), "Debian's package python3-zmq is not installed");
        byte[] batch = new ZeekLogBatch("Test::LOG", "Log::WRITER_ASCII", "default", "test",
                List.of(new Field("text", 7, 0), new Field("n", 3, 0)),
                List.of(List.of(Value.of(new byte[]{'a', (byte) 0xff}), Value.count(0)))).write();
        Path begin = Files.write(directory.resolve("batch"), Arrays.copyOf(batch, batch.length - 8));
        FakeAppender one = new FakeAppender();
        FakeAppender two = new FakeAppender();
        ZeekSource first = start("n1", one);
        ZeekSource second = start("n2", two);
        assertThat(run(List.of(PYTHON, script().toString(), begin.toString(), Integer.toString(BATCHES),
                Integer.toString(first.port()), Integer.toString(second.port())))).isZero();
        await().atMost(Duration.ofSeconds(60)).until(() -> one.size() + two.size() >= BATCHES);
        first.close();
        second.close();
        List<Long> numbers = new ArrayList<>();
        for (FakeAppender log : List.of(one, two)) {
            List<Long> here = log.originals().stream().map(o -> Json.read(o).path("n").asLong()).toList();
            assertThat(here).as("in order").isSorted().hasSizeGreaterThan(BATCHES / 10);
            numbers.addAll(here);
        }
        assertThat(numbers).doesNotHaveDuplicates().hasSize(BATCHES);
        assertThat(Stream.of(one, two).mapToInt(log -> log.dead().size()).sum()).isZero();
        assertThat(one.originals().getFirst()).contains("\"text\":\"a\\\\xff\"");
    }

    private static Path script() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(LibzmqTest.class.getResource("/clients/push.py")).toURI());
    }
}

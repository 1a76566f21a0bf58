package dev.tocsin.source.state;

import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Endpoint;
import dev.tocsin.base.FreePort;
import dev.tocsin.config.Secret;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.jspecify.annotations.Nullable;

/** A real redis-server on a free port, which keeps what it is told in a directory. */
final class RedisServer implements AutoCloseable {
    static final String PASSWORD = "none of your business";

    private final Path directory;
    final int port = FreePort.find();
    private @Nullable Process process;

    RedisServer(Path directory) {
        this.directory = directory;
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(isInstalled(), "there is no redis-server; install it to run this");
        }
        start();
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":", -1)).map(Path::of)
                .anyMatch(p -> Files.isExecutable(p.resolve("redis-server")));
    }

    void start() {
        try {
            process = new ProcessBuilder(List.of("redis-server", "--port", Integer.toString(port), "--bind",
                    "127.0.0.1",
                    "--dir", directory.toString(), "--appendonly", "yes", "--appendfsync", "always", "--save", "",
                    "--requirepass", PASSWORD)).redirectErrorStream(true)
                    .redirectOutput(directory.resolve("redis.log").toFile()).start();
        } catch (IOException e) {
            throw new IllegalStateException("redis-server does not start", e);
        }
        await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            new Socket("127.0.0.1", port).close();
            return true;
        });
    }

    void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    /** All that it knew is gone afterwards. */
    void lose() throws IOException {
        kill();
        try (Stream<Path> files = Files.walk(directory.resolve("appendonlydir"))) {
            files.filter(Files::isRegularFile).forEach(f -> f.toFile().delete());
        }
        start();
    }

    RedisStateConfig config(Duration lease) {
        return new RedisStateConfig(new Endpoint("127.0.0.1", port), null, new Secret(PASSWORD), 0, false, "tocsin:",
                lease);
    }

    @Override
    public void close() {
        kill();
    }
}

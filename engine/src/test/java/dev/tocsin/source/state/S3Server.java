package dev.tocsin.source.state;

import static org.awaitility.Awaitility.await;

import dev.tocsin.base.FreePort;
import dev.tocsin.config.Secret;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real server that talks S3 (s3proxy), in a process of its own, with files as its store. */
final class S3Server implements AutoCloseable {
    static final String BUCKET = "connectors";
    private static final Path JARS = Path.of("target", "s3proxy").toAbsolutePath();

    private final Path directory;
    final int port = FreePort.find();
    private @Nullable Process process;

    S3Server(Path directory) throws IOException {
        this.directory = directory;
        if (!Files.isDirectory(JARS)) {
            throw new IllegalStateException(
                    JARS + " is missing; Maven makes it: mvn -pl engine dependency:copy@s3proxy");
        }
        Files.createDirectories(directory.resolve("store").resolve(BUCKET));
        Files.writeString(directory.resolve("s3proxy.conf"), """
                s3proxy.authorization=none
                s3proxy.endpoint=http://127.0.0.1:%d
                jclouds.provider=filesystem-nio2
                jclouds.identity=x
                jclouds.credential=x
                jclouds.filesystem.basedir=%s
                """.formatted(port, directory.resolve("store")));
        Files.writeString(directory.resolve("logback.xml"), "<configuration/>");
        start();
    }

    void start() throws IOException {
        process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=" + directory.resolve("logback.xml"), "-cp", JARS + "/*",
                "org.gaul.s3proxy.Main", "--properties", directory.resolve("s3proxy.conf").toString()))
                .redirectErrorStream(true).redirectOutput(directory.resolve("s3proxy.log").toFile()).start();
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

    S3StateConfig config(Duration lease) {
        return config(port, lease);
    }

    /** By another address, such as that of something between. */
    static S3StateConfig config(int port, Duration lease) {
        return new S3StateConfig(BUCKET, "tocsin/", "http://127.0.0.1:" + port, "us-east-1", true, "x",
                new Secret("x"), lease);
    }

    @Override
    public void close() {
        kill();
    }
}

package dev.tocsin.e2e;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real server in which connectors keep their state, in a process of its own. */
final class StateStore implements Torture.Server, AutoCloseable {
    private final Path directory;
    private final Kind kind;
    private final int port = NodeProcess.freePort();
    private Process process;

    /** Which server. */
    enum Kind {
        REDIS,
        S3
    }

    StateStore(Path directory, Kind kind) throws IOException, InterruptedException {
        this.directory = directory;
        this.kind = kind;
        if (kind == Kind.S3) {
            Files.createDirectories(directory.resolve("store/tocsin"));
            Files.writeString(directory.resolve("s3proxy.conf"), """
                    s3proxy.authorization=none
                    s3proxy.endpoint=http://127.0.0.1:%d
                    jclouds.provider=filesystem-nio2
                    jclouds.identity=x
                    jclouds.credential=x
                    jclouds.filesystem.basedir=%s
                    """.formatted(port, directory.resolve("store")));
            Files.writeString(directory.resolve("logback.xml"), "<configuration/>");
        }
        start();
    }

    @Override
    public void start() throws IOException, InterruptedException {
        List<String> command = switch (kind) {
            case REDIS -> List.of("redis-server", "--port", "" + port, "--bind", "127.0.0.1", "--dir", "" + directory,
                    "--appendonly", "yes", "--appendfsync", "always", "--save", "");
            case S3 -> List.of("" + NodeProcess.java(), "-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                    "-Dlogback.configurationFile=" + directory.resolve("logback.xml"), "-cp",
                    NodeProcess.ROOT.resolve("engine/target/s3proxy") + "/*", "org.gaul.s3proxy.Main", "--properties",
                    "" + directory.resolve("s3proxy.conf"));
        };
        process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve(kind + ".txt").toFile())).start();
        for (int i = 0; i < 600; i++) {
            try {
                new Socket("127.0.0.1", port).close();
                return;
            } catch (IOException _) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        throw new IOException("the " + kind + " server did not start");
    }

    @Override
    public void kill9() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** The section {@code state:} of a connector. */
    String yaml(String lease) {
        return switch (kind) {
            case REDIS -> "state: {type: redis, address: \"127.0.0.1:" + port + "\", lease: " + lease + "}\n";
            case S3 -> "state: {type: s3, bucket: tocsin, endpoint: \"http://127.0.0.1:" + port
                    + "\", path_style: true, access_key: x, secret_key: \"${SECRET:-x}\", lease: " + lease + "}\n";
        };
    }

    @Override
    public void close() throws InterruptedException {
        kill9();
    }
}

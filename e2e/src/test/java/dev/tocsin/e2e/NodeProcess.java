package dev.tocsin.e2e;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** A node as a user would start it: its own process, with its own configuration and data directory. */
final class NodeProcess implements AutoCloseable {
    static final Path ROOT = root();
    /** What makes starts fast, prepared as an installation prepares it. */
    private static final List<String> FAST = fast();
    /** Far more than a start takes, on a machine that is busy with other things too. */
    private static final int READY_SECONDS = Integer.getInteger("tocsin.ready", 240);

    final int web = freePort();
    final int hec = freePort();
    final int syslog = freePort();
    private final String name;
    private String roles;
    private final Path directory;
    private final Path data;
    private final Path config;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private Process process;
    private String last = "";

    /**
     * @param directory for configuration, console output and sinks
     * @param data the node's data directory
     * @param more further configuration, YAML
     */
    NodeProcess(Path directory, Path data, String more) throws IOException {
        this(directory, data, more, "node1", "[collector, worker, proxy, logger, manager]");
    }

    /**
     * @param name of the node
     * @param roles as they stand in the configuration
     */
    NodeProcess(Path directory, Path data, String more, String name, String roles) throws IOException {
        this.name = name;
        this.roles = roles;
        this.directory = Files.createDirectories(directory);
        this.data = data;
        this.config = directory.resolve("tocsin.yaml");
        configure(more);
    }

    /** Writes another configuration, for the next start. */
    void configure(String more) throws IOException {
        last = more;
        Files.writeString(config, """
                node:
                  name: %s
                  data: %s
                  roles: %s
                web:
                  listen: 127.0.0.1:%d
                %s
                """.formatted(name, data, roles, web, more.replace("${hec}", "" + hec).replace("${syslog}", "" + syslog)
                .replace("${dir}", directory.toString())));
    }

    /** Runs only these from the next start on. */
    void withRoles(String yaml) throws IOException {
        roles = yaml;
        configure(last);
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("engine")) ? here : here.getParent();
    }

    private static List<String> fast() {
        Path cache = ROOT.resolve("engine/target/tocsin.aot");
        try {
            if (!isNewer(cache, ROOT.resolve("engine/target/tocsin.jar"))) {
                ProcessBuilder warm = new ProcessBuilder(ROOT.resolve("tocsin").toString(), "warm").inheritIO();
                warm.environment().put("TOCSIN_JAVA_HOME", System.getProperty("java.home"));
                warm.start().waitFor();
            }
            return Files.exists(cache)
                    ? List.of("-XX:AOTCache=" + cache, "-Xlog:aot*=off", "-Xlog:cds*=off")
                    : List.of();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isNewer(Path one, Path other) throws IOException {
        return Files.exists(one)
                && Files.getLastModifiedTime(one).compareTo(Files.getLastModifiedTime(other)) > 0;
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(java().toString(), "-Xmx1g", "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError", "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED", "-Dtocsin.home=" + ROOT));
        command.addAll(FAST);
        command.addAll(List.of("-cp",
                ROOT.resolve("engine/target/tocsin.jar") + ":" + ROOT.resolve("engine/target/lib") + "/*",
                "dev.tocsin.cli.Tocsin"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts without waiting. */
    void launch() throws IOException {
        process = new ProcessBuilder(command("run", "-c", config.toString())).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("console.txt").toFile())).start();
    }

    /** Starts and waits until it says that it is ready; returns how long that took. */
    Duration start() throws IOException, InterruptedException {
        long began = System.nanoTime();
        launch();
        awaitReady();
        return Duration.ofNanos(System.nanoTime() - began);
    }

    void awaitReady() throws InterruptedException, IOException {
        Instant deadline = Instant.now().plusSeconds(READY_SECONDS);
        while (!isReady()) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("the node did not get ready:\n" + console() + "\n" + threads());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** What every thread does just now, for whoever has to find out why nothing happens. */
    private String threads() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            return "it has ended with " + process.exitValue();
        }
        Path dump = directory.resolve("threads.txt");
        new ProcessBuilder(java().resolveSibling("jcmd").toString(), "" + pid(), "Thread.print")
                .redirectErrorStream(true)
                .redirectOutput(dump.toFile()).start().waitFor(30, TimeUnit.SECONDS);
        return Files.readString(dump);
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/api/v1/status").path("ready").asBoolean(false);
        } catch (IOException | RuntimeException _) {
            return false;
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill9() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    void signal(String name) throws IOException, InterruptedException {
        Victim.signal(process, name);
    }

    /** SIGTERM; returns the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the node did not stop in 60 s");
        }
        return process.exitValue();
    }

    String console() throws IOException {
        Path file = directory.resolve("console.txt");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = answer(path);
        if (response.statusCode() != 200) {
            throw new IOException(path + " answered " + response.statusCode() + ": "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return Json.read(response.body());
    }

    JsonNode post(String path, String json) throws IOException, InterruptedException {
        return send("POST", path, json);
    }

    JsonNode put(String path, String json) throws IOException, InterruptedException {
        return send("PUT", path, json);
    }

    private JsonNode send(String method, String path, String json) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request(path).header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(path + " answered " + response.statusCode() + ": "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return Json.read(response.body());
    }

    /** The health document, whatever its level. */
    JsonNode health() throws IOException, InterruptedException {
        return Json.read(answer("/health").body());
    }

    private HttpResponse<byte[]> answer(String path) throws IOException, InterruptedException {
        try {
            return http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (ConnectException e) {
            throw process.isAlive() ? e : new ConnectException(ended());
        }
    }

    /** How the process ended and what it said last. */
    private String ended() throws IOException {
        String console = console();
        return "the node has ended with " + process.exitValue() + ":\n"
                + console.substring(Math.max(0, console.length() - 4_000));
    }

    long searchTotal(String query, String kind) throws IOException, InterruptedException {
        return get("/api/v1/search?limit=1&kind=" + kind + "&q=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .path("total").asLong();
    }

    /** Waits until the ledger balances and nothing is on its way. */
    JsonNode awaitBalanced(Duration atMost) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(atMost);
        JsonNode audit = get("/api/v1/audit");
        while (!audit.path("verdict").asString().equals("balanced") && Instant.now().isBefore(deadline)) {
            TimeUnit.MILLISECONDS.sleep(200);
            audit = get("/api/v1/audit");
        }
        return audit;
    }

    private HttpRequest.Builder request(String path) throws IOException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web + path))
                .timeout(Duration.ofSeconds(30));
        Path token = data.resolve("admin.token");
        if (Files.exists(token)) {
            builder.header("Authorization", "Bearer " + Files.readString(token).strip());
        }
        return builder;
    }

    /** A port that nobody is given by the system, so that it is still free when what had it is started again. */
    static int freePort() {
        while (true) {
            int port = 15_000 + ThreadLocalRandom.current().nextInt(17_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException _) {
                // Somebody listens there; another one.
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null && process.isAlive()) {
            process.destroyForcibly();
            process.waitFor();
        }
    }
}

package dev.tocsin.e2e;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One tab of a real Chromium, driven by its DevTools protocol (chromedevtools.github.io/devtools-protocol): JSON
 * commands and events over a WebSocket. A library for it would weigh more than this program.
 */
final class Browser implements AutoCloseable, WebSocket.Listener {
    private static final List<String> PLACES = List.of("/usr/bin/chromium", "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome", "/snap/bin/chromium");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();
    private final StringBuilder received = new StringBuilder();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Process process;
    private final WebSocket socket;

    /** Where a Chromium is, or null. */
    static Path installed() {
        return PLACES.stream().map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
    }

    /** @param directory for its profile and what it prints */
    Browser(Path chromium, Path directory) throws IOException, InterruptedException {
        Path profile = Files.createDirectories(directory.resolve("profile"));
        process = new ProcessBuilder(chromium.toString(), "--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0", "--window-size=1360,1000",
                "--user-data-dir=" + profile, "about:blank").redirectErrorStream(true)
                .redirectOutput(directory.resolve("chromium.txt").toFile()).start();
        socket = http.newWebSocketBuilder().buildAsync(tab(profile.resolve("DevToolsActivePort")), this).join();
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            ask(domain + ".enable", Json.object());
        }
    }

    /** The debugger's port is written into the profile when it listens; the tab is one of its targets. */
    private URI tab(Path portFile) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plusSeconds(60);
        while (!Files.exists(portFile) || Files.readAllLines(portFile).size() < 2) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                throw new IOException("Chromium did not start");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        String port = Files.readAllLines(portFile).getFirst();
        URI targets = URI.create("http://127.0.0.1:" + port + "/json/list");
        String list = http.send(java.net.http.HttpRequest.newBuilder(targets).build(),
                java.net.http.HttpResponse.BodyHandlers.ofString()).body();
        for (JsonNode target : Json.read(list)) {
            if (target.path("type").asString().equals("page")) {
                return URI.create(target.path("webSocketDebuggerUrl").asString());
            }
        }
        throw new IOException("Chromium has no page: " + list);
    }

    @Override
    public CompletionStage<?> onText(WebSocket ws, CharSequence data, boolean last) {
        received.append(data);
        if (last) {
            JsonNode message = Json.read(received.toString());
            received.setLength(0);
            if (message.has("id")) {
                asked.remove(message.path("id").asInt()).complete(message);
            } else {
                listen(message.path("method").asString(), message.path("params"));
            }
        }
        ws.request(1);
        return null;
    }

    /** What a developer would see in red on the console. */
    private void listen(String method, JsonNode said) {
        switch (method) {
            case "Runtime.exceptionThrown" -> complaints.add(said.path("exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> {
                if (said.path("type").asString().matches("error|assert|warning")) {
                    complaints.add(said.path("args").toString());
                }
            }
            case "Log.entryAdded" -> {
                if (said.at("/entry/level").asString().equals("error")) {
                    complaints.add(said.path("entry").toString());
                }
            }
            default -> {
                // The rest of the protocol's news is of no concern here.
            }
        }
    }

    private JsonNode ask(String method, ObjectNode parameters) {
        int id = number.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        asked.put(id, answer);
        ObjectNode command = Json.object().put("id", id).put("method", method);
        command.set("params", parameters);
        socket.sendText(command.toString(), true).join();
        JsonNode said = answer.orTimeout(30, TimeUnit.SECONDS).join();
        if (said.has("error")) {
            throw new IllegalStateException(method + ": " + said.path("error"));
        }
        return said.path("result");
    }

    void open(String url) {
        ask("Page.navigate", Json.object().put("url", url));
    }

    /** Runs an expression in the page; a promise is waited for. */
    JsonNode run(String expression) {
        JsonNode result = ask("Runtime.evaluate", Json.object().put("expression", expression).put("returnByValue", true)
                .put("awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + result.path("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    /** Waits until the expression is true in the page. */
    void await(String what, String expression, Duration atMost) throws InterruptedException {
        Instant deadline = Instant.now().plus(atMost);
        while (!run("Boolean(" + expression + ")").asBoolean(false)) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError(what + " did not happen within " + atMost + "; the page says:\n"
                        + run("document.body.innerText").asString());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    void screenshot(Path file) {
        try {
            byte[] png = Base64.getDecoder()
                    .decode(ask("Page.captureScreenshot", Json.object()).path("data").asString());
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void dark(boolean dark) {
        ObjectNode media = Json.object();
        media.putArray("features").addObject().put("name", "prefers-color-scheme").put("value",
                dark ? "dark" : "light");
        ask("Emulation.setEmulatedMedia", media);
    }

    void size(int width, int height) {
        ask("Emulation.setDeviceMetricsOverride", Json.object().put("width", width).put("height", height)
                .put("deviceScaleFactor", 1).put("mobile", width < 600));
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
        http.shutdownNow();
    }
}

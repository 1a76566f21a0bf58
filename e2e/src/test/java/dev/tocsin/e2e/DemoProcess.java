package dev.tocsin.e2e;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** A running {@code tocsin demo}; its data are in {@code data} of the directory in which it runs. */
final class DemoProcess implements AutoCloseable {
    private final Path out;
    private final Path err;
    private final Process process;

    DemoProcess(Path directory, List<String> command) throws IOException {
        out = Files.createTempFile(directory, "demo", ".out");
        err = Files.createTempFile(directory, "demo", ".err");
        process = new ProcessBuilder(command).directory(directory.toFile()).redirectOutput(out.toFile())
                .redirectError(err.toFile()).start();
    }

    Process process() {
        return process;
    }

    String out() throws IOException {
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    String err() throws IOException {
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    /** Whole lines of output so far, each a JSON object. */
    List<JsonNode> said() throws IOException {
        String text = out();
        List<JsonNode> lines = new ArrayList<>();
        text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(line -> lines.add(Json.read(line)));
        return lines;
    }

    /** The first line of that kind. */
    JsonNode await(String kind, Duration atMost) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(atMost);
        while (true) {
            for (JsonNode line : said()) {
                if (line.path("kind").asString().equals(kind)) {
                    return line;
                }
            }
            check(deadline, kind);
        }
    }

    /** Waits until the output holds the text. */
    void awaitText(String text, Duration atMost) throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(atMost);
        while (!out().contains(text)) {
            check(deadline, text);
        }
    }

    private void check(Instant deadline, String what) throws IOException, InterruptedException {
        if (!process.isAlive() || Instant.now().isAfter(deadline)) {
            throw new IllegalStateException("the demo did not say \"" + what + "\":\n" + out() + err());
        }
        TimeUnit.MILLISECONDS.sleep(50);
    }

    /** As Ctrl-C does; answers the exit code. */
    int interrupt(Duration atMost) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("the demo still runs " + atMost + " after Ctrl-C:\n" + out() + err());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(p -> p.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    }
}

package dev.tocsin.fabric.ws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A recorded exchange with a real server, or one written down in the same form. */
record Transcript(String file, JsonNode root) {
    private static final JsonMapper JSON = JsonMapper.builder().enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
            .build();

    /** All that concern this wire: ours, and the recordings where they are. */
    static List<Transcript> all() throws IOException {
        List<Transcript> all = new ArrayList<>(in(own()));
        Optional<Path> recordings = recordings();
        if (recordings.isPresent()) {
            all.addAll(in(recordings.get()));
        }
        return all;
    }

    static Path own() {
        Path here = Path.of("").toAbsolutePath();
        Path engine = Files.isDirectory(here.resolve("engine")) ? here.resolve("engine") : here;
        return engine.resolve("src/test/resources/transcripts");
    }

    /** Where the recordings are: told by TOCSIN_BROKER_TRANSCRIPTS, or above the working directory. */
    static Optional<Path> recordings() {
        String told = System.getenv("TOCSIN_BROKER_TRANSCRIPTS");
        if (told != null) {
            return Optional.of(Path.of(told));
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path folder = at.resolve("shared/broker-transcripts");
            if (Files.isDirectory(folder)) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }

    private static List<Transcript> in(Path folder) throws IOException {
        List<Transcript> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                JsonNode root = JSON.readTree(Files.readAllBytes(file));
                if (root.isObject()) {
                    found.add(new Transcript(folder.relativize(file).toString(), root));
                }
            }
        }
        return found;
    }

    boolean isZeek() {
        return root.path("server").asString("").contains("zeek/zeek");
    }

    Dialect dialect() {
        return isZeek() ? Dialect.ZEEK : Dialect.BROKER;
    }

    /** Steps of WebSocket connections that a client of ours can take. */
    boolean isConversation() {
        return steps().stream().anyMatch(
                s -> s.path("event").asString("").startsWith("open") || s.path("event").asString("").equals("http"));
    }

    /** Whether the recording's server closed for a reason of its own, too. */
    boolean allows(JsonNode step) {
        return step.path("code").asInt(step.path("server_code").asInt(0)) == WsCodes.POLICY;
    }

    List<JsonNode> steps() {
        List<JsonNode> steps = new ArrayList<>();
        root.path("steps").forEach(steps::add);
        return steps;
    }

    /** Everything that the server sent in text or raw frames, as bytes. */
    List<byte[]> received() {
        List<byte[]> received = new ArrayList<>();
        root.path("frames_base64").forEach(f -> received.add(Base64.getDecoder().decode(f.asString())));
        root.path("frames").forEach(f -> received.add(f.path("text").asString().getBytes(StandardCharsets.UTF_8)));
        for (JsonNode step : steps()) {
            if (step.has("payload_base64")) {
                received.add(Base64.getDecoder().decode(step.path("payload_base64").asString()));
            } else if (step.path("dir").asString("").equals("recv") && step.has("text")) {
                received.add(step.path("text").asString().getBytes(StandardCharsets.UTF_8));
            }
        }
        return received;
    }

    @Override
    public String toString() {
        return (isZeek() ? "zeek " : "broker ") + file;
    }
}

package dev.tocsin.fabric.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.data.CanonicalJson;
import dev.tocsin.fabric.data.JsonException;
import dev.tocsin.fabric.data.JsonTape;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Takes the clients' part of a recorded conversation and compares what the server says. Order counts within one connection,
 * topic and kind of message; ids, versions and times of the recording do not count. */
final class Replay {
    private static final Duration SILENCE = Duration.ofMillis(120);
    private static final Pattern STATUS = Pattern.compile("HTTP (\\d{3})");
    private static final Pattern TIME = Pattern.compile("\"\\d{4}-\\d\\d-\\d\\dT[0-9:.]+\"");

    private final Transcript transcript;
    private final Endpoint server;
    private final String allSent;
    private final Map<String, Line> lines = new HashMap<>();
    private final Set<Integer> done = new HashSet<>();
    private int compared;

    /** One connection of the recording. */
    private static final class Line {
        private final RawClient client;
        private final List<byte[]> unread = new ArrayList<>();
        private int sent;
        private boolean over;
        /** The recording's server closed where ours answers. */
        private boolean goesOn;
        private int code;

        Line(RawClient client) {
            this.client = client;
        }
    }

    Replay(Transcript transcript, Endpoint server) {
        this.transcript = transcript;
        this.server = server;
        this.allSent = transcript.steps().stream().filter(s -> s.path("dir").asString("").equals("send"))
                .map(Object::toString).reduce("", String::concat);
    }

    /** @return how many answers were compared */
    int run() throws Exception {
        List<JsonNode> steps = transcript.steps();
        try {
            for (int i = 0; i < steps.size(); i++) {
                if (!done.contains(i)) {
                    step(steps, i);
                }
            }
        } catch (AssertionError | IOException e) {
            throw new AssertionError(transcript + ": " + e.getMessage(), e);
        } finally {
            for (Line line : lines.values()) {
                line.client.close();
            }
        }
        return compared;
    }

    private void step(List<JsonNode> steps, int at) throws Exception {
        JsonNode step = steps.get(at);
        String conn = step.path("conn").asString("");
        Line line = lines.get(conn);
        String event = step.path("event").asString(step.path("dir").asString(""));
        switch (event) {
            case "open" -> open(conn, step);
            case "open_failed" -> {
                Matcher status = STATUS.matcher(step.path("error").asString());
                assertThat(status.find()).isTrue();
                assertThatThrownBy(() -> RawClient.open(server, step.path("path").asString(), Map.of(), true))
                        .hasMessageContaining(" " + status.group(1) + " ");
                compared++;
            }
            case "http" -> plain(step);
            case "no_message" -> {
                if (line != null && !line.over) {
                    silent(line);
                }
            }
            case "nothing_received_by_either" -> {
                for (Line each : lines.values()) {
                    if (!each.over) {
                        silent(each);
                    }
                }
            }
            case "closed", "client_close" -> closed(line, step);
            case "recv" -> {
                if (line != null && !line.over) {
                    received(line, step.path("text").asString());
                }
            }
            case "send" -> {
                if (line != null && !line.over) {
                    send(line, steps, at);
                }
            }
            default ->
                assertThat(line == null || line.over || line.goesOn).as("a step that is known: %s", step).isTrue();
        }
    }

    private void open(String conn, JsonNode step) throws IOException {
        Line before = lines.get(conn);
        if (before != null) {
            before.client.close();
        }
        Map<String, String> headers = step.has("x_application_name")
                ? Map.of("X-Application-Name", step.path("x_application_name").asString())
                : Map.of();
        lines.put(conn, new Line(RawClient.open(server, step.path("path").asString(Dialect.PATH), headers, true)));
    }

    private void plain(JsonNode step) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server + Dialect.PATH))
                .method(step.path("method").asString(), HttpRequest.BodyPublishers.noBody()).build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(step.path("status").asInt());
            assertThat(response.body()).isEqualTo(step.path("body").asString());
            step.path("headers").properties().forEach(h -> assertThat(response.headers().firstValue(h.getKey()))
                    .contains(h.getValue().asString()));
        }
        compared++;
    }

    private void send(Line line, List<JsonNode> steps, int at) throws IOException {
        JsonNode step = steps.get(at);
        String text = write(line, step);
        line.sent++;
        if (line.sent == 1 && !step.has("binary_base64") && !isSubscription(text)) {
            refused(line, steps, at);
            return;
        }
        int found = answer(steps, at);
        JsonNode answer = found < 0 ? step : steps.get(found);
        boolean broken = answer.path("event").asString("").equals("closed");
        String answered = broken ? "closed" : found < 0 ? "" : answer.path("text").asString("");
        Optional<Differences.Ours> difference = Differences.of(text, answered);
        if (difference.isEmpty()) {
            return;
        }
        compared++;
        done.add(found);
        if (difference.get() == Differences.Ours.OTHER_CONTENT) {
            byte[] recorded = answered.getBytes(StandardCharsets.UTF_8);
            byte[] ours = next(lines.get(answer.path("conn").asString()), recorded);
            assertThat(CanonicalJson.member(ours, "topic")).as(text).isNotEmpty();
            assertThat(comparable(ours)).as("listed as different").isNotEqualTo(comparable(recorded));
            return;
        }
        line.goesOn = broken;
        received(line, "{\"type\":\"error\",\"code\":\"deserialization_failed\",\"context\":\"" + (transcript.isZeek()
                ? "failed to decode JSON object\"}"
                : "input #" + (line.sent - 1) + " contained invalid data\"}"));
    }

    /** A server that has refused the client already may be gone; then what it said before counts, and that is read next. */
    private static String write(Line line, JsonNode step) throws IOException {
        String text = step.path("text").asString("");
        try {
            if (step.has("fragments")) {
                List<String> parts = new ArrayList<>();
                step.path("fragments").forEach(p -> parts.add(p.asString()));
                text = String.join("", parts);
                line.client.fragments(parts);
            } else if (step.has("binary_base64")) {
                byte[] bytes = Base64.getDecoder().decode(step.path("binary_base64").asString());
                line.client.frame(WsCodes.BINARY, bytes, true);
            } else {
                line.client.text(text);
            }
        } catch (SocketException _) {
            assertThat(line.sent).as("only a connection that was refused ends by itself").isZero();
        }
        return text;
    }

    /** The step in which the recording's server answers the step {@code at}, -1 if it does not. */
    private static int answer(List<JsonNode> steps, int at) {
        for (int i = at + 1; i < steps.size(); i++) {
            String kind = steps.get(i).path("event").asString(steps.get(i).path("dir").asString(""));
            if (kind.equals("recv") || kind.equals("closed")) {
                return i;
            }
            if (kind.equals("send") || kind.equals("open") || kind.equals("client_close")) {
                return -1;
            }
        }
        return -1;
    }

    /** A bad first message: ours is an error and 1008, whatever the recording's server does; then it is over. */
    private void refused(Line line, List<JsonNode> steps, int at) throws IOException {
        String error = line.client.receive();
        assertThat(CanonicalJson.member(error.getBytes(StandardCharsets.UTF_8), "type")).isEqualTo("error");
        JsonNode answer = at + 1 < steps.size() ? steps.get(at + 1) : steps.get(at);
        if (answer.path("dir").asString("").equals("recv")) {
            assertThat(CanonicalJson.of(error.getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(CanonicalJson.of(answer.path("text").asString().getBytes(StandardCharsets.UTF_8)));
        }
        line.code = line.client.awaitClose().code();
        assertThat(line.code).isEqualTo(1008);
        line.over = true;
        compared++;
    }

    private static boolean isSubscription(String text) {
        try {
            JsonTape tape = JsonTape.of(text.getBytes(StandardCharsets.UTF_8));
            for (int i = 1; tape.isArray(0) && i < tape.next(0); i = tape.next(i)) {
                if (!tape.isString(i)) {
                    return false;
                }
            }
            return tape.isArray(0);
        } catch (JsonException e) {
            return false;
        }
    }

    private void received(Line line, String expected) throws IOException {
        byte[] wanted = expected.getBytes(StandardCharsets.UTF_8);
        assertThat(comparable(next(line, wanted))).isEqualTo(comparable(wanted));
        compared++;
    }

    /** The next message of the same kind and topic. */
    private static byte[] next(Line line, byte[] like) throws IOException {
        String kind = kind(like);
        for (Iterator<byte[]> i = line.unread.iterator(); i.hasNext();) {
            byte[] message = i.next();
            if (kind(message).equals(kind)) {
                i.remove();
                return message;
            }
        }
        while (true) {
            byte[] message = line.client.receiveBytes();
            if (kind(message).equals(kind)) {
                return message;
            }
            assertThat(CanonicalJson.member(message, "type"))
                    .as("came instead of %s: %s", new String(like, StandardCharsets.UTF_8),
                            new String(message, StandardCharsets.UTF_8))
                    .isEqualTo("data-message");
            line.unread.add(message);
        }
    }

    private static String kind(byte[] message) {
        return CanonicalJson.member(message, "type") + " " + CanonicalJson.member(message, "topic");
    }

    private String comparable(byte[] message) {
        String text = CanonicalJson.of(message)
                .replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>")
                .replaceAll("(\"(?:endpoint|version)\":)\"[^\"]*\"", "$1\"<ours>\"");
        if (text.contains(StatusNews.STATUSES)) {
            text = text.replaceAll("\"\\d+/tcp\"", "\"<port>\"");
        }
        return transcript.isZeek()
                ? TIME.matcher(text)
                        .replaceAll(t -> Matcher.quoteReplacement(
                                allSent.contains(t.group().substring(1, t.group().length() - 1)) ? t.group() : "<now>"))
                : text;
    }

    private void silent(Line line) throws IOException {
        assertThat(line.unread).isEmpty();
        assertThat(line.client.isSilent(SILENCE)).as("nothing comes").isTrue();
        compared++;
    }

    /** Broker drops the connection where we close it with a code, and answers no close, which we do. */
    private void closed(@Nullable Line line, JsonNode step) throws IOException {
        if (line == null) {
            return;
        }
        boolean asked = step.path("event").asString().equals("client_close");
        if (!line.over) {
            WsFrames.Frame close = asked ? null : line.client.awaitClose();
            line.code = close == null ? line.client.leave() : close.code();
            line.over = true;
            if (close != null && !step.path("reason").asString("").isEmpty()) {
                assertThat(close.reason()).isEqualTo(step.path("reason").asString());
            }
        } else if (line.code == 1008 && !transcript.allows(step)) {
            return;
        }
        JsonNode code = asked ? step.path("server_code") : step.path("code");
        if (transcript.isZeek()) {
            assertThat(line.code).isEqualTo(code.asInt());
        } else {
            assertThat(code.isNull() || code.asInt() == WsCodes.ABNORMAL || code.asInt() == line.code).isTrue();
            assertThat(line.code).isIn(WsCodes.NORMAL, WsCodes.UNSUPPORTED);
        }
        compared++;
    }
}

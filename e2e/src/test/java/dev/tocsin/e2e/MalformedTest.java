package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.e2e.Malformed.Door;
import dev.tocsin.event.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** DESIGN 6.5: bad input is kept with a clear cause, is in nobody's way, and costs the node nothing. */
class MalformedTest {
    private static final int GOOD = 1_000;
    private static final long RESIDENT_MAX = 1_400L << 20;
    private static final String CONFIG = """
            sources:
              hec: {type: http, listen: '127.0.0.1:${hec}'}
              guarded: {type: http, listen: '127.0.0.1:%d', tokens: [{token: a-secret-of-this-test}]}
              syslog: {type: syslog, listen: '127.0.0.1:${syslog}'}
              file: {type: file, paths: ['${dir}/in/*.log'], scan: 200ms}
            detect:
              rules: ['${dir}/rules']
            sinks:
              all-events: {type: file, stream: events, path: '${dir}/out/events.jsonl'}
            """;

    @TempDir
    Path directory;

    @Test
    void everyMalformedInputIsKeptOnceWithItsCauseAndGoodEventsPass() throws Exception {
        Outcome.writeRule(directory);
        List<Malformed> inputs = Malformed.all();
        assertThat(inputs).hasSizeGreaterThanOrEqualTo(100);
        int guarded = NodeProcess.freePort();
        try (NodeProcess node = new NodeProcess(directory, directory.resolve("data"), CONFIG.formatted(guarded));
                Doors doors = new Doors(node)) {
            node.start();
            CompletableFuture<Void> good = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> complete(good, () -> sendGood(doors)));
            sendBad(doors, inputs);
            List<String> refusals = refusals(doors, guarded);
            good.join();
            int letters = inputs.stream().mapToInt(Malformed::letters).sum();
            Awaitility.await().atMost(Duration.ofSeconds(180)).pollInterval(Duration.ofMillis(500)).ignoreExceptions()
                    .until(() -> node.get("/api/v1/dead?limit=10000").size() >= letters && goodOnes().size() >= GOOD);
            JsonNode audit = node.awaitBalanced(Duration.ofSeconds(240));
            assertThat(audit.path("verdict").asString()).as(audit.toPrettyString()).isEqualTo("balanced");

            JsonNode dead = node.get("/api/v1/dead?limit=10000");
            assertThat(wrong(inputs, dead)).isEmpty();
            assertThat(dead.size()).as("dead letters, pieces of long ones counted").isEqualTo(letters);
            assertThat(goodOnes()).as("good events, each once").isEqualTo(
                    IntStream.range(0, GOOD).boxed()
                            .collect(Collectors.toMap(n -> n, _ -> 1, (a, _) -> a, TreeMap::new)));
            assertThat(node.health().path("level").asString()).as(node.health().toPrettyString()).isEqualTo("green");
            long resident = node.get("/api/v1/status").path("memoryResidentBytes").asLong();
            assertThat(resident).isLessThan(RESIDENT_MAX);
            System.out.printf("%d malformed inputs in dead (%d letters), %d good events beside them, %d MiB resident;"
                    + " refused before acceptance: %s%n", inputs.size(), letters, GOOD, resident >> 20, refusals);
            commands(node, dead);
            assertThat(node.stop()).isZero();
        }
    }

    /** What is wrong with the dead letters of each input, in a form that a person can act on. */
    private static List<String> wrong(List<Malformed> inputs, JsonNode dead) {
        Map<String, List<JsonNode>> byMark = new TreeMap<>();
        for (JsonNode letter : dead) {
            String original = letter.path("original").asString();
            String text = original.startsWith("base64:")
                    ? new String(Base64.getDecoder().decode(original.substring(7)), StandardCharsets.ISO_8859_1)
                    : original;
            int at = text.indexOf("mark-");
            if (at >= 0) {
                int end = at + 5;
                while (end < text.length()
                        && (Character.isLetterOrDigit(text.charAt(end)) || "-_".indexOf(text.charAt(end)) >= 0)) {
                    end++;
                }
                byMark.computeIfAbsent(text.substring(at, end), _ -> new ArrayList<>()).add(letter);
            }
        }
        List<String> wrong = new ArrayList<>();
        for (Malformed input : inputs) {
            List<JsonNode> letters = byMark.getOrDefault(input.name(), List.of());
            String sent = new String(input.bytes(), 0, Math.min(160, input.bytes().length),
                    StandardCharsets.ISO_8859_1);
            if (letters.size() != 1) {
                wrong.add(input.name() + " is there " + letters.size() + " times: " + sent);
            } else if (!letters.getFirst().path("cause").asString().matches(input.cause())) {
                wrong.add(input.name() + " has the cause \"" + letters.getFirst().path("cause").asString() + "\": "
                        + sent);
            }
        }
        return wrong;
    }

    private void sendBad(Doors doors, List<Malformed> inputs) throws Exception {
        doors.syslog(of(inputs, Door.SYSLOG_COUNTED).map(m -> Doors.counted(m.bytes())).toList());
        byte[] end = {'\n'};
        doors.syslog(of(inputs, Door.SYSLOG_LINE).map(m -> Doors.join(m.bytes(), end)).toList());
        for (Malformed cut : of(inputs, Door.SYSLOG_CUT).toList()) {
            doors.syslog(List.of(cut.bytes()));
        }
        for (Malformed line : of(inputs, Door.FILE).toList()) {
            append("bad.log", Doors.join(line.bytes(), end));
        }
        for (Malformed m : of(inputs, Door.HEC).toList()) {
            HttpResponse<String> answer = doors.post("/services/collector/event", m.bytes());
            // What is too long is accepted and kept; Splunk's answers have no word for it.
            assertThat(answer.statusCode()).as(m.name() + " " + answer.body()).isEqualTo(m.letters() > 1 ? 200 : 400);
        }
        for (Malformed m : of(inputs, Door.GZIP).toList()) {
            HttpResponse<String> answer = doors.post("/ingest/packed", m.bytes(), "Content-Encoding", "gzip");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        }
        List<Malformed> lines = of(inputs, Door.INGEST).filter(m -> m.bytes()[0] == '{').toList();
        for (int from = 0; from < lines.size(); from += 5) {
            mixture(doors, lines.subList(from, Math.min(lines.size(), from + 5)));
        }
        for (Malformed m : of(inputs, Door.INGEST).filter(m -> m.bytes()[0] != '{').toList()) {
            HttpResponse<String> answer = doors.post("/ingest/mixed", m.bytes());
            assertThat(answer.body()).as(m.name()).contains("\"dead\":1", "cause");
        }
    }

    /**
     * Bad lines between good ones: the answer counts both and names the bad ones by their lines. What is JSON but not
     * UTF-8 is found later, when it is parsed.
     */
    private static void mixture(Doors doors, List<Malformed> bad) throws Exception {
        byte[] body = new byte[0];
        for (Malformed m : bad) {
            body = Doors.join(body, "{\"between\":1}\n".getBytes(StandardCharsets.UTF_8), m.bytes(),
                    "\r\n\n".getBytes(StandardCharsets.UTF_8));
        }
        HttpResponse<String> answer = doors.post("/ingest/mixed", body);
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode said = Json.read(answer.body());
        assertThat(said.path("accepted").asInt() + said.path("dead").asInt()).as(answer.body())
                .isEqualTo(2 * bad.size());
        assertThat(said.path("dead").asInt()).as(answer.body()).isGreaterThanOrEqualTo(bad.size() - 1);
        assertThat(said.path("errors")).as(answer.body()).allSatisfy(e -> {
            assertThat(e.path("line").asInt() % 3).isEqualTo(2);
            assertThat(e.path("cause").asString()).isNotBlank();
        });
    }

    private static Stream<Malformed> of(List<Malformed> inputs, Door door) {
        return inputs.stream().filter(m -> m.door() == door);
    }

    /** Nothing of these was accepted, so nothing of them may be kept; each answer says why. */
    private static List<String> refusals(Doors doors, int guarded) throws Exception {
        String event = "/services/collector/event";
        byte[] one = "{\"event\":\"refused\"}".getBytes(StandardCharsets.UTF_8);
        List<HttpResponse<String>> answers = List.of(doors.post(guarded, event, one),
                doors.post(guarded, event, one, "Authorization", "Splunk wrong"),
                doors.post(guarded, event + "?token=a-secret-of-this-test", one),
                doors.post(guarded, event, one, "Authorization", "Digest x"),
                doors.post(event, new byte[33 << 20]),
                doors.post(event, Doors.gzip(new byte[70 << 20]), "Content-Encoding", "gzip"),
                doors.post("/ingest/bomb", Doors.gzip(new byte[32 << 20]), "Content-Encoding", "gzip"),
                doors.post(event, one, "Content-Encoding", "br"), doors.post(event, new byte[0]),
                doors.post(event, one, "X-Splunk-Request-Channel", "not a channel!"),
                doors.post("/services/collector/ack", one), doors.post("/ingest/", one),
                doors.post("/ingest/-wrong", one), doors.post("/nowhere", one));
        assertThat(answers).extracting(HttpResponse::statusCode).containsExactly(401, 403, 400, 401, 413, 413, 413, 415,
                400, 400, 400, 404, 404, 404);
        assertThat(answers).allSatisfy(a -> assertThat(a.body()).containsPattern("\"text\":\".{7,}\""));
        return answers.stream().map(a -> a.statusCode() + " " + a.body()).toList();
    }

    /** Good ones through every door, while the others knock. */
    private void sendGood(Doors doors) throws IOException, InterruptedException {
        for (int n = 0; n < GOOD; n += 20) {
            int from = n;
            List<byte[]> lines = IntStream.range(0, 20)
                    .mapToObj(i -> ("{\"good\":" + (from + i) + "}").getBytes(StandardCharsets.UTF_8)).toList();
            byte[] end = {'\n'};
            switch (n / 20 % 4) {
                case 0 -> doors.syslog(lines.stream().map(l -> Doors.counted(Doors.rfc5424(text(l)))).toList());
                case 1 ->
                    append("good.log", Doors.join(lines.stream().map(l -> Doors.join(l, end)).toArray(byte[][]::new)));
                case 2 -> doors.post("/services/collector/event",
                        lines.stream().map(l -> "{\"event\":" + text(l) + "}").collect(Collectors.joining())
                                .getBytes(StandardCharsets.UTF_8));
                default -> doors.post("/ingest/good", Doors.gzip(Doors.join(lines.stream().map(l -> Doors.join(l, end))
                        .toArray(byte[][]::new))), "Content-Encoding", "gzip");
            }
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void append(String name, byte[] bytes) throws IOException {
        Files.write(Files.createDirectories(directory.resolve("in")).resolve(name), bytes, StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** How often each good event arrived. */
    private Map<Integer, Integer> goodOnes() throws IOException {
        Map<Integer, Integer> found = new TreeMap<>();
        for (JsonNode event : Outcome.lines(directory, "events")) {
            JsonNode good = event.at("/vendor/good");
            if (good.isNumber()) {
                found.merge(good.asInt(), 1, Integer::sum);
            }
        }
        return found;
    }

    private void commands(NodeProcess node, JsonNode dead) throws Exception {
        String[] where = {"--url", "http://127.0.0.1:" + node.web, "--data", directory.resolve("data").toString()};
        String id = dead.path(0).path("id").asString();
        Cli.Result show = Cli.tocsin(Cli.with(where, "dead", "show", id));
        assertThat(show.exit()).as(show.toString()).isZero();
        assertThat(show.out()).contains(id, "waiting").contains("cause");
        assertThat(Cli.tocsin(Cli.with(where, "dead", "show", id, "-o", "json")).json().path("cause"))
                .isEqualTo(dead.path(0).path("cause"));
        Cli.Result dry = Cli.tocsin(Cli.with(where, "dead", "replay", "--all", "--dry-run", "-o", "json"));
        assertThat(dry.json().path("matched").asInt()).as(dry.toString()).isEqualTo(dead.size());
        assertThat(dry.json().path("done").asInt()).isZero();
        Cli.Result unasked = Cli.tocsin(Cli.with(where, "dead", "drop", "--all"));
        assertThat(unasked.exit()).as(unasked.toString()).isEqualTo(2);
        assertThat(Cli.tocsin(Cli.with(where, "dead", "drop", id)).exit()).isZero();
        Awaitility.await().atMost(Duration.ofSeconds(60))
                .until(() -> node.get("/api/v1/dead/" + id).path("state").asString().equals("dropped"));
        Cli.Result after = Cli.tocsin(Cli.with(where, "dead", "replay", "--all", "--dry-run", "-o", "json"));
        assertThat(after.json().path("matched").asInt()).isEqualTo(dead.size() - 1);
        assertThat(Cli.tocsin(Cli.with(where, "dead", "show", "0".repeat(32))).exit()).isNotZero();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void complete(CompletableFuture<Void> done, Work work) {
        try {
            work.run();
            done.complete(null);
        } catch (IOException | InterruptedException | RuntimeException e) {
            done.completeExceptionally(e);
        }
    }
}

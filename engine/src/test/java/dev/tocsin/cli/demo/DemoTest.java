package dev.tocsin.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.config.Secret;
import dev.tocsin.event.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

class DemoTest {
    private static final String RULE = "11111111-1111-4111-8111-111111111111";
    private static final String OTHER = "22222222-2222-4222-8222-222222222222";

    @TempDir
    Path folder;
    private FakeIntake intake;
    private FakeSyslog syslog;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @BeforeEach
    void open() throws Exception {
        intake = new FakeIntake();
        syslog = new FakeSyslog();
        Files.writeString(folder.resolve("background.yml"),
                "templates: [{name: t, via: syslog_udp, customer: c, text: '<13>x'}]");
        Files.writeString(folder.resolve("story.yml"), """
                title: a short story
                steps:
                  - caption: somebody knocks
                    events: [{via: hec, customer: c, event: {do: knock}}]
                    fires: [11111111-1111-4111-8111-111111111111]
                  - after: 0.1s
                    caption: somebody comes in
                    events: [{via: hec, customer: c, event: {do: enter}}]
                    fires: [11111111-1111-4111-8111-111111111111, 22222222-2222-4222-8222-222222222222]
                """);
    }

    @AfterEach
    void close() throws Exception {
        intake.close();
        syslog.close();
    }

    @Test
    void aStoryToldOnceEndsWellWhenEveryRuleHasFired() throws Exception {
        Node node = new Node(Map.of("knock", List.of(RULE), "enter", List.of(RULE, OTHER)));
        boolean complete = demo(false, text(80)).play(node, Duration.ofMillis(2_345));
        assertThat(complete).isTrue();
        assertThat(printed()).contains("ready in 2.3 s   the page: http://127.0.0.1:8080/")
                .contains("a short story").containsPattern(" 1/2  somebody knocks\n(.*\n)* +high +Rule 11 +c +\\d+ ms")
                .containsPattern("the first alert came \\d+\\.\\d s after ready, \\d+ ms after its event was sent")
                .contains("3 alerts by 2 rules; 2 of 2 steps of the story were played")
                .contains("of them over HTTP, all acknowledged").contains("Look further:")
                .doesNotContain("\033").doesNotContain("\r");
        assertThat(printed().split("the first alert", -1)).hasSize(2);
        assertThat(node.receivers).as("nobody listens any more").isEmpty();
    }

    @Test
    void whenStoppedItSaysWhatWasDoneAndDoesNotBlameTheRules() throws Exception {
        Node node = new Node(Map.of());
        Demo demo = demo(true, text(80));
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(demo.play(node, Duration.ZERO));
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        await().until(() -> intake.takenInAll() >= 2);
        demo.stop();
        await().until(result::isDone);
        assertThat(result.join()).isTrue();
        assertThat(printed()).contains("0 alerts by 0 rules; 2 of 2 steps").doesNotContain("should have made");
    }

    @Test
    void theJsonNarratorWritesOneObjectALine() throws Exception {
        Node node = new Node(Map.of("knock", List.of(RULE), "enter", List.of(OTHER)));
        demo(false, new JsonNarrator(out)).play(node, Duration.ofMillis(900));
        List<JsonNode> lines = printed().lines().map(Json::read).toList();
        assertThat(lines.stream().map(l -> l.path("kind").asString())).containsOnly("ready", "step", "alert", "end")
                .startsWith("ready", "step").endsWith("end");
        JsonNode alert = lines.stream().filter(l -> l.path("kind").asString().equals("alert")).findFirst()
                .orElseThrow();
        assertThat(alert.path("rule").asString()).isEqualTo(RULE);
        assertThat(alert.path("step").intValue()).isEqualTo(1);
        assertThat(alert.path("millisSinceStep").longValue()).isBetween(0L, 10_000L);
        assertThat(lines.getLast().path("acknowledged").longValue()).isEqualTo(2);
        assertThat(lines.getLast().path("owed").isEmpty()).isTrue();
    }

    @Test
    void theJournalNamesTheRulesThatAreStillOwed() {
        Scenario scenario = Scenario.read(folder);
        Journal journal = new Journal(InstantSource.system());
        scenario.story().steps().forEach(journal::step);
        journal.alert(alert(RULE));
        assertThat(journal.owed()).containsExactly(new Journal.Owed(2, OTHER));
        Journal.Alerted unexplained = journal.alert(alert("33333333-3333-4333-8333-333333333333"));
        assertThat(unexplained.step()).isEmpty();
        assertThat(unexplained.number()).isEqualTo(2);
    }

    @Test
    void onATerminalTheStatusIsOneLineThatIsOverwrittenAndNeverWraps() {
        StatusLine screen = new StatusLine(out, true, false, 20);
        screen.status("0123456789012345678901234567890");
        screen.status("0123456789012345678901234567890");
        screen.line("hello");
        screen.clear();
        assertThat(printed()).isEqualTo("\r0123456789012345678\033[K" + "\rhello\033[K\n0123456789012345678\033[K"
                + "\r\033[K");
    }

    @Test
    void withoutColourNothingIsColoured() {
        assertThat(new StatusLine(out, true, false, 80).ink(StatusLine.Ink.RED, "x")).isEqualTo("x");
        assertThat(new StatusLine(out, true, true, 80).ink(StatusLine.Ink.RED, "x")).isEqualTo("\033[1;31mx\033[0m");
    }

    @Test
    void theCommandRefusesWhatCannotBe() {
        assertThat(run("--once", "--loop")).isEqualTo(2);
        assertThat(run("--rate", "-1")).isEqualTo(2);
        assertThat(run("-o", "xml")).isEqualTo(2);
    }

    @Test
    void theCommandClosesItsNodeAndReportsMissingAlertsByItsExitCode() {
        Node node = new Node(Map.of("knock", List.of(RULE), "enter", List.of(OTHER)));
        CommandLine command = new CommandLine(new DemoCommand(() -> node, folder));
        assertThat(command.execute("--once", "--rate", "10", "-o", "json")).isZero();
        assertThat(node.closed).isTrue();
    }

    private int run(String... args) {
        CommandLine command = new CommandLine(new DemoCommand(() -> {
            throw new IllegalStateException("no node may be started");
        }, folder));
        command.setErr(new java.io.PrintWriter(bytes, true, StandardCharsets.UTF_8));
        return command.execute(args);
    }

    private Demo demo(boolean loop, Narrator narrator) {
        return new Demo(Scenario.read(folder), new Player.Pace(50, loop, 1, 1), narrator, InstantSource.system());
    }

    private Narrator text(int width) {
        return new TerminalNarrator(new StatusLine(out, false, false, width), InstantSource.system());
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static JsonNode alert(String rule) {
        return Json.read("{\"id\":\"a\",\"customer\":\"c\",\"rule\":{\"id\":\"" + rule + "\",\"title\":\"Rule "
                + rule.substring(0, 2) + "\",\"level\":\"high\"},\"events\":[\"e\"]}");
    }

    /** A node whose only detection is a table from what an event does to the rules that fire. */
    private final class Node implements DemoNode {
        final List<Consumer<JsonNode>> receivers = new CopyOnWriteArrayList<>();
        volatile boolean closed;

        Node(Map<String, List<String>> rules) {
            intake.detection = event -> rules.getOrDefault(event.path("do").asString(""), List.of())
                    .forEach(rule -> receivers.forEach(r -> r.accept(alert(rule))));
        }

        @Override
        public Targets targets() {
            return new Targets(syslog.tcp(), syslog.udp(), intake.base(), Map.of("c", new Secret("secret")),
                    folder.resolve("access.log"));
        }

        @Override
        public String pageUrl() {
            return "http://127.0.0.1:8080/";
        }

        @Override
        public AutoCloseable onAlert(Consumer<JsonNode> receiver) {
            receivers.add(receiver);
            return () -> receivers.remove(receiver);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}

package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.EventId;
import dev.tocsin.log.DeadEntry;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands that change something in a node. */
class ChangingTest {
    private static final String ID = "00000000000000010000000000000002";

    private FakeNode node;

    @BeforeEach
    void start() throws Exception {
        node = new FakeNode();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Run.Result run(Run run, String... arguments) {
        return run.command(Stream.concat(Arrays.stream(arguments), Stream.of("--url", node.url()))
                .toArray(String[]::new));
    }

    @Test
    void deadLettersAreListedAndShown() {
        DeadEntry entry = new DeadEntry(new EventId(1, 2), Instant.parse("2026-03-01T11:00:00Z"), "process", "acme",
                "main", "not JSON", "<34>broken\u001B[31m\nline two", "waiting");
        node.says("/api/v1/dead", List.of(entry)).says("/api/v1/dead/" + ID, entry);
        assertThat(run(new Run(), "dead", "list", "--limit", "3").out()).isEqualTo("""
                time                  id                                state    stage    customer  source  cause
                2026-03-01T11:00:00Z  00000000000000010000000000000002  waiting  process  acme      main    not JSON
                """);
        assertThat(run(new Run(), "dead", "show", ID).out()).startsWith("id        " + ID + "\n")
                .contains("cause     not JSON\n").endsWith("\n\n<34>broken\uFFFD[31m\nline two\n");
        assertThat(run(new Run(), "dead", "list", "-o", "json").out()).startsWith("[{\"id\":\"" + ID + "\"");
        assertThat(node.asked()).extracting(FakeNode.Asked::uri).containsExactly("/api/v1/dead?limit=3",
                "/api/v1/dead/" + ID, "/api/v1/dead?limit=50");
        assertThat(run(new Run(), "dead", "show", "123").exit()).isEqualTo(2);
        assertThat(run(new Run(), "dead", "show", "f".repeat(32))).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(1);
            assertThat(r.notes()).contains("there is no such thing");
        });
    }

    @Test
    void deadLettersAreReplayedByIdOrAllOfThem() {
        node.says("/api/v1/dead/replay", 200, "{\"done\":1234,\"matched\":1235}").says("/api/v1/dead/drop", 200,
                "{\"more\":true,\"done\":0,\"matched\":10000}");
        assertThat(run(new Run(), "dead", "replay", ID, "f".repeat(32)).out()).isEqualTo("replayed: 1,234\n");
        assertThat(run(new Run(), "dead", "replay", "--all", "--yes", "-o", "json").out())
                .isEqualTo("{\"matched\":1235,\"done\":1234,\"dryRun\":false}\n");
        Run.Result dry = run(new Run(), "dead", "drop", "--all", "--dry-run");
        assertThat(dry.out()).isEqualTo("would be dropped: 10,000 or more\n");
        assertThat(dry.notes()).isEmpty();
        assertThat(node.asked()).extracting(FakeNode.Asked::body).containsExactly(
                "{\"ids\":[\"" + ID + "\",\"" + "f".repeat(32) + "\"],\"dry_run\":false}",
                "{\"all\":true,\"dry_run\":false}", "{\"all\":true,\"dry_run\":true}");
        assertThat(node.asked()).extracting(FakeNode.Asked::method).containsOnly("POST");
    }

    @Test
    void whatTheNodeDoesInPartsIsAskedForUntilNothingIsLeft() {
        node.saysInTurn("/api/v1/dead/replay", "{\"more\":true,\"done\":10000,\"matched\":10000}",
                "{\"more\":false,\"done\":5,\"matched\":5}");
        Run.Result result = run(new Run(), "dead", "replay", "--all", "--yes");
        assertThat(result.out()).isEqualTo("replayed: 10,005\n");
        assertThat(result.notes()).startsWith("replayed: 10,005 dead letters in ");
        assertThat(node.asked()).hasSize(2);
    }

    @Test
    void nothingIsDoneToAllWithoutAYes() {
        node.says("/api/v1/dead/drop", 200, "{\"done\":1,\"matched\":1}");
        assertThat(run(new Run(), "dead", "drop", "--all")).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(2);
            assertThat(r.notes()).contains("E304", "add --yes");
        });
        assertThat(run(new Run().interactive("n\n"), "dead", "drop", "--all").exit()).isEqualTo(1);
        assertThat(run(new Run().interactive(""), "dead", "drop", "--all").exit()).isEqualTo(1);
        assertThat(run(new Run(), "dead", "drop").exit()).isEqualTo(2);
        assertThat(run(new Run(), "dead", "drop", "--all", ID).exit()).isEqualTo(2);
        assertThat(node.asked()).isEmpty();
        assertThat(run(new Run().interactive("yes\n"), "dead", "drop", "--all").exit()).isZero();
        assertThat(node.asked()).hasSize(1);
    }

    @Test
    void aStageIsPausedResumedAndRewound() {
        for (String verb : List.of("pause", "resume", "rewind")) {
            node.says("/api/v1/stages/match/" + verb, 204, "");
        }
        assertThat(run(new Run(), "stage", "pause", "match").out()).isEqualTo("stage match is paused\n");
        assertThat(run(new Run(), "stage", "resume", "match", "-o", "json").out()).isEqualTo("{}\n");
        assertThat(run(new Run(), "stage", "rewind", "match", "--to", "-1h", "--yes").out())
                .isEqualTo("stage match reads again\n");
        assertThat(run(new Run(), "stage", "rewind", "match", "--yes").exit()).isZero();
        assertThat(run(new Run(), "stage", "rewind", "match", "--dry-run").notes())
                .isEqualTo("would rewind stage match {\"to\":null}\n");
        assertThat(run(new Run(), "stage", "rewind", "match").exit()).isEqualTo(2);
        assertThat(run(new Run(), "stage", "pause", "a/../b").exit()).isEqualTo(1);
        assertThat(node.asked()).extracting(a -> a.uri() + " " + a.body()).containsExactly(
                "/api/v1/stages/match/pause {}", "/api/v1/stages/match/resume {}",
                "/api/v1/stages/match/rewind {\"to\":\"2026-03-01T11:00:00Z\"}",
                "/api/v1/stages/match/rewind {\"to\":null}", "/api/v1/stages/a%2F..%2Fb/pause {}");
    }
}

package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Json;
import dev.tocsin.rollout.parity.ParityReport;
import dev.tocsin.rollout.parity.ParityReport.Example;
import dev.tocsin.rollout.parity.ParityReport.Group;
import dev.tocsin.rollout.parity.ParityReport.LedgerSays;
import dev.tocsin.rollout.replay.ReplayReport;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code tocsin parity} and {@code tocsin replay}: what they ask, what they say, how they end. */
class TrialCommandsTest {
    private static final Instant TO = Instant.parse("2026-03-01T11:00:00Z");
    private FakeNode node;

    @BeforeEach
    void open() throws IOException {
        node = new FakeNode();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static ParityReport report(String verdict, long missing) {
        List<Group> groups = missing == 0
                ? List.of()
                : List.of(new Group("rule-7", "Web \u001b[31mshell", "acme", missing, 0, 0, 0, true, Map.of(), List.of(
                        new Example("missing", "5f6a0d2e6a0b4d629a430a2f2a1f7c11", TO.minusSeconds(60), List.of()))));
        return new ParityReport("blue", "green", TO.minusSeconds(3600), TO, verdict, "because", 1000, 1000 - missing,
                missing,
                0, 0, 0, groups, 0, 0, new LedgerSays(true, 60, missing), List.of(), TO, 900);
    }

    private Run.Result run(String... arguments) {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--url";
        all[arguments.length + 1] = node.url();
        return new Run().command(all);
    }

    @Test
    void whatIsMissingIsNamedAndEndsWithOne() {
        node.says("/api/v1/parity", report("fail", 1));
        Run.Result result = run("parity", "--engines", "blue,green", "--from", "-2h", "--noise", "blue,blue@r1",
                "--customers", "acme", "--partial");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("missing  5f6a0d2e6a0b4d629a430a2f2a1f7c11  2026-03-01T10:59:00Z  rule-7")
                .contains("blue 1,000 alerts, green 999, from").contains(": 1 missing, 0 extra, 0 different")
                .contains("ledger: 1 of 60 minutes of customers differ").contains("fail: because")
                .doesNotContain("\u001b");
        assertThat(node.asked().getFirst().uri()).isEqualTo("/api/v1/parity?engines=blue%2Cgreen"
                + "&from=2026-03-01T10%3A00%3A00Z&customers=acme&noise=blue%2Cblue%40r1&partial=true");
    }

    @Test
    void onlyAPassIsAPass() {
        node.says("/api/v1/parity", report("pass", 0));
        assertThat(run("parity", "--engines", "blue,green").exit()).isZero();
        node.says("/api/v1/parity", report("inconclusive", 0));
        Run.Result nothing = run("parity", "--engines", "blue,green", "-o", "json");
        assertThat(nothing.exit()).isEqualTo(1);
        assertThat(Json.read(nothing.out()).path("verdict").asString("")).isEqualTo("inconclusive");
        assertThat(run("parity").exit()).isEqualTo(2);
        node.close();
        assertThat(run("parity", "--engines", "blue,green").exit()).isEqualTo(3);
    }

    private static ReplayReport replay(String run, String state, long read, Map<String, Long> rules) {
        return new ReplayReport(run, "green", "c0ffee", "admin", TO.minusSeconds(3600), TO, 0, state, "", TO, 12.5,
                1_000_000, read, read, 80_000, 0, 8.5, 31, 11.2, 5_120, 300L << 20, 412, 3, rules);
    }

    @Test
    void aReplayIsFollowedToItsReport() {
        String running = Json.mapper().writeValueAsString(replay("r1", "running", 10, Map.of()));
        String done = Json.mapper().writeValueAsString(replay("r1", "done", 1_000_000, Map.of()));
        node.says("/api/v1/replays", 201, running).saysInTurn("/api/v1/replays/r1", running, running, done);
        Run.Result result = run("replay", "--engine", "green", "--from", "-1h", "--speed", "10");
        assertThat(result.exit()).as(result.notes()).isZero();
        assertThat(Json.read(node.asked().getFirst().body())).isEqualTo(Json.read(
                "{\"from\":\"2026-03-01T11:00:00Z\",\"speed\":\"10\",\"engine\":\"green\"}"));
        assertThat(result.out()).contains("replay r1 of engine green, rules c0ffee, is done").contains("80,000/s")
                .contains("8.5 µs").contains("11.2 s").contains("300 MiB").contains("412");
        assertThat(result.notes()).contains("tocsin replay cancel r1").contains("replay: 1,000,000 records");

        node.says("/api/v1/replays/r1", replay("r1", "failed", 5, Map.of()));
        assertThat(run("replay", "--from", "-1h").exit()).isEqualTo(1);
        assertThat(run("replay").exit()).isEqualTo(2);
        node.says("/api/v1/replays/r1", replay("r1", "cancelled", 5, Map.of()));
        assertThat(run("replay", "cancel", "r1").notes()).contains("replay r1 ends");
        assertThat(node.asked().getLast().method()).isEqualTo("DELETE");
        assertThat(run("replay", "show", "r1").out()).contains("is cancelled");
    }

    @Test
    void twoReplaysStandSideBySide() {
        node.says("/api/v1/replays/r1", replay("r1", "done", 1_000_000, Map.of("a", 10L, "b", 4L)));
        node.says("/api/v1/replays/r2", replay("r2", "done", 2_000_000, Map.of("a", 10L, "c", 1L)));
        Run.Result result = run("replay", "compare", "r1", "r2");
        assertThat(result.out()).containsPattern("events +1,000,000 +2,000,000 +2.00")
                .containsPattern("rule b +4 +0 +0.00").containsPattern("rule c +0 +1").doesNotContain("rule a");
    }
}

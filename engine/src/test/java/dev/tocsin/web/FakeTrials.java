package dev.tocsin.web;

import dev.tocsin.rollout.parity.ParityConfig;
import dev.tocsin.rollout.parity.ParityDesk;
import dev.tocsin.rollout.parity.ParityReport;
import dev.tocsin.rollout.parity.ParityReport.Example;
import dev.tocsin.rollout.parity.ParityReport.Group;
import dev.tocsin.rollout.parity.Question;
import dev.tocsin.rollout.replay.ReplayDesk;
import dev.tocsin.event.Json;
import dev.tocsin.rollout.replay.ReplayReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Two engines that differ a little, and a replay that is over. */
final class FakeTrials {
    private static final Instant TO = Instant.parse("2026-11-21T10:00:00Z");

    private static final ParityDesk BUSY = looked();
    private static final ParityDesk IDLE = new ParityDesk(FakeTrials::report,
            new ParityConfig(List.of(), Duration.ofDays(1)),
            true, Clock.systemUTC());

    private FakeTrials() {
    }

    static ParityReport report(Question question) {
        List<Example> examples = List.of(
                new Example("missing", "0123456789abcdef0123456789abcdef", TO.minusSeconds(70), List.of()),
                new Example("different", "1123456789abcdef0123456789abcdef", TO.minusSeconds(60),
                        List.of("rule.level")));
        Group group = new Group("5d7a0d2e-6a0b-4d62-9a43-0a2f2a1f7c11", "Shell spawned by a web server", "acme", 1, 0,
                1,
                0, true, Map.of("rule.level", 1L), examples);
        return new ParityReport(question.first().toString(), question.second().toString(), TO.minusSeconds(300), TO,
                "fail",
                "1 rule differs", 1204, 1203, 1, 0, 1, 0, List.of(group), 0, 0,
                new ParityReport.LedgerSays(true, 12, 1), List.of(), TO.plusSeconds(30), 240);
    }

    static ParityDesk parity(boolean empty) {
        return empty ? IDLE : BUSY;
    }

    private static ParityDesk looked() {
        ParityDesk desk = new ParityDesk(FakeTrials::report,
                new ParityConfig(List.of("blue", "green"), Duration.ofDays(1)), true, Clock.systemUTC());
        try {
            desk.look();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        desk.close();
        return desk;
    }

    static ReplayDesk replays(boolean empty) {
        try {
            Path directory = Files.createTempDirectory("replays");
            if (!empty) {
                Files.write(directory.resolve("mhy3k2d1.json"),
                        Json.mapper().writeValueAsBytes(new ReplayReport("mhy3k2d1",
                                "green", "c0ffee", "admin", TO.minusSeconds(3600), TO, 0, "done", "", TO, 12.5,
                                1_000_000,
                                1_000_000, 999_000, 79_920, 0, 8.5, 31, 11.2, 5_120, 300L << 20, 412, 0,
                                Map.of("r1", 412L))));
            }
            return new ReplayDesk(null, directory, _ -> {
                throw new IllegalArgumentException("this node has no engine; ask one with the role worker or engine");
            }, Clock.systemUTC());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.detect.Quarantine;
import dev.tocsin.event.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code tocsin rules quarantine}. */
class QuarantineCommandTest {
    private static final Quarantine.Parked PARKED = new Quarantine.Parked("r-1", "Any logon", "rules/any.yml", "parked",
            "flood", "raises too much", Instant.parse("2026-03-01T11:00:00Z"), 1234,
            List.of(new Quarantine.Part(0, "100-", ""), new Quarantine.Part(1, "7,90-", "3-5")));

    @Test
    void whatIsParkedIsListedWithItsPlacesAndIsAProblem() throws IOException {
        try (FakeNode node = new FakeNode().says("/api/v1/quarantine", List.of(PARKED))) {
            Run.Result list = new Run().command("rules", "quarantine", "list", "--url", node.url());
            assertThat(list.exit()).isEqualTo(1);
            assertThat(list.out()).contains("r-1", "parked", "flood", "2026-03-01T11:00:00Z", "0:100- 1:7,90-",
                    "1:3-5");
            assertThat(list.notes()).contains("\"Any logon\" (rules/any.yml): raises too much");
            Run.Result json = new Run().command("rules", "quarantine", "list", "--url", node.url(), "-o", "json");
            assertThat(Json.read(json.out()).at("/0/partitions/1/waiting").asString()).isEqualTo("7,90-");
        }
    }

    @Test
    void nothingParkedIsNoProblem() throws IOException {
        try (FakeNode node = new FakeNode().says("/api/v1/quarantine", List.of())) {
            Run.Result list = new Run().command("rules", "quarantine", "list", "--url", node.url());
            assertThat(list.exit()).isZero();
            assertThat(list.notes()).contains("no rule is in quarantine");
        }
        assertThat(new Run().command("rules", "quarantine", "list", "--url", "http://127.0.0.1:1").exit())
                .isEqualTo(Exit.UNREACHABLE);
        assertThat(new Run().command("rules", "quarantine", "release").exit()).isEqualTo(Exit.USAGE);
    }

    @Test
    void aRuleIsReleasedByItsIdAndARefusalIsAProblem() throws IOException {
        try (FakeNode node = new FakeNode().says("/api/v1/quarantine/release", Map.of("done", "released"))) {
            Run.Result done = new Run().command("rules", "quarantine", "release", "file:a/b.yml", "--url", node.url());
            assertThat(done.exit()).isZero();
            assertThat(done.out()).contains("file:a/b.yml is released");
            assertThat(node.asked().getLast().body()).isEqualTo("{\"rule\":\"file:a/b.yml\"}");
        }
        try (FakeNode node = new FakeNode()) {
            assertThat(new Run().command("rules", "quarantine", "release", "r", "--url", node.url()).exit())
                    .isEqualTo(Exit.PROBLEMS);
        }
    }
}

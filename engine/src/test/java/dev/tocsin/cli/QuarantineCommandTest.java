package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.detect.Quarantine;
import dev.tocsin.event.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code tocsin rules quarantine}. */
class QuarantineCommandTest {
    private static final Quarantine.Parked PARKED = new Quarantine.Parked("r-1", "Any logon", "rules/any.yml", "parked",
            "flood", "raises too much", Instant.parse("2026-03-01T11:00:00Z"), 1234,
            List.of(new Quarantine.Part(0, "100-", ""), new Quarantine.Part(1, "7,90-", "3-5")));

    /** {@code rules} is added to the program where everything is put together. */
    private static Run.Result run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var notes = new ByteArrayOutputStream();
        String[] all = Stream.concat(Stream.of("rules", "quarantine"), Stream.of(arguments)).toArray(String[]::new);
        int exit = Tocsin.program(new Run().terminal(out, notes), Path.of("")).execute(all);
        return new Run.Result(exit, out.toString(StandardCharsets.UTF_8), notes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsParkedIsListedWithItsPlacesAndIsAProblem() throws IOException {
        try (FakeNode node = new FakeNode().says("/api/v1/quarantine", List.of(PARKED))) {
            Run.Result list = run("list", "--url", node.url());
            assertThat(list.exit()).as(list.notes()).isEqualTo(1);
            assertThat(list.out()).contains("r-1", "parked", "flood", "2026-03-01T11:00:00Z", "0:100- 1:7,90-",
                    "1:3-5");
            assertThat(list.notes()).contains("\"Any logon\" (rules/any.yml): raises too much");
            Run.Result json = run("list", "--url", node.url(), "-o", "json");
            assertThat(Json.read(json.out()).at("/0/partitions/1/waiting").asString()).isEqualTo("7,90-");
        }
    }

    @Test
    void nothingParkedIsNoProblem() throws IOException {
        try (FakeNode node = new FakeNode().says("/api/v1/quarantine", List.of())) {
            Run.Result list = run("list", "--url", node.url());
            assertThat(list.exit()).isZero();
            assertThat(list.notes()).contains("no rule is in quarantine");
        }
        assertThat(run("list", "--url", "http://127.0.0.1:1").exit())
                .isEqualTo(Exit.UNREACHABLE);
        assertThat(run("release").exit()).isEqualTo(Exit.USAGE);
    }

    @Test
    void aRuleIsReleasedByItsIdAndARefusalIsAProblem() throws IOException {
        try (FakeNode node = new FakeNode().says("/api/v1/quarantine/release", Map.of("done", "released"))) {
            Run.Result done = run("release", "file:a/b.yml", "--url", node.url());
            assertThat(done.exit()).isZero();
            assertThat(done.out()).contains("file:a/b.yml is released");
            assertThat(node.asked().getLast().body()).isEqualTo("{\"rule\":\"file:a/b.yml\"}");
        }
        try (FakeNode node = new FakeNode()) {
            assertThat(run("release", "r", "--url", node.url()).exit())
                    .isEqualTo(Exit.PROBLEMS);
        }
    }
}

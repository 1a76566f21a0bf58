package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Json;
import dev.tocsin.node.NodeApi;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunAndCheckTest {
    private static final Problem ERROR = new Problem("E102", "no.yaml:3:1", "unknown setting \"nmae\"", "did you mean");
    private static final Problem WARNING = new Problem("W130", "", "a secret is written in the file", "");

    /** Says the problems, and keeps a diary. */
    private static final class FakeLauncher implements NodeLauncher {
        private final List<Problem> problems;
        private final List<String> diary = new ArrayList<>();
        private List<String> waiting = List.of();

        FakeLauncher(Problem... problems) {
            this.problems = List.of(problems);
        }

        @Override
        public List<Problem> check(@Nullable Path file) {
            diary.add("check " + file);
            return problems;
        }

        @Override
        public RunningNode start(@Nullable Path file, List<String> roles) {
            diary.add("start " + file + " " + roles);
            return new RunningNode() {
                @Override
                public Optional<URI> page() {
                    return Optional.of(URI.create("http://127.0.0.1:8080/"));
                }

                @Override
                public NodeApi api() {
                    throw new AssertionError("run asks nothing of the node");
                }

                @Override
                public List<String> waiting() {
                    return waiting;
                }

                @Override
                public void close() {
                    diary.add("close");
                }
            };
        }
    }

    @Test
    void checkTellsAllProblems() {
        FakeLauncher launcher = new FakeLauncher(ERROR, WARNING);
        assertThat(new Run().with(launcher).command("check", "-c", "no.yaml")).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(1);
            assertThat(r.out()).isEqualTo("""
                    no.yaml:3:1 E102 unknown setting "nmae"
                      did you mean
                    W130 a secret is written in the file
                    1 error, 1 warning
                    """);
        });
        assertThat(new Run().with(launcher).command("check", "-o", "json")).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(1);
            assertThat(Json.read(r.out()).path(0).path("where").asString()).isEqualTo("no.yaml:3:1");
        });
        assertThat(launcher.diary).containsExactly("check no.yaml", "check null");
    }

    @Test
    void aWarningCountsOnlyWhenStrict() {
        assertThat(new Run().with(new FakeLauncher(WARNING)).command("check", "-c", "a.yaml")).satisfies(r -> {
            assertThat(r.exit()).isZero();
            assertThat(r.out()).endsWith("1 warning\na.yaml: good\n");
        });
        assertThat(new Run().with(new FakeLauncher(WARNING)).command("check", "--strict").exit()).isEqualTo(1);
        assertThat(new Run().with(new FakeLauncher()).command("check").out()).isEqualTo("the defaults: good\n");
    }

    @Test
    void runStartsWaitsAndCloses() {
        FakeLauncher launcher = new FakeLauncher(WARNING);
        Run.Result result = new Run().with(launcher).command("run", "-c", "a.yaml", "--role", "worker,proxy");
        assertThat(result.exit()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.notes()).endsWith("ready at http://127.0.0.1:8080/ after 0ms\nstopping\n"
                + "stopped; everything is on disk\n");
        assertThat(launcher.diary).containsExactly("check a.yaml", "start a.yaml [worker, proxy]", "close");
    }

    @Test
    void runSaysWhichStagesDoNotWorkYet() {
        FakeLauncher launcher = new FakeLauncher();
        launcher.waiting = List.of("sink-siem is failing: no such directory");
        assertThat(new Run().with(launcher).command("run").notes())
                .contains("not ready: sink-siem is failing: no such directory\nstarted; what these stages are to have "
                        + "waits in the log at http://127.0.0.1:8080/ after 0ms\n");
    }

    @Test
    void runDoesNotStartWithAnError() {
        FakeLauncher launcher = new FakeLauncher(ERROR);
        assertThat(new Run().with(launcher).command("run").exit()).isEqualTo(1);
        assertThat(launcher.diary).containsExactly("check null");
    }

    @Test
    void aMistakeOfOursIsSaidWithoutAStackUnlessAsked() {
        NodeLauncher broken = new NodeLauncher() {
            @Override
            public List<Problem> check(@Nullable Path file) {
                throw new IllegalStateException("oops");
            }

            @Override
            public RunningNode start(@Nullable Path file, List<String> roles) {
                throw new AssertionError("not reached");
            }
        };
        Run.Result quiet = new Run().with(broken).command("check");
        assertThat(quiet.exit()).isEqualTo(1);
        assertThat(quiet.notes()).isEqualTo(
                "this is a mistake in tocsin itself: java.lang.IllegalStateException: oops (--trace shows where)\n");
        assertThat(new Run().with(broken).command("check", "--trace").notes()).contains("\tat dev.tocsin");
    }

    @Test
    void helpAndVersionAreDataAndMistakesAreNot() {
        assertThat(new Run().with(new FakeLauncher()).command("--help")).satisfies(r -> {
            assertThat(r.exit()).isZero();
            assertThat(r.out()).contains("Usage: tocsin", "run ", "check ", "status", "Exit codes: 0 ok");
        });
        assertThat(new Run().command("--version").out()).startsWith("tocsin ").contains("Java 25");
        assertThat(new Run().command()).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(2);
            assertThat(r.out()).isEmpty();
            assertThat(r.notes()).startsWith("Usage: tocsin");
        });
        assertThat(new Run().command("statsu")).satisfies(r -> {
            assertThat(r.exit()).isEqualTo(2);
            assertThat(r.notes()).contains("'statsu'", "status", "see `tocsin --help`");
        });
        assertThat(new Run().command("dead", "list", "--limit", "x").exit()).isEqualTo(2);
    }
}

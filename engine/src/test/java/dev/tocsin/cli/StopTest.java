package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonFormat;
import dev.tocsin.base.Problem;
import dev.tocsin.node.NodeApi;
import java.io.BufferedReader;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** How {@code run} ends, in a process of its own. */
class StopTest {
    /** Runs a node that cannot start when the first argument says so. */
    static final class Main {
        public static void main(String[] arguments) {
            boolean fails = arguments[0].equals("fails");
            NodeLauncher launcher = new NodeLauncher() {
                @Override
                public List<Problem> check(@Nullable Path file) {
                    return List.of();
                }

                @Override
                public RunningNode start(@Nullable Path file, List<String> roles) {
                    if (fails) {
                        throw new Failure(Exit.PROBLEMS, new Problem("E1", "", "the port is taken", ""));
                    }
                    return new SlowNode();
                }
            };
            System.exit(Tocsin.commandLine(Terminal.system(), Optional.of(launcher), Stop::onSignal, List.of())
                    .execute("run"));
        }
    }

    private static final class SlowNode implements NodeLauncher.RunningNode {
        @Override
        public Optional<URI> page() {
            return Optional.of(URI.create("http://127.0.0.1:1/"));
        }

        @Override
        public NodeApi api() {
            throw new AssertionError("run asks nothing of the node");
        }

        @Override
        public List<String> waiting() {
            return List.of();
        }

        @Override
        public void close() {
            System.err.println("closed");
        }
    }

    /** What the commands need, wherever the tests' own launcher has it from. */
    private static String classPath() {
        return Stream
                .of(StopTest.class, Tocsin.class, CommandLine.class, JsonMapper.class, JsonFactory.class,
                        JsonFormat.class, Nullable.class)
                .map(c -> Path.of(URI.create(c.getProtectionDomain().getCodeSource().getLocation().toString())))
                .map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static Process start(String how) throws Exception {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
                "-XX:TieredStopAtLevel=1", "-cp", classPath(), Main.class.getName(), how)
                .redirectErrorStream(true).start();
    }

    @Test
    void aSignalClosesTheNodeAndIsNoFailure() throws Exception {
        Process process = start("starts");
        BufferedReader notes = process.inputReader();
        assertThat(notes.readLine()).startsWith("ready at http://127.0.0.1:1/ after ");
        // Process.destroy would close the streams that are still to be read.
        process.toHandle().destroy();
        assertThat(notes.lines().toList()).containsExactly("stopping", "closed", "stopped; everything is on disk");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void aNodeThatCannotStartIsAFailure() throws Exception {
        Process process = start("fails");
        assertThat(process.inputReader().lines().toList()).containsExactly("E1 the port is taken");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
    }
}

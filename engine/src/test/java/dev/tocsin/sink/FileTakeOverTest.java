package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.event.Json;
import dev.tocsin.log.FakeState;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file goes from one writer to the next while the former one is only paused, and wakes up afterwards. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FileTakeOverTest {
    private static final int ROUNDS = Integer.getInteger("tocsin.kills", 6);

    @TempDir
    Path directory;

    private List<Integer> lines(Path path) throws IOException {
        List<Integer> lines = new ArrayList<>();
        for (int n = 1; Files.exists(Path.of(path + "." + n)); n++) {
            Files.readAllLines(Path.of(path + "." + n)).forEach(l -> lines.add(Json.read(l).path("n").asInt()));
        }
        Files.readAllLines(path).forEach(l -> lines.add(Json.read(l).path("n").asInt()));
        return lines;
    }

    private static List<Integer> numbers(int to) {
        return IntStream.range(0, to).boxed().toList();
    }

    @Test
    void whatTheFormerOwnerStillWritesIsNotInTheFile() throws IOException {
        Path path = directory.resolve("a.jsonl");
        FakeState state = new FakeState();
        FileSink old = FileTakeOverChild.sink(path, 1);
        old.assigned(0, state);
        FileTakeOverChild.write(old, 0, 10);
        FakeState stored = new FakeState();
        state.entries().forEach(stored::put);
        FileTakeOverChild.write(old, 10, 13);

        FileSink fresh = FileTakeOverChild.sink(path, 2);
        fresh.assigned(0, stored);
        FileTakeOverChild.write(fresh, 10, 12);
        FileTakeOverChild.write(old, 13, 15);
        FileTakeOverChild.write(fresh, 12, 20);
        assertThat(lines(path)).isEqualTo(numbers(20));

        // The former owner's file is full: it would set the new owner's aside.
        assertThatThrownBy(() -> {
            for (int n = 15; n < 200; n++) {
                FileTakeOverChild.write(old, n, n + 1);
            }
        }).isInstanceOf(IOException.class).hasMessageContaining("was taken over").hasMessageContaining("number 2");
        FileTakeOverChild.write(fresh, 20, 30);
        assertThat(lines(path)).isEqualTo(numbers(30));
        old.close();
        assertThatThrownBy(() -> FileTakeOverChild.sink(path, 1).assigned(0, stored))
                .hasMessageContaining("was taken over");
        fresh.close();
    }

    @Test
    void theSameOwnerTakesUpItsFileAgainAfterTrouble() throws IOException {
        Path path = directory.resolve("a.jsonl");
        FakeState state = new FakeState();
        try (FileSink sink = FileTakeOverChild.sink(path, 7)) {
            sink.assigned(0, state);
            FileTakeOverChild.write(sink, 0, 5);
            state.commit();
            Object inode = Files.getAttribute(path, "unix:ino");
            FileTakeOverChild.write(sink, 5, 9);
            state.rollback();
            sink.assigned(0, state);
            FileTakeOverChild.write(sink, 5, 12);
            assertThat(lines(path)).isEqualTo(numbers(12));
            sink.assigned(0, state);
            Object then = Files.getAttribute(path, "unix:ino");
            sink.assigned(0, state);
            assertThat(Files.getAttribute(path, "unix:ino")).as("it is copied once at most").isEqualTo(then);
            assertThat(inode).isNotNull();
        }
    }

    /** A real process, stopped by SIGSTOP wherever it happens to be, and continued after the next one has begun. */
    @Test
    void processesThatWerePausedAnywhereDoNoHarmWhenTheyWakeUp() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/kill")) || Files.isExecutable(Path.of("/usr/bin/kill")),
                "there is no kill");
        Path path = directory.resolve("b.jsonl");
        Random random = new Random(5);
        List<Process> children = new ArrayList<>();
        int next = 0;
        String mark = "";
        try {
            for (int epoch = 1; epoch <= ROUNDS; epoch++) {
                Process child = start(path, epoch, next, mark);
                children.add(child);
                // The one before wakes up while this one writes.
                BufferedReader lines = child.inputReader(StandardCharsets.UTF_8);
                int wanted = 30 + random.nextInt(60);
                for (int seen = 0; seen < wanted; seen++) {
                    String line = lines.readLine();
                    if ("waiting".equals(line)) {
                        signal("-CONT", children.get(epoch - 2));
                        line = lines.readLine();
                    }
                    assertThat(line).as("owner " + epoch).matches("\\d+ \\{.*");
                    next = Integer.parseInt(line.substring(0, line.indexOf(' ')));
                    mark = line.substring(line.indexOf(' ') + 1);
                    if (seen == wanted / 2 && epoch > 1) {
                        signal("-CONT", children.get(epoch - 2));
                    }
                }
                signal("-STOP", child);
                while (lines.ready()) {
                    String line = lines.readLine();
                    next = Integer.parseInt(line.substring(0, line.indexOf(' ')));
                    mark = line.substring(line.indexOf(' ') + 1);
                }
            }
            FakeState state = new FakeState();
            state.put(FileTakeOverChild.MARK, mark.getBytes(StandardCharsets.UTF_8));
            try (FileSink last = FileTakeOverChild.sink(path, ROUNDS + 1)) {
                Process former = children.getLast();
                FileTakeOverChild.takeUp(last, state, () -> signal("-CONT", former));
                signal("-CONT", former);
                FileTakeOverChild.write(last, next, next + 100);
                String said = former.inputReader(StandardCharsets.UTF_8).lines().reduce("", (_, l) -> l);
                assertThat(said).startsWith("refused ").contains("was taken over");
                FileTakeOverChild.write(last, next + 100, next + 200);
            }
            assertThat(lines(path)).isEqualTo(numbers(next + 200));
        } finally {
            for (Process child : children) {
                child.destroyForcibly().waitFor();
            }
        }
    }

    private static void signal(String signal, Process process) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
        // One that was refused has ended by itself.
        assertThat(status == 0 || !process.isAlive()).isTrue();
    }

    private static Process start(Path path, long epoch, int next, String mark) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", OpenSearchTest.classPath(),
                FileTakeOverChild.class.getName(), path.toString(), Long.toString(epoch), Integer.toString(next)));
        if (!mark.isEmpty()) {
            command.add(mark);
        }
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }
}

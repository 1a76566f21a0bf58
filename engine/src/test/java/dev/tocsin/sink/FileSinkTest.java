package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
    @TempDir
    Path dir;
    private final FakeState state = new FakeState();
    private final List<Problem> alarms = new ArrayList<>();

    private FileSink sink(String name, long rotate, int keep, int partitions) {
        return new FileSink(
                new FileSinkConfig(SinkStream.ALERTS, dir.resolve("logs/" + name), new ByteSize(rotate), keep,
                        SinkFormat.JSON),
                partitions, "n1", alarms::add);
    }

    private FileSink sink() {
        FileSink sink = sink("alerts.jsonl", 1_000_000, 0, 1);
        sink.assigned(0, state);
        return sink;
    }

    private void deliver(FileSink sink, int from, int to) throws IOException {
        write(sink, from, to);
        state.commit();
    }

    private static void write(FileSink sink, int from, int to) throws IOException {
        List<Event> events = IntStream.range(from, to).mapToObj(n -> Events.event(n, "{\"n\":" + n + "}")).toList();
        FakeOutput out = new FakeOutput();
        sink.handle(0, events, out);
        assertThat(out.calls()).hasSize(events.size()).containsOnly("done");
        sink.flush(Commit.NONE);
    }

    private List<Integer> lines(String name) throws IOException {
        return Files.readAllLines(dir.resolve("logs/" + name)).stream().map(l -> Json.read(l).path("n").asInt())
                .toList();
    }

    @Test
    void writesOneJsonLineForEachEventWithWhatTheEnvelopeSays() throws IOException {
        FileSink sink = sink();
        Event event = Events.event(1, "{\"a\":\"x\\ny\",\"tocsin\":{\"id\":\"forged\",\"format\":\"json\"}}");
        sink.handle(0, List.of(event), new FakeOutput());
        sink.flush(Commit.NONE);
        assertThat(Files.readAllLines(dir.resolve("logs/alerts.jsonl"))).containsExactly(
                """
                        {"a":"x\\ny","tocsin":{"id":"%s","format":"json","customer":"acme","source":"fw","origin":"s1/n1/1/1"}}"""
                        .formatted(event.id()));
        sink.close();
    }

    @Test
    void whatWasWrittenButNotCommittedIsCutOffAndWrittenAgain() throws IOException {
        FileSink sink = sink();
        deliver(sink, 0, 3);
        write(sink, 3, 6);
        sink.close();
        state.rollback();
        FileSink again = sink();
        assertThat(lines("alerts.jsonl")).containsExactly(0, 1, 2);
        deliver(again, 3, 6);
        assertThat(lines("alerts.jsonl")).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(alarms).isEmpty();
        again.close();
    }

    @Test
    void aFailedBatchInTheSameProcessLeavesNoTrace() throws IOException {
        FileSink sink = sink();
        deliver(sink, 0, 3);
        write(sink, 3, 5);
        state.rollback();
        sink.assigned(0, state);
        deliver(sink, 3, 4);
        deliver(sink, 4, 5);
        assertThat(lines("alerts.jsonl")).containsExactly(0, 1, 2, 3, 4);
        sink.close();
    }

    @Test
    void setsTheFileAsideBySizeAndKeepsTheNewestOnes() throws IOException {
        FileSink sink = sink("alerts.jsonl", 300, 2, 1);
        sink.assigned(0, state);
        for (int n = 0; n < 30; n += 3) {
            deliver(sink, n, n + 3);
        }
        sink.close();
        try (Stream<Path> files = Files.list(dir.resolve("logs"))) {
            assertThat(files.map(f -> f.getFileName().toString()).sorted()).containsExactly("alerts.jsonl",
                    "alerts.jsonl.7", "alerts.jsonl.8", "alerts.jsonl.9");
        }
        assertThat(lines("alerts.jsonl.9")).containsExactly(24, 25, 26);
        assertThat(lines("alerts.jsonl")).containsExactly(27, 28, 29);
    }

    @Test
    void bytesThatAreMissingAreNamedAndANewFileIsBegun() throws IOException {
        FileSink sink = sink();
        deliver(sink, 0, 3);
        sink.close();
        Path file = dir.resolve("logs/alerts.jsonl");
        long size = Files.size(file);
        Files.write(file, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        FileSink again = sink();
        deliver(again, 3, 5);
        again.close();
        assertThat(alarms).satisfiesExactly(p -> {
            assertThat(p.code()).isEqualTo("E401");
            assertThat(p.where()).isEqualTo(file.toString());
            assertThat(p.what()).isEqualTo("the file is shorter than what was written to it: bytes 0 to " + size + " ("
                    + size + " bytes) are gone; what is left is kept as " + file + ".1, a new file was begun");
        });
        assertThat(lines("alerts.jsonl")).containsExactly(3, 4);
        Files.delete(file);
        alarms.clear();
        sink().close();
        assertThat(alarms).extracting(Problem::what).singleElement().asString()
                .startsWith("the file is missing: bytes 0");
    }

    @Test
    void aFileThatWasThereBeforeIsKeptAside() throws IOException {
        Files.createDirectories(dir.resolve("logs"));
        Files.writeString(dir.resolve("logs/alerts.jsonl"), "{\"n\":-1}\n");
        FileSink sink = sink();
        deliver(sink, 0, 2);
        sink.close();
        assertThat(alarms).extracting(Problem::code).containsExactly("W402");
        assertThat(lines("alerts.jsonl.1")).containsExactly(-1);
        assertThat(lines("alerts.jsonl")).containsExactly(0, 1);
    }

    @Test
    void anotherPathInTheConfigurationBeginsAnotherFile() throws IOException {
        FileSink sink = sink();
        deliver(sink, 0, 2);
        sink.close();
        FileSink other = sink("other.jsonl", 1000, 0, 1);
        other.assigned(0, state);
        deliver(other, 2, 4);
        other.close();
        assertThat(lines("alerts.jsonl")).containsExactly(0, 1);
        assertThat(lines("other.jsonl")).containsExactly(2, 3);
        assertThat(alarms).isEmpty();
    }

    @Test
    void eachPartitionHasItsOwnFile() throws IOException {
        FileSink sink = sink("alerts.jsonl", 1000, 0, 2);
        FakeState second = new FakeState();
        sink.assigned(0, state);
        sink.assigned(1, second);
        sink.handle(0, List.of(Events.event(1, "{\"n\":1}")), new FakeOutput());
        sink.handle(1, List.of(Events.event(2, "{\"n\":2}")), new FakeOutput());
        sink.flush(Commit.NONE);
        assertThat(lines("alerts-p0.jsonl")).containsExactly(1);
        assertThat(lines("alerts-p1.jsonl")).containsExactly(2);
        sink.close();
    }

    @Test
    void aPartitionThatComesBackFromAnotherNodeFindsThisNodesFileAsItWas() throws IOException {
        FileSink here = sink();
        deliver(here, 0, 2);
        here.close();
        FileSink there = new FileSink(
                new FileSinkConfig(SinkStream.ALERTS, dir.resolve("n2/alerts.jsonl"), new ByteSize(1000), 0,
                        SinkFormat.JSON),
                1, "n2",
                alarms::add);
        there.assigned(0, state);
        deliver(there, 2, 4);
        there.close();
        FileSink back = sink();
        deliver(back, 4, 6);
        back.close();
        assertThat(lines("alerts.jsonl")).containsExactly(0, 1, 4, 5);
        assertThat(alarms).isEmpty();
    }

    @Test
    void twoSinksCannotWriteOneFile() throws IOException {
        FileSink sink = sink();
        FileSink second = sink("alerts.jsonl", 1000, 0, 1);
        FakeState own = new FakeState();
        deliver(sink, 0, 1);
        own.put("file/n1", state.entries().get("file/n1"));
        assertThatThrownBy(() -> second.assigned(0, own)).hasMessageContaining("is written by another sink or process");
        sink.close();
        second.assigned(0, own);
        second.close();
    }

    @Test
    void aFullDiskFailsTheFlushAndNotTheHandlingSoThatEventsWait() throws IOException {
        FakeDisk disk = new FakeDisk();
        FileSink sink = new FileSink(
                new FileSinkConfig(SinkStream.ALERTS, Path.of("/x/a.jsonl"), new ByteSize(1000), 0,
                        SinkFormat.JSON),
                1, "n1",
                alarms::add, disk);
        sink.assigned(0, state);
        disk.fail(new IOException("No space left on device"));
        FakeOutput out = new FakeOutput();
        sink.handle(0, List.of(Events.event(1, "{\"n\":1}")), out);
        assertThat(out.calls()).containsExactly("done");
        assertThatThrownBy(() -> sink.flush(Commit.NONE)).hasMessage("No space left on device");
        disk.fail(null);
        state.rollback();
        sink.assigned(0, state);
        sink.handle(0, List.of(Events.event(1, "{\"n\":1}")), new FakeOutput());
        sink.flush(Commit.NONE);
        assertThat(new String(disk.read(Path.of("/x/a.jsonl")), StandardCharsets.UTF_8).lines())
                .hasSize(1);
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> sink("a", 0, 0, 1)).hasMessageContaining("more than 0 bytes");
        assertThatThrownBy(() -> sink("a", 1, -1, 1)).hasMessageContaining("negative");
    }
}

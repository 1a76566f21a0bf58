package dev.tocsin.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.event.EventId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FileSourceTest {
    @TempDir
    Path directory;
    private final FakeAppender log = new FakeAppender();
    private final List<FileSource> sources = new ArrayList<>();
    private Duration idle = Duration.ofMillis(200);

    private FileSource start(FileSourceConfig.Mode mode, boolean oneshot, Map<String, String> cursors,
            String... patterns) {
        FileSourceConfig config = new FileSourceConfig(Arrays.stream(patterns).map(directory::resolve).toList(), "acme",
                "auto", LogSourceHint.NONE, null, mode, oneshot, null, ByteSize.parse("100KiB"), Duration.ofMillis(10),
                idle,
                ByteSize.parse("4MiB"));
        FileSource source = new FileSource("files", config,
                new Collector("main", "n1", 1, log, InstantSource.system()), cursors);
        sources.add(source);
        source.start();
        return source;
    }

    private FileSource tail(String... patterns) {
        return start(FileSourceConfig.Mode.TAIL, false, Map.of(), patterns);
    }

    private void append(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String lines(int from, int to) {
        StringBuilder text = new StringBuilder();
        IntStream.range(from, to).forEach(i -> text.append("line ").append(i).append('\n'));
        return text.toString();
    }

    private static List<String> lineList(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "line " + i).toList();
    }

    private void awaitLines(int to) {
        await().until(() -> log.ids().size() >= to);
        assertThat(log.originals()).containsExactlyElementsOf(lineList(0, to));
    }

    @AfterEach
    void close() {
        log.unblock();
        log.release();
        sources.forEach(FileSource::close);
    }

    @Test
    void aGrowingFileIsFollowedAndALineCountsWhenItIsEnded() throws IOException {
        tail("app.log");
        append("app.log", "line 0\r\n\nline");
        await().until(() -> log.size() == 1);
        append("app.log", " 1\n");
        awaitLines(2);
        JsonNode body = log.bodies().getLast();
        assertThat(body.at("/tocsin/transport").asString()).isEqualTo("file");
        assertThat(body.at("/tocsin/file/path").asString()).isEqualTo(directory.resolve("app.log").toString());
        assertThat(body.at("/tocsin/file/offset").asInt()).isEqualTo(9);
        assertThat(log.events().getLast().key()).isEqualTo(directory.resolve("app.log").toString());
    }

    @Test
    void aRotatedFileIsReadToItsEndAndTheNewOneFromItsBeginning() throws IOException {
        tail("app.log*");
        append("app.log", lines(0, 10));
        awaitLines(10);
        Files.move(directory.resolve("app.log"), directory.resolve("app.log.1"));
        append("app.log.1", lines(10, 12) + "line 12");
        await().until(() -> log.size() == 13);
        append("app.log", lines(13, 20));
        awaitLines(20);
        Set<String> keys = Set.copyOf(log.events().stream().map(e -> e.key()).toList());
        assertThat(keys).containsExactly(directory.resolve("app.log").toString());
    }

    @Test
    void aFileThatIsRenamedOutOfSightOrDeletedIsStillReadToItsEnd() throws IOException {
        tail("app.log");
        append("app.log", lines(0, 5));
        awaitLines(5);
        Files.move(directory.resolve("app.log"), directory.resolve("away"));
        append("away", lines(5, 7));
        append("app.log", lines(7, 9));
        await().until(() -> log.ids().size() == 9);
        assertThat(log.originals()).containsExactlyInAnyOrderElementsOf(lineList(0, 9));
    }

    @Test
    void copyAndTruncateLosesAndDoublesNothing() throws IOException {
        tail("app.log*");
        append("app.log", lines(0, 10));
        awaitLines(10);
        Files.copy(directory.resolve("app.log"), directory.resolve("app.log.1"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.write(directory.resolve("app.log"), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        append("app.log", lines(10, 12));
        awaitLines(12);
        // Written anew at once and longer than before, so that the size alone says nothing.
        Files.writeString(directory.resolve("app.log"), lines(12, 30), UTF_8);
        awaitLines(30);
    }

    @Test
    void filesWithTheSameHeaderAreDifferentFiles() throws IOException {
        tail("*.csv");
        append("a.csv", "time,user\n" + lines(0, 50));
        await().until(() -> log.size() == 51);
        append("b.csv", "time,user\n" + lines(50, 90));
        append("c.csv", "time,user\nx\n" + lines(90, 95));
        await().until(() -> log.originals().containsAll(lineList(0, 95)));
        assertThat(log.ids()).as("all lines, one header, one x").hasSize(97);
    }

    @Test
    void afterARestartReadingResumesBehindTheLastDurableLine() throws IOException {
        append("app.log", lines(0, 20_000));
        FileSource first = tail("app.log");
        await().until(() -> log.size() == 20_000);
        first.close();
        Map<String, String> cursors = log.cursors();
        Files.move(directory.resolve("app.log"), directory.resolve("app.log.1"));
        append("app.log.1", lines(20_000, 20_010));
        start(FileSourceConfig.Mode.TAIL, false, cursors, "app.log*");
        awaitLines(20_010);
    }

    @Test
    void afterACrashInTheMiddleReadingResumesAtTheCursorThatWasWrittenWithTheLines() throws IOException {
        String wide = "x".repeat(1000);
        StringBuilder text = new StringBuilder();
        IntStream.range(0, 20_000).forEach(i -> text.append(i).append(wide).append('\n'));
        append("app.log", text.toString());
        log.hold();
        FileSource killed = tail("app.log");
        await().until(() -> killed.status().state().equals("waiting"));
        List<String> before = log.originals();
        FakeAppender after = new FakeAppender();
        FileSourceConfig config = new FileSourceConfig(List.of(directory.resolve("app.log")), "acme", "auto",
                LogSourceHint.NONE, null, FileSourceConfig.Mode.TAIL, false, null, ByteSize.parse("100KiB"),
                Duration.ofMillis(10), idle, ByteSize.parse("4MiB"));
        FileSource next = new FileSource("files", config,
                new Collector("main", "n1", 2, after, InstantSource.system()), log.cursors());
        sources.add(next);
        next.start();
        await().until(() -> before.size() + after.size() >= 20_000);
        List<String> all = new ArrayList<>(before);
        all.addAll(after.originals());
        assertThat(before).hasSizeBetween(1, 6000);
        assertThat(String.join("\n", all) + "\n").isEqualTo(text.toString());
    }

    @Test
    void aCursorThatWasNotSavedGivesTheSameIdsAgain() throws IOException {
        append("app.log", lines(0, 100));
        FileSource first = tail("app.log");
        await().until(() -> log.size() == 100);
        first.close();
        Set<EventId> ids = log.ids();
        Files.move(directory.resolve("app.log"), directory.resolve("app.log.1"));
        Files.write(directory.resolve("app.log.2.gz"), HttpRig.gzip(lines(0, 100).getBytes(UTF_8)));
        start(FileSourceConfig.Mode.TAIL, false, Map.of(), "app.log*");
        await().until(() -> log.size() == 300 || log.size() == 200);
        assertThat(log.ids()).isEqualTo(ids);
    }

    @Test
    void aCompressedRotationOfAReadFileBringsNothingNewAndALongerOneItsRest() throws IOException {
        append("app.log", lines(0, 1000));
        FileSource first = tail("app.log*");
        awaitLines(1000);
        first.close();
        Files.delete(directory.resolve("app.log"));
        Files.write(directory.resolve("app.log.1.gz"), HttpRig.gzip((lines(0, 1500) + "line 1500").getBytes(UTF_8)));
        start(FileSourceConfig.Mode.TAIL, false, log.cursors(), "app.log*");
        awaitLines(1501);
    }

    @Test
    void wholeFilesAreReadOnceWithTheirLastLineAndOneshotStops() throws IOException {
        append("a.log", lines(0, 3) + "line 3");
        Files.createDirectories(directory.resolve("deep/er"));
        Files.write(directory.resolve("deep/er/b.log.gz"), HttpRig.gzip("zipped 0\nzipped 1".getBytes(UTF_8)));
        Files.write(directory.resolve("empty.log"), new byte[0]);
        append("other.txt", "not asked for\n");
        FileSource source = start(FileSourceConfig.Mode.WHOLE, true, Map.of(), "*.log", "**/*.gz");
        await().until(() -> source.status().state().equals("stopped"));
        assertThat(log.originals()).containsExactlyInAnyOrder("line 0", "line 1", "line 2", "line 3", "zipped 0",
                "zipped 1");
        assertThat(source.status().durable()).isEqualTo(6);
        assertThat(source.status().error()).isEmpty();
    }

    @Test
    void aGrowingFileInWholeModeHasItsLastLineTakenWhenItIsQuiet() throws IOException {
        idle = Duration.ofMillis(100);
        start(FileSourceConfig.Mode.WHOLE, false, Map.of(), "*.log");
        append("a.log", "line 0\nline 1");
        awaitLines(2);
    }

    @Test
    void aDamagedCompressedFileIsToldOfOnceAndItsWholeLinesAreKept() throws IOException {
        byte[] zipped = HttpRig.gzip(lines(0, 20_000).getBytes(UTF_8));
        Files.write(directory.resolve("a.gz"), Arrays.copyOf(zipped, zipped.length / 2));
        tail("*.gz");
        await().until(() -> !log.dead().isEmpty());
        assertThat(log.originals()).isNotEmpty().isEqualTo(lineList(0, log.size()));
        assertThat(log.causes()).hasSize(1).first().asString().contains("a.gz is damaged or cut short");
        // The rest arrives after all: a copy that was slow.
        Files.write(directory.resolve("a.gz"), zipped);
        awaitLines(20_000);
        assertThat(log.dead()).hasSize(1);
    }

    @Test
    void aLineThatIsTooLongIsADeadLetterAndTheNextIsRead() throws IOException {
        tail("app.log");
        append("app.log", "line 0\n" + "x".repeat(3_000_000));
        awaitLines(1);
        append("app.log", "y\nline 1\n" + "z".repeat(150_000) + "\nline 2\n");
        awaitLines(3);
        assertThat(log.causes()).hasSize(2);
        assertThat(log.causes().get(0)).contains("3000001 bytes", "line_max (100.0 KiB)");
        assertThat(log.causes().get(1)).contains("150000 bytes");
        assertThat(log.deadOriginals().get(0)).hasSize(64 * 1024);
    }

    @Test
    void aSlowLogBoundsWhatIsReadAhead() throws IOException {
        append("app.log", ("x".repeat(1023) + "\n").repeat(20_000));
        log.hold();
        FileSource source = tail("app.log");
        await().until(() -> source.status().state().equals("waiting"));
        assertThat(log.size()).isLessThan(6000);
        log.release();
        await().until(() -> source.status().durable() == 20_000);
    }

    @Test
    void aFileThatCannotBeReadIsSaidAndTheOthersGoOn() throws IOException {
        Files.createSymbolicLink(directory.resolve("loop.log"), directory.resolve("loop.log"));
        append("ok.log", "line 0\n");
        FileSource source = tail("*.log");
        awaitLines(1);
        assertThat(source.status().state()).isIn("running", "failing");
        FileSource none = start(FileSourceConfig.Mode.WHOLE, true, Map.of(), "nothing/*.log");
        await().until(() -> none.status().state().equals("stopped"));
        assertThat(none.status().error()).contains("no file matches");
    }

    @Test
    void aRotatedFileAndItsSuccessorWithTheSameHeaderAreTwoFilesAlsoAfterARestart() throws IOException {
        FileSource first = tail("app.csv*");
        append("app.csv", "time,user\n" + lines(0, 10));
        await().until(() -> log.size() == 11);
        Files.move(directory.resolve("app.csv"), directory.resolve("app.csv.1"));
        append("app.csv", "time,user\n" + lines(10, 15));
        await().until(() -> log.originals().containsAll(lineList(0, 15)));
        first.close();
        int before = log.size();
        append("app.csv.1", lines(15, 20));
        Files.move(directory.resolve("app.csv.1"), directory.resolve("app.csv.2"));
        Files.move(directory.resolve("app.csv"), directory.resolve("app.csv.1"));
        append("app.csv", "time,user\n" + lines(20, 25));
        start(FileSourceConfig.Mode.TAIL, false, log.cursors(), "app.csv*");
        await().until(() -> log.originals().containsAll(lineList(0, 25)));
        assertThat(log.originals().stream().filter(l -> l.startsWith("line"))).hasSize(25).doesNotHaveDuplicates();
        assertThat(log.size() - before).as("ten lines and at most the header of the new file").isBetween(10, 11);
    }

    @Test
    void aFileOfOneShortLineIsReadAtOnceAndGrowsOnFromThere() throws IOException {
        tail("*.log");
        append("a.log", "1\n");
        append("b.log", "2\n");
        await().until(() -> log.size() == 2);
        append("a.log", "3\n");
        await().until(() -> log.size() == 3);
        assertThat(log.originals()).containsExactlyInAnyOrder("1", "2", "3");
    }

    /** In beats #1341 a new file with the old one's inode went on at the old one's offset, and its beginning was lost. */
    @Test
    void aNewFileWithTheInodeOfADeletedOneIsReadFromItsBeginning() throws IOException {
        start(FileSourceConfig.Mode.WHOLE, false, Map.of(), "*.log");
        for (int round = 0; round < 20; round++) {
            // In this mode a file that was read is closed, so that the system may give its inode to the next at once.
            append("a.log", lines(round * 10, round * 10 + 10));
            int to = round * 10 + 10;
            await().until(() -> log.size() == to);
            Files.delete(directory.resolve("a.log"));
        }
        assertThat(log.originals()).containsExactlyElementsOf(lineList(0, 200));
    }

    @Test
    void copyAndTruncateWhileReadingIsBehindLosesAndDoublesNothing() throws IOException {
        String wide = "x".repeat(1000);
        StringBuilder text = new StringBuilder();
        IntStream.range(0, 10_000).forEach(i -> text.append(i).append(wide).append('\n'));
        append("app.log", text.toString());
        log.hold();
        FileSource source = tail("app.log*");
        await().until(() -> source.status().state().equals("waiting"));
        Files.copy(directory.resolve("app.log"), directory.resolve("app.log.1"));
        Files.write(directory.resolve("app.log"), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        append("app.log", "after\n");
        log.release();
        await().until(() -> log.size() >= 10_001);
        assertThat(log.originals().stream().filter(l -> !l.equals("after")).map(l -> l.replace(wide, "")))
                .containsExactlyElementsOf(IntStream.range(0, 10_000).mapToObj(Integer::toString).toList());
        assertThat(log.ids()).hasSize(10_001);
    }

    @Test
    void aFileThatIsCompressedWhileWeLookIsNotReadTwice() throws IOException {
        FileSource source = tail("app.log*");
        append("app.log", lines(0, 1000));
        awaitLines(1000);
        Files.move(directory.resolve("app.log"), directory.resolve("app.log.1"));
        append("app.log", lines(1000, 1005));
        await().until(() -> log.size() == 1005);
        Files.write(directory.resolve("app.log.1.gz"), HttpRig.gzip(lines(0, 1000).getBytes(UTF_8)));
        Files.delete(directory.resolve("app.log.1"));
        append("app.log", lines(1005, 1010));
        await().until(() -> log.size() >= 1010);
        source.close();
        assertThat(log.originals()).containsExactlyElementsOf(lineList(0, 1010));
    }
}

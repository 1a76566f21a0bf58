package dev.tocsin.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.log.Commit;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not what was written: found, moved aside, begun anew, so that the log fills the index again. */
class DamageTest {
    private static final Commit COMMIT = new Commit(Map.of("events-0", 300L), "ledger");
    @TempDir
    Path data;
    private Path directory;

    @BeforeEach
    void fill() throws IOException {
        directory = data.resolve("index");
        try (SearchIndex index = SearchIndex.open(directory)) {
            for (int i = 0; i < 300; i++) {
                index.put("event", Samples.numbered(i));
            }
            index.commit("index", COMMIT, index.opening());
        }
    }

    private Path largest() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().startsWith("_"))
                    .max(Comparator.comparingLong(f -> f.toFile().length())).orElseThrow();
        }
    }

    private static void flip(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long middle = bytes.length() / 2;
            bytes.seek(middle);
            int old = bytes.read();
            bytes.seek(middle);
            bytes.write(old ^ 0x55);
        }
    }

    private void crashed() throws IOException {
        Files.delete(directory.resolve("closed-cleanly"));
    }

    private List<Path> aside() throws IOException {
        try (Stream<Path> siblings = Files.list(data)) {
            return siblings.filter(p -> p.getFileName().toString().startsWith("index.damaged-")).toList();
        }
    }

    private void assertBegunAnew() throws IOException {
        try (SearchIndex index = SearchIndex.open(directory)) {
            assertThat(index.recovered("index")).isEqualTo(Commit.EMPTY);
            assertThat(index.documents()).isZero();
            index.put("event", Samples.numbered(1));
            index.commit("index", COMMIT, index.opening());
            assertThat(index.documents()).isEqualTo(1);
        }
        assertThat(aside()).hasSize(1);
        assertThat(aside().getFirst()).isNotEmptyDirectory();
    }

    @Test
    void aSoundIndexStaysAfterACrash() throws IOException {
        crashed();
        try (SearchIndex index = SearchIndex.open(directory)) {
            assertThat(index.recovered("index")).isEqualTo(COMMIT);
            assertThat(index.documents()).isEqualTo(300);
        }
        assertThat(aside()).isEmpty();
    }

    @Test
    void oneWrongByteIsFoundAfterACrash() throws IOException {
        flip(largest());
        crashed();
        assertBegunAnew();
    }

    @Test
    void aTornSegmentIsFoundEvenAfterACleanEnd() throws IOException {
        Path file = largest();
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(bytes.length() / 2);
        }
        assertBegunAnew();
    }

    @Test
    void aMissingSegmentIsFound() throws IOException {
        Files.delete(largest());
        assertBegunAnew();
    }

    @Test
    void aTornCommitIsFound() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            flip(files.filter(f -> f.getFileName().toString().startsWith("segments_")).findFirst().orElseThrow());
        }
        assertBegunAnew();
    }

    @Test
    void damageThatAMergeMeetsLaterIsFoundAndTheIndexBeginsAnewWithoutARestart() throws IOException {
        try (SearchIndex index = SearchIndex.open(directory)) {
            IndexStage other = new IndexStage(index, "other", _ -> false, Duration.ofSeconds(1));
            other.handle(0, List.of(Samples.numbered(9000)), new CountingOutput());
            flip(largest());
            IOException met = null;
            for (int i = 300; i < 3000 && met == null; i++) {
                try {
                    index.put("event", Samples.numbered(i));
                    index.commit("index", COMMIT, index.opening());
                } catch (IOException e) {
                    met = e;
                }
            }
            assertThat(met).isNotNull();
            assertThat(index.recovered("index")).isEqualTo(Commit.EMPTY);
            assertThat(index.documents()).isZero();
            assertThatThrownBy(() -> other.flush(COMMIT)).isInstanceOf(IOException.class)
                    .hasMessageContaining("opened again");
            assertThat(other.recovered()).isEqualTo(Commit.EMPTY);
            other.handle(0, List.of(Samples.numbered(9000)), new CountingOutput());
            other.flush(COMMIT);
            assertThat(other.recovered()).isEqualTo(COMMIT);
            assertThat(index.documents()).isEqualTo(1);
        }
        assertThat(aside()).hasSize(1);
    }

    @Test
    void onlyTheTwoNewestDamagedOnesAreKept() throws IOException {
        for (int i = 0; i < 4; i++) {
            try (SearchIndex index = SearchIndex.open(directory)) {
                index.put("event", Samples.numbered(1));
                index.commit("index", COMMIT, index.opening());
            }
            Files.delete(largest());
        }
        SearchIndex.open(directory).close();
        assertThat(aside()).hasSize(2);
    }
}

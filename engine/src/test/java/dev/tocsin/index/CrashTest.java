package dev.tocsin.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.Commit;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.queries.intervals.Intervals;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The process is killed with kill -9 in the middle of indexing, again and again; then the rest is read again. */
class CrashTest {
    private static final int KILLS = 3;
    @TempDir
    Path data;

    @Test
    void afterKillsEachRecordIsOneDocumentAndNoneIsMissing() throws Exception {
        Path directory = data.resolve("index");
        Random random = new Random(42);
        long before = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            runAndKill(directory, 3 + random.nextInt(6));
            try (SearchIndex index = SearchIndex.open(directory)) {
                Commit commit = index.recovered("index");
                long reached = commit.offsets().values().stream().mapToLong(Long::longValue).sum();
                assertThat(reached).as("progress").isGreaterThan(before);
                before = reached;
                assertThat(commit.ledger()).startsWith("ledger {");
                assertThat(index.documents()).as("documents are those before the offsets").isEqualTo(reached);
                assertHoldsAllBefore(commit, index);
            }
        }
        try (SearchIndex index = SearchIndex.open(directory)) {
            int handled = CrashChild.replay(index);
            assertThat(handled).isEqualTo(CrashChild.EVENTS - Math.toIntExact(before));
            assertThat(index.documents()).isEqualTo(CrashChild.EVENTS);
            Set<EventId> ids = new HashSet<>();
            for (int hour = 0; hour < CrashChild.EVENTS; hour += 10_000) {
                SearchResult part = index.search(new SearchQuery("", "any", null, Samples.NOON.plusMillis(hour),
                        Samples.NOON.plusMillis(hour + 10_000), 10_000));
                assertThat(part.total()).isEqualTo(10_000);
                part.hits().forEach(h -> ids.add(h.id()));
            }
            assertThat(ids).hasSize(CrashChild.EVENTS);
            assertThat(index.search(new SearchQuery("", "alert", null, null, null, 1)).total())
                    .isEqualTo(CrashChild.EVENTS / 20);
        }
    }

    private static void assertHoldsAllBefore(Commit commit, SearchIndex index) {
        List<List<Integer>> log = CrashChild.log();
        for (int p = 0; p < log.size(); p++) {
            long reached = commit.offsets().getOrDefault(CrashChild.PARTITIONS.get(p), 0L);
            for (int offset = 0; offset < log.get(p).size(); offset += 97) {
                int n = log.get(p).get(offset);
                assertThat(index.document(Samples.small(n).id()).isPresent())
                        .as("record %s of %s, reached %s", offset, CrashChild.PARTITIONS.get(p), reached)
                        .isEqualTo(offset < reached);
            }
        }
    }

    /** Kills it at a moment of its own after that many commits: while it indexes, commits or merges. */
    private static void runAndKill(Path directory, int commits) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx512m", "-cp", classPath(), CrashChild.class.getName(), directory.toString())
                .redirectErrorStream(true).start();
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            StringBuilder said = new StringBuilder();
            for (int seen = 0; seen < commits;) {
                String line = lines.readLine();
                assertThat(line).as("the child lives; it said: %s", said).isNotNull().isNotEqualTo("finished");
                said.append(line).append('\n');
                seen += line.equals("committed") ? 1 : 0;
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    /** The class path of this test, however it was started. */
    private static String classPath() {
        return Stream.of(CrashChild.class, SearchIndex.class, IndexWriter.class, QueryParser.class, Intervals.class,
                KeywordAnalyzer.class, LoggerFactory.class, Json.mapper().getClass(),
                tools.jackson.core.JsonParser.class, com.fasterxml.jackson.annotation.JsonInclude.class)
                .map(CrashTest::place).distinct().collect(Collectors.joining(File.pathSeparator));
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.tocsin.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.log.Commit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prints what indexing costs on one thread; asserts only what is found. More by {@code -Dtocsin.speed.docs=100000}. */
class SpeedTest {
    private static final int DOCS = Integer.getInteger("tocsin.speed.docs", 2_000);
    private static final long COMMIT_NANOS = 1_000_000_000;

    @TempDir
    Path directory;

    @Test
    void printsDocumentsPerSecondAndBytesPerDocument() throws IOException {
        List<Event> events = IntStream.range(0, DOCS).mapToObj(Samples::numbered).toList();
        double size = events.stream().mapToInt(e -> e.json().length).average().orElseThrow();
        try (SearchIndex index = SearchIndex.open(directory.resolve("index"))) {
            put(index, events.subList(0, DOCS / 10));
            String fresh = put(index, events);
            double bytes = index.sizeBytes() / (double) DOCS;
            String again = put(index, events);
            System.out.printf("index: %d documents of %.0f bytes, one thread, commit each second: "
                    + "new %s, again %s, %.0f bytes on disk per document%n", DOCS, size, fresh, again, bytes);
            for (String query : List.of("*", "process.name:powershell.exe", "process.command_line:*-enc*", "*shell*",
                    "source.ip:\"10.1.0.0/16\" AND process.pid:>30000")) {
                SearchResult result = index.search(new SearchQuery(query, "any", null, null, null, 100));
                System.out.printf("index: %s: %d found in %d ms%n", query, result.total(), result.tookMillis());
            }
            assertThat(index.documents()).isEqualTo(DOCS);
        }
    }

    private static String put(SearchIndex index, List<Event> events) throws IOException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = System.nanoTime();
        long cpu = threads.getCurrentThreadCpuTime();
        long committed = begin;
        for (int i = 0; i < events.size(); i++) {
            index.put("event", events.get(i));
            if (i % 500 == 0 && System.nanoTime() - committed > COMMIT_NANOS) {
                index.commit("index", new Commit(Map.of("events-0", (long) i), ""), index.opening());
                committed = System.nanoTime();
            }
        }
        index.commit("index", new Commit(Map.of("events-0", (long) events.size()), ""), index.opening());
        return "%.0f/s (%.0f us of its thread's CPU each)".formatted(events.size() * 1e9 / (System.nanoTime() - begin),
                (threads.getCurrentThreadCpuTime() - cpu) / 1e3 / events.size());
    }
}

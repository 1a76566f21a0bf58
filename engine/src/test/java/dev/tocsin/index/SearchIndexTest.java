package dev.tocsin.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.event.Event;
import dev.tocsin.log.Commit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchIndexTest {
    @TempDir
    Path directory;
    private SearchIndex index;

    @BeforeEach
    void open() throws IOException {
        index = SearchIndex.open(directory.resolve("data/index"));
    }

    @AfterEach
    void close() throws IOException {
        index.close();
    }

    private void reopen() throws IOException {
        index.close();
        open();
    }

    private long count(String text) {
        return index.search(new SearchQuery(text, "any", null, null, null, 1)).total();
    }

    @Test
    void keepsOneDocumentForEachIdAndKindAndTheLastOneWins() throws IOException {
        for (int i = 0; i < 3; i++) {
            index.put("event", Samples.event("a", "{\"round\":" + i + "}"));
            index.put("alert", Samples.event("a", "{\"round\":" + (i + 10) + "}"));
            index.commit("index", new Commit(Map.of("events-0", (long) i), ""), index.opening());
        }
        assertThat(index.documents()).isEqualTo(2);
        assertThat(count("round:2")).isEqualTo(1);
        assertThat(count("round:12 AND _kind:alert")).isEqualTo(1);
        assertThat(count("round:0 OR round:1")).isZero();
        assertThat(index.sizeBytes()).isPositive();
    }

    @Test
    void whatWasPutIsFoundWithoutACommitInHalfASecond() throws IOException {
        index.put("event", Samples.event("a", "{\"x\":1}"));
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> count("x:1") == 1);
    }

    @Test
    void eachLegFindsItsOwnCommitAgainAndWhatWasNotCommittedIsGone() throws IOException {
        assertThat(index.recovered("index")).isEqualTo(Commit.EMPTY);
        Commit events = new Commit(Map.of("events-0", 17L, "events-1", 5_000_000_000L), "{\"rows\":\"a=b,c\\n\"}");
        Commit alerts = new Commit(Map.of("alerts-0", 3L), "");
        index.put("event", Samples.event("a", "{\"x\":1}"));
        index.commit("index", events, index.opening());
        index.put("event", Samples.event("b", "{\"x\":1}"));
        index.commit("index/alerts", alerts, index.opening());
        index.put("event", Samples.event("c", "{\"x\":1}"));
        assertThat(index.recovered("index")).isEqualTo(events);
        reopen();
        assertThat(index.recovered("index")).isEqualTo(events);
        assertThat(index.recovered("index/alerts")).isEqualTo(alerts);
        assertThat(index.recovered("another")).isEqualTo(Commit.EMPTY);
        assertThat(count("x:1")).isEqualTo(2);
    }

    @Test
    void aSecondOpenerIsToldAndDoesNoHarm() throws IOException {
        index.put("event", Samples.event("a", "{\"x\":1}"));
        assertThatThrownBy(() -> SearchIndex.open(directory.resolve("data/index"))).isInstanceOf(IOException.class)
                .hasMessageContaining("open in another process");
        index.commit("index", Commit.NONE, index.opening());
        assertThat(count("x:1")).isEqualTo(1);
    }

    @Test
    void manyThreadsMayPutAndSearchAtOnce() throws Exception {
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> tasks = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int begin = t * 50;
                tasks.add(pool.submit(() -> {
                    for (int i = begin; i < begin + 100; i++) {
                        index.put("event", Samples.numbered(i));
                    }
                    index.commit("leg-" + begin, new Commit(Map.of("events-0", (long) begin), ""), index.opening());
                    return count("process.name:*");
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        }
        assertThat(index.documents()).isEqualTo(250);
        reopen();
        assertThat(index.documents()).isEqualTo(250);
        for (int begin = 0; begin < 200; begin += 50) {
            assertThat(index.recovered("leg-" + begin).offsets()).containsEntry("events-0", (long) begin);
        }
    }

    @Test
    void theStageSettlesEachEventAndADocumentThatCannotBeStopsNobody() throws Exception {
        try (IndexStage stage = new IndexStage(index, "index", e -> e.index().startsWith("alerts"),
                Duration.ofMillis(700))) {
            assertThat(stage.commitInterval()).isEqualTo(Duration.ofMillis(700));
            assertThat(stage.recovered()).isEqualTo(Commit.EMPTY);
            Event broken = Samples.event("broken", "{\"x\":");
            Event list = Samples.event("list", "[1]");
            Event deep = Samples.event("deep", "{\"a\":".repeat(300) + "1" + "}".repeat(300));
            CountingOutput out = new CountingOutput();
            stage.handle(0, List.of(Samples.event("a", "{\"x\":1}"), broken, list, deep,
                    Samples.event("b", "{\"x\":1}")), out);
            assertThat(out.done).containsExactly(Samples.id("a"), Samples.id("b"));
            assertThat(out.dead).containsOnlyKeys(broken.id(), list.id(), deep.id());
            assertThat(out.dead.get(broken.id())).startsWith("cannot be indexed: the body is not JSON");
            assertThat(out.dead.get(list.id())).contains("not a JSON object");
            assertThat(out.dead.get(deep.id())).contains("depth");
            Commit commit = new Commit(Map.of("events-0", 5L), "ledger");
            stage.flush(commit);
            assertThat(stage.recovered()).isEqualTo(commit);
        }
        assertThat(count("x:1")).isEqualTo(2);
    }
}

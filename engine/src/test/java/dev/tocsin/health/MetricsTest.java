package dev.tocsin.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void what_was_counted_measured_and_timed_is_in_the_text_under_its_own_name() throws Exception {
        metrics.counter("tocsin_log_events_total", "Events", "stage", "detect").add(7);
        metrics.counter("tocsin_index_documents_total", "Documents", new AtomicLong(3)::get);
        metrics.gauge("tocsin_log_lag_records", "Behind", () -> 42, "stage", "index");
        Metrics.Stopwatch watch = metrics.timer("tocsin_log_commit_seconds", "Commits");
        watch.record(Duration.ofMillis(1500));
        assertThat(watch.time(() -> "result")).isEqualTo("result");
        assertThat(metrics.text()).contains("tocsin_log_events_total{stage=\"detect\"} 7.0\n")
                .contains("tocsin_index_documents_total 3.0\n")
                .contains("tocsin_log_lag_records{stage=\"index\"} 42.0\n")
                .contains("tocsin_log_commit_seconds_count 2\n").contains("# TYPE tocsin_log_commit_seconds histogram")
                .contains("# HELP tocsin_log_events_total Events\n");
    }

    @Test
    void heap_and_process_are_measured_from_the_start() {
        assertThat(metrics.text()).contains("jvm_memory_used_bytes{area=\"heap\"").contains("process_cpu_usage")
                .contains("process_uptime_seconds").contains("process_files_open_files")
                .containsPattern("tocsin_process_resident_bytes [1-9]");
    }

    @Test
    void a_name_that_breaks_the_habit_or_comes_twice_is_refused() {
        assertThatThrownBy(() -> metrics.counter("tocsin_log_events", "")).hasMessageContaining("_total");
        assertThatThrownBy(() -> metrics.gauge("tocsin_log_lag_total", "", () -> 1)).hasMessageContaining("named");
        assertThatThrownBy(() -> metrics.gauge("lag", "", () -> 1)).hasMessageContaining("tocsin_<room>");
        metrics.counter("tocsin_a_b_total", "", "stage", "x");
        metrics.counter("tocsin_a_b_total", "", "stage", "y");
        assertThatThrownBy(() -> metrics.counter("tocsin_a_b_total", "", "stage", "x"))
                .hasMessageContaining("already");
    }

    @Test
    void every_line_gets_the_labels_of_the_node_but_where_it_has_its_own() {
        metrics.everywhere(() -> Map.of("engine", "blue", "run", "live"));
        assertThat(metrics.labelled("""
                # HELP a_b help{run="x"}
                a_b 1
                a_b{} 2
                a_b{stage="x"} 3
                a_b{run="r1",stage="x"} 4
                a_b{rule="a \\"quoted\\",run=\\"no\\" and a brace }"} 5
                a_b{other="1",run="r2"} 6
                """)).isEqualTo("""
                # HELP a_b help{run="x"}
                a_b{engine="blue",run="live"} 1
                a_b{engine="blue",run="live"} 2
                a_b{engine="blue",run="live",stage="x"} 3
                a_b{engine="blue",run="r1",stage="x"} 4
                a_b{engine="blue",run="live",rule="a \\"quoted\\",run=\\"no\\" and a brace }"} 5
                a_b{engine="blue",other="1",run="r2"} 6
                """);
    }

    @Test
    void a_closed_gauge_is_gone() {
        metrics.gauge("tocsin_sink_queue_records", "", () -> 5).close();
        assertThat(metrics.text()).doesNotContain("tocsin_sink_queue_records");
    }
}

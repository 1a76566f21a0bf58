package dev.tocsin.index;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of the index. */
@Doc("The search index: Lucene, in this process.")
public record IndexConfig(
        @Doc("Whether events and alerts are indexed; without it there is no search.") @Default("true") boolean enabled,
        @Doc("Directory of the index; by default the directory index in the data directory.") @Nullable Path path,
        @Doc("How often the index is made durable; a crash indexes at most so much again. From 50ms to 1m.") @Default("3s") Duration commitInterval) {

    public IndexConfig {
        if (commitInterval.compareTo(Duration.ofMillis(50)) < 0
                || commitInterval.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("commit_interval is from 50ms to 1m, not " + commitInterval.toMillis()
                    + "ms");
        }
    }

    /** All defaults. */
    public static IndexConfig defaults() {
        return new IndexConfig(true, null, Duration.ofSeconds(3));
    }

    /** Where the index is, for a node that keeps its things in {@code data}. */
    public Path directory(Path data) {
        return path == null ? data.resolve("index") : path;
    }
}

package dev.tocsin.log;

import java.util.Map;
import java.util.TreeMap;

/**
 * How far a leg that keeps its results outside the log has come.
 *
 * @param offsets topic-partition such as {@code events-0} to the next offset to read
 * @param ledger the counts that belong to this commit, opaque to the stage. If the process dies between the stage's
 *            own commit and the log's, the loop writes them when it comes back: nothing is counted twice or not at all.
 */
public record Commit(Map<String, Long> offsets, String ledger) {
    /** The stage keeps nothing outside the log: the log's own offsets decide. */
    public static final Commit NONE = new Commit(Map.of(), "");
    static final String LOST = "lost";
    /** The stage keeps results outside the log and has none: it must read from the oldest kept record. */
    public static final Commit EMPTY = new Commit(Map.of(), LOST);

    public Commit {
        offsets = Map.copyOf(new TreeMap<>(offsets));
    }
}

package dev.tocsin.log;

import dev.tocsin.event.Event;
import java.time.Duration;
import java.util.List;

/**
 * What one stage does with events; everything else is done by the stage loop. One instance serves one worker
 * and is called by that worker's thread only.
 *
 * <p>The contract: {@link #handle} settles each event of the batch exactly once through the {@link Output} (pass, done,
 * drop, dead or hold). What it says takes effect when the loop commits, all of it or nothing. When {@code handle}
 * throws, nothing of the batch has happened: the loop calls {@link #assigned} again for every partition, tries the batch
 * by halves, and an event that throws alone goes to {@code dead} with the exception as its cause. When {@link #flush} or
 * {@link #assigned} throws, the outside is taken to be away: the loop begins again from the last commit.
 */
public interface Stage extends AutoCloseable {
    /** A partition is ours now (or must be taken up anew): forget what was known of it and read the state. */
    default void assigned(int partition, State state) {
    }

    /** The partition is somebody else's now. */
    default void revoked(int partition) {
    }

    /**
     * Said before each {@link #handle}: where the events of the batch stand in the input, one number for each, ascending. For
     * stages with one input; with several the numbers of one partition are of different streams.
     */
    default void offsets(int partition, long[] offsets) {
    }

    /** Whether it wants the {@link Mark}s between the events; if not, they are passed over. */
    default boolean wantsMarks() {
        return false;
    }

    /** Settles each of the events, which are in the order of the partition. */
    void handle(int partition, List<Event> events, Output out) throws Exception;

    /**
     * Called again and again, some ten times a second, while there is nothing in the partition that was not handled. What
     * it makes is committed like the results of a batch.
     */
    default void idle(int partition, Output out) throws Exception {
    }

    /**
     * Called after each turn for each partition of ours, whether something was handled in it or not: the place for a small
     * piece of work that lies beside the events of now. What it makes, and what it changes in the state, is committed like the
     * results of a batch. When it throws, none of that has happened, and the loop begins again from the last commit.
     *
     * @param next where the next event that comes to {@link #handle} stands in the input, or later
     * @return whether anything was made or changed, so that there is something to commit
     */
    default boolean beside(int partition, long next, Output out) throws Exception {
        return false;
    }

    /** The events of the partition will come again from an earlier place; what the state knows of later ones may be wrong. */
    default void rewound(int partition) {
    }

    /**
     * For stages that keep their results outside the log (index, file): called before each commit; makes durable what
     * was handled since the last one. {@code commit} names the offsets reached and is to be kept with the results.
     */
    default void flush(Commit commit) throws Exception {
    }

    /**
     * The last commit that {@link #flush} made durable, by which the loop resumes. {@link Commit#NONE} for a stage that
     * keeps nothing outside the log, {@link Commit#EMPTY} when it does and there is nothing yet.
     */
    default Commit recovered() {
        return Commit.NONE;
    }

    /** How long results may gather before a commit; zero commits each batch. */
    default Duration commitInterval() {
        return Duration.ZERO;
    }

    @Override
    default void close() throws Exception {
    }
}

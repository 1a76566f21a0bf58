package dev.tocsin.fabric.store;

import java.util.List;

/** The time during which one process may write to a {@link StoreLog}. Any exception ends it. Owned by one thread. */
public interface StoreTerm extends AutoCloseable {
    /** Greater than that of any term before. */
    long epoch();

    /** Everything that any term before has committed is before this position. */
    long end();

    /**
     * Writes all of it or nothing, and durably when it returns; also says that the leader lives.
     *
     * @return the position behind it
     * @throws RuntimeException when the term is over; whether it was written, the log says to the next
     */
    long append(List<StoreLog.Kept> records);

    /** Whether, by this process's monotonic clock, nobody else can have begun. */
    boolean isHeld();

    /** Ends it and says so, so that another may begin at once. */
    @Override
    void close();
}

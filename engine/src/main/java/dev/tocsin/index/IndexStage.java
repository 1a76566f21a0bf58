package dev.tocsin.index;

import dev.tocsin.event.Event;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * The leg that fills the index. A document that cannot be indexed goes to {@code dead} and stops nobody; when the disk
 * fails, everything waits.
 *
 * <p>One worker for each name: the offsets and the ledger of a name are one commit. Several legs may share the index under
 * names of their own. The index belongs to the node, which closes it.
 */
public final class IndexStage implements Stage {
    private static final long NOTHING_PUT = 0;
    private static final long SEVERAL = -1;

    private final SearchIndex index;
    private final String name;
    private final Predicate<Event> isAlert;
    private final Duration commitInterval;
    private long opening = NOTHING_PUT;

    /**
     * @param name under which the place in the log is kept in the index
     * @param isAlert which of the events are alerts; the stream is not told to a stage
     */
    public IndexStage(SearchIndex index, String name, Predicate<Event> isAlert, Duration commitInterval) {
        this.index = index;
        this.name = name;
        this.isAlert = isAlert;
        this.commitInterval = commitInterval;
    }

    @Override
    public void handle(int partition, List<Event> events, Output out) throws IOException {
        for (Event event : events) {
            try {
                long now = index.put(isAlert.test(event) ? SearchIndex.ALERT : SearchIndex.EVENT, event);
                opening = opening == NOTHING_PUT || opening == now ? now : SEVERAL;
                out.done(event);
            } catch (IllegalArgumentException e) {
                out.dead(event, "cannot be indexed: " + e.getMessage());
            }
        }
    }

    @Override
    public void flush(Commit commit) throws IOException {
        long put = opening == NOTHING_PUT ? index.opening() : opening;
        // When this fails the loop reads again from the last commit: then, too, nothing put is waiting.
        opening = NOTHING_PUT;
        index.commit(name, commit, put);
    }

    @Override
    public Commit recovered() {
        return index.recovered(name);
    }

    @Override
    public Duration commitInterval() {
        return commitInterval;
    }
}

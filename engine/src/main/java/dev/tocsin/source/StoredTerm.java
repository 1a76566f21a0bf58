package dev.tocsin.source;

import dev.tocsin.event.Event;
import dev.tocsin.log.Appender;
import dev.tocsin.log.Appender.DeadLetter;
import dev.tocsin.source.state.FencedException;
import dev.tocsin.source.state.FencedState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Events into the log, then the cursor into a store of its own. Between the two a crash lets events be read again: they
 * have the same ids, and the process stage drops them.
 */
final class StoredTerm implements SourceTerm {
    private static final long WAIT_MILLIS = 100;
    private static final long WAIT_MILLIS_MAX = 5_000;

    private final FencedState.Term term;
    private final Appender appender;

    StoredTerm(FencedState.Term term, Appender appender) {
        this.term = term;
        this.appender = appender;
    }

    @Override
    public long epoch() {
        return term.epoch();
    }

    @Override
    public String cursor() {
        return term.document();
    }

    @Override
    public void append(List<Event> events, List<DeadLetter> refused, String cursor)
            throws FencedException, InterruptedException {
        if (!events.isEmpty() || !refused.isEmpty()) {
            try {
                appender.append(events, refused, Map.of()).join();
            } catch (CompletionException e) {
                throw new IllegalStateException("the log is closed: " + e.getMessage(), e);
            }
        }
        long wait = WAIT_MILLIS;
        while (true) {
            try {
                term.write(cursor);
                return;
            } catch (FencedException e) {
                throw e;
            } catch (IOException _) {
                TimeUnit.MILLISECONDS.sleep(wait);
                wait = Math.min(WAIT_MILLIS_MAX, wait * 2);
            }
        }
    }

    @Override
    public void renew() throws IOException {
        term.renew();
    }

    @Override
    public boolean isHeld() {
        return term.isHeld();
    }

    @Override
    public void close() {
        term.close();
    }
}

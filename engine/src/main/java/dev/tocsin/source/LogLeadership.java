package dev.tocsin.source;

import dev.tocsin.event.Event;
import dev.tocsin.log.Appender.DeadLetter;
import dev.tocsin.source.state.FencedException;
import dev.tocsin.source.state.KafkaState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Leads a source whose place is kept in the log itself: events and cursor are one transaction. */
public final class LogLeadership implements Leadership {
    private final KafkaState state;
    private final Duration lease;

    public LogLeadership(KafkaState state, Duration lease) {
        this.state = state;
        this.lease = lease;
    }

    @Override
    public Optional<SourceTerm> tryLead() throws IOException {
        return state.tryLeadInLog().map(LogTerm::new);
    }

    @Override
    public String leader() {
        return state.leader();
    }

    @Override
    public Duration lease() {
        return lease;
    }

    @Override
    public void close() {
        state.close();
    }

    private record LogTerm(KafkaState.LogTerm term) implements SourceTerm {
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
            try {
                term.append(events, refused, cursor);
            } catch (FencedException e) {
                throw e;
            } catch (InterruptedIOException e) {
                throw new InterruptedException(e.getMessage());
            } catch (IOException e) {
                // Only a new term can know whether it was committed.
                throw new FencedException("the log did not say whether it has the events: " + e.getMessage(), e);
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
}

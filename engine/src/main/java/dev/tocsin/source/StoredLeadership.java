package dev.tocsin.source;

import dev.tocsin.log.Appender;
import dev.tocsin.source.state.FencedState;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Leads a source whose place is kept in a store, and whose events go into the log. */
public final class StoredLeadership implements Leadership {
    private final FencedState state;
    private final Duration lease;
    private final Appender appender;

    public StoredLeadership(FencedState state, Duration lease, Appender appender) {
        this.state = state;
        this.lease = lease;
        this.appender = appender;
    }

    @Override
    public Optional<SourceTerm> tryLead() throws IOException {
        return state.tryLead().map(term -> new StoredTerm(term, appender));
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
}

package dev.tocsin.node.connector;

import dev.tocsin.event.Event;
import dev.tocsin.log.Appender.DeadLetter;
import dev.tocsin.source.Leadership;
import dev.tocsin.source.SourceTerm;
import dev.tocsin.source.state.FencedException;
import dev.tocsin.source.state.FencedState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The sources of a connector lead together, since they share its outputs: the first that asks begins a term, the others
 * join it, and it ends when the last has left. Thread-safe.
 */
final class ConnectorLeader implements AutoCloseable {
    private final FencedState store;
    private final Duration lease;
    private final BiFunction<FencedState.Term, ConnectorState, ConnectorTerm> begin;
    private @Nullable ConnectorTerm current;
    private int members;

    /** @param begin opens the outputs for a term */
    ConnectorLeader(FencedState store, Duration lease,
            BiFunction<FencedState.Term, ConnectorState, ConnectorTerm> begin) {
        this.store = store;
        this.lease = lease;
        this.begin = begin;
    }

    private synchronized Optional<ConnectorTerm> join() throws IOException {
        ConnectorTerm term = current;
        if (term == null) {
            Optional<FencedState.Term> won = store.tryLead();
            if (won.isEmpty()) {
                return Optional.empty();
            }
            try {
                term = begin.apply(won.get(), ConnectorState.read(won.get().document()));
            } catch (RuntimeException e) {
                won.get().close();
                throw e;
            }
            current = term;
        } else if (!term.isHeld()) {
            // Those who are still in it have not noticed yet.
            return Optional.empty();
        }
        members++;
        return Optional.of(term);
    }

    private synchronized void leave(ConnectorTerm term) {
        members--;
        if (members == 0) {
            current = null;
            term.close();
        }
    }

    /** How one of the sources comes to lead. */
    Leadership of(String source) {
        return new Leadership() {
            @Override
            public Optional<SourceTerm> tryLead() throws IOException {
                return join().map(term -> new Member(source, term));
            }

            @Override
            public String leader() {
                return store.leader();
            }

            @Override
            public Duration lease() {
                return lease;
            }

            @Override
            public void close() {
                // The store is closed with the connector.
            }
        };
    }

    @Override
    public void close() {
        store.close();
    }

    /** One source's part of a term. */
    private final class Member implements SourceTerm {
        private final String source;
        private final ConnectorTerm term;

        Member(String source, ConnectorTerm term) {
            this.source = source;
            this.term = term;
        }

        @Override
        public long epoch() {
            return term.epoch();
        }

        @Override
        public String cursor() {
            return term.cursor(source);
        }

        @Override
        public void append(List<Event> events, List<DeadLetter> refused, String cursor)
                throws FencedException, InterruptedException {
            term.append(source, events, refused, cursor);
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
            leave(term);
        }
    }
}

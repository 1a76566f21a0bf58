package dev.tocsin.source.state;

import dev.tocsin.event.Event;
import dev.tocsin.log.Appender.DeadLetter;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.FencedAppender;
import dev.tocsin.log.FencedTerm;
import dev.tocsin.log.LogException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** State in the log itself. What it leads by is a {@link LogTerm}, which takes the events in the same transaction. */
public final class KafkaState implements FencedState {
    private final FencedAppender appender;

    KafkaState(String source, KafkaStateConfig config, DurableLog log) {
        appender = log.fencedAppender(Documents.checkSource(source), config.lease());
    }

    @Override
    public Optional<Term> tryLead() throws IOException {
        return tryLeadInLog().map(term -> term);
    }

    /** As {@link #tryLead}, with what only the log has. */
    public Optional<LogTerm> tryLeadInLog() throws IOException {
        try {
            return appender.tryLead().map(LogTerm::new);
        } catch (LogException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public String leader() {
        return appender.leader();
    }

    @Override
    public void close() {
        appender.close();
    }

    /** A term whose events, and the document with them, are written in one transaction. */
    public static final class LogTerm implements Term {
        private final FencedTerm term;

        LogTerm(FencedTerm term) {
            this.term = term;
        }

        @Override
        public long epoch() {
            return term.epoch();
        }

        @Override
        public String document() {
            return term.document();
        }

        /**
         * Events for {@code intake}, what could not be made an event, and the document: all of it or nothing. Waits as long
         * as the log takes nothing. What an IOException leaves open, the next term's document tells.
         *
         * @throws FencedException when a newer term has begun: nothing was written, and nothing ever will be
         */
        public void append(List<Event> events, List<DeadLetter> dead, String document) throws IOException {
            run(() -> {
                term.append(events, dead, document);
                return true;
            });
        }

        @Override
        public void write(String document) throws IOException {
            Documents.bytes(document);
            append(List.of(), List.of(), document);
        }

        @Override
        public void renew() throws IOException {
            run(() -> {
                term.renew();
                return true;
            });
        }

        private static void run(Callable<Boolean> what) throws IOException {
            try {
                what.call();
            } catch (dev.tocsin.log.FencedException e) {
                throw new FencedException(String.valueOf(e.getMessage()), e);
            } catch (LogException e) {
                throw new IOException(e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException("interrupted while writing to the log");
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("nothing else is thrown", e);
            }
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

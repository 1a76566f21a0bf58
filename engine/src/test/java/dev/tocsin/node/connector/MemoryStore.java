package dev.tocsin.node.connector;

import dev.tocsin.source.state.FencedException;
import dev.tocsin.source.state.FencedState;
import java.io.IOException;
import java.util.Optional;

/** A store in memory with the rules of a real one: only the newest term may write. Leases are not waited for. */
final class MemoryStore {
    private long epoch;
    private String document = "";
    /** Called before and after each write takes effect; may throw what kills the writer. */
    Runnable disturb = () -> {
    };

    synchronized String document() {
        return document;
    }

    FencedState state() {
        return new FencedState() {
            @Override
            public Optional<Term> tryLead() {
                return Optional.of(lead());
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    synchronized FencedState.Term lead() {
        long mine = ++epoch;
        String first = document;
        return new FencedState.Term() {
            @Override
            public long epoch() {
                return mine;
            }

            @Override
            public String document() {
                return first;
            }

            @Override
            public void write(String text) throws IOException {
                disturb.run();
                put(mine, text);
                disturb.run();
            }

            @Override
            public void renew() throws IOException {
                check(mine);
            }

            @Override
            public boolean isHeld() {
                synchronized (MemoryStore.this) {
                    return epoch == mine;
                }
            }

            @Override
            public void close() {
                // Another may lead at any time.
            }
        };
    }

    private synchronized void put(long mine, String text) throws FencedException {
        check(mine);
        document = text;
    }

    private synchronized void check(long mine) throws FencedException {
        if (mine != epoch) {
            throw new FencedException("epoch " + mine + " is over, " + epoch + " leads");
        }
    }
}

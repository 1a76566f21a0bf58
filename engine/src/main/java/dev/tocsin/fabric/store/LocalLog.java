package dev.tocsin.fabric.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** No log: the only copy of the store is at this node, which is its master always. */
final class LocalLog implements StoreLog {
    @Override
    public String id() {
        return "";
    }

    @Override
    public boolean seek(long position) {
        return true;
    }

    @Override
    public long position() {
        return 0;
    }

    @Override
    public long end() {
        return 0;
    }

    @Override
    public List<Kept> poll(Duration patience) {
        return List.of();
    }

    @Override
    public Optional<StoreTerm> tryLead() {
        return Optional.of(new StoreTerm() {
            @Override
            public long epoch() {
                return 1;
            }

            @Override
            public long end() {
                return 0;
            }

            @Override
            public long append(List<Kept> records) {
                return 0;
            }

            @Override
            public boolean isHeld() {
                return true;
            }

            @Override
            public void close() {
                // Nobody waits for it.
            }
        });
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}

package dev.tocsin.fabric.cluster;

import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.store.Answer;
import dev.tocsin.fabric.store.Expiry;
import dev.tocsin.fabric.store.Mutation;
import dev.tocsin.fabric.store.Store;
import dev.tocsin.fabric.store.StoreException;
import dev.tocsin.fabric.store.StoreFault;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Something that one node of a cluster does at a time, such as the manager's work, and that another takes over when it goes.
 * Who does it is a key in a {@link Store} that expires unless its holder writes it again: taken with put_unique, kept with
 * the revision that the holder wrote last. On a replicated store there is no node whose loss ends this.
 *
 * <p>The holder counts its lease from before it asked, so it stops no later than another can begin, as long as clocks run
 * equally fast. A process that is paused cannot know that its time is over: whatever must not happen twice has to carry
 * {@link #token}, which rises from holder to holder, to a place that refuses a smaller one.
 */
public final class Duty implements AutoCloseable {
    private final Store store;
    private final Value key;
    private final Value self;
    private final Duration lease;
    private final Duration hesitation;
    private final Listener listener;
    private final Thread thread;
    private volatile long heldUntil;
    private volatile long token;
    private volatile boolean held;
    private volatile boolean closed;

    /** Is told, one call after the other. */
    public interface Listener {
        /** @param token rises from holder to holder */
        void begun(long token);

        /** Another may begin from now on. */
        void ended();
    }

    /**
     * @param name of the duty
     * @param node that may take it
     * @param lease after which another takes over from one that does not answer
     * @param hesitation how long this node leaves the duty to others before it takes it; zero for the one that is meant to have it
     */
    public Duty(Store store, String name, String node, Duration lease, Duration hesitation, Listener listener) {
        this.store = store;
        this.key = Value.of("duty/" + name);
        this.self = Value.of(node);
        this.lease = lease;
        this.hesitation = hesitation;
        this.listener = listener;
        thread = Thread.ofVirtual().name("fabric-duty-" + name).start(this::run);
    }

    /** Whether this node has the duty now. */
    public boolean isHeld() {
        return held && System.nanoTime() < heldUntil;
    }

    /** Of the last time that this node had the duty; 0 before. */
    public long token() {
        return token;
    }

    private void run() {
        long vacantSince = 0;
        try {
            while (!closed) {
                if (held) {
                    keep();
                } else if (!isVacant()) {
                    vacantSince = 0;
                } else if (vacantSince == 0 && !hesitation.isZero()) {
                    vacantSince = System.nanoTime();
                } else if (vacantSince == 0 || System.nanoTime() - vacantSince >= hesitation.toNanos()) {
                    take();
                }
                TimeUnit.MILLISECONDS.sleep(lease.toMillis() / (held ? 3 : 8));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lose();
        }
    }

    private boolean isVacant() throws InterruptedException {
        try {
            store.get(key, lease).get(lease.toMillis() * 2, TimeUnit.MILLISECONDS);
            return false;
        } catch (ExecutionException e) {
            return is(e, StoreFault.NO_SUCH_KEY);
        } catch (TimeoutException _) {
            return false;
        }
    }

    private void take() throws InterruptedException {
        long asked = System.nanoTime();
        try {
            Answer answer = asked(Mutation.putUnique(key, self).with(Expiry.after(lease)));
            if (answer.value().equals(Value.of(true))) {
                heldUntil = asked + lease.toNanos();
                token = answer.revision();
                held = true;
                listener.begun(token);
            }
        } catch (ExecutionException | TimeoutException _) {
            // Whether it was written is not known: if it was, it expires, and it can be taken again then.
        }
    }

    private void keep() throws InterruptedException {
        long asked = System.nanoTime();
        try {
            Answer answer = asked(Mutation.put(key, self).with(Expiry.after(lease)).ifRevision(token));
            heldUntil = asked + lease.toNanos();
            token = answer.revision();
        } catch (ExecutionException | TimeoutException e) {
            // Of a request without an answer nobody knows whether it was made; what is certain is when the lease ends.
            if (is(e, StoreFault.REVISION_MISMATCH) || System.nanoTime() >= heldUntil - lease.toNanos() / 3) {
                lose();
            }
        }
    }

    private static boolean is(Exception e, StoreFault fault) {
        return e.getCause() instanceof StoreException refused && refused.fault() == fault;
    }

    private Answer asked(Mutation mutation) throws InterruptedException, ExecutionException, TimeoutException {
        return store.mutate(mutation, lease.dividedBy(3)).get(lease.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void lose() {
        if (held) {
            held = false;
            listener.ended();
        }
    }

    /** Gives the duty up, so that another can take it at once. */
    @Override
    public void close() {
        closed = true;
        boolean had = isHeld();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (had) {
            store.mutate(Mutation.erase(key).ifRevision(token), lease);
        }
    }
}

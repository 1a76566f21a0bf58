package dev.tocsin.node.connector;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.log.Appender.DeadLetter;
import dev.tocsin.node.connector.ConnectorState.Sending;
import dev.tocsin.source.state.FencedException;
import dev.tocsin.source.state.FencedState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of all sources, from the pollers to all outputs, for one term of leadership.
 *
 * <p>For each batch there is one write to the store, before it is sent: it says that all batches before are at the outputs,
 * and which ids are about to be sent. If the store refuses it, another leads, and nothing is sent. If this process dies,
 * the successor reads again behind the last batch, and knows of which events it cannot be known whether they were
 * delivered: a file is cut back to where the state says, an output that counts commits of its own is asked, and what goes
 * to the others again is counted.
 */
final class ConnectorTerm {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectorTerm.class);
    private static final long WAIT_MILLIS = 50;
    private static final long WAIT_MILLIS_MAX = 2_000;
    /** Doubts that have not come again within so many batches never will. */
    private static final int DOUBTFUL_BATCHES = 1_000;

    private final FencedState.Term term;
    private final Normaliser normaliser;
    private final List<OutputRun> outputs;
    private final OutputRun dead;
    private boolean takenUp;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    /** Held for a batch, from its announcement to the last output. */
    private final ReentrantLock delivering = new ReentrantLock(true);
    private final ReentrantLock writing = new ReentrantLock();
    /** What the store is to hold; guarded by the lock. */
    private ConnectorState state;
    private boolean dirty;
    private volatile boolean over;

    /**
     * @param outputs by name, made for this term
     * @param dead where goes what cannot be delivered
     */
    ConnectorTerm(FencedState.Term term, ConnectorState state, Normaliser normaliser, List<OutputRun> outputs,
            OutputRun dead) {
        this.term = term;
        this.state = state;
        this.normaliser = normaliser;
        this.outputs = outputs;
        this.dead = dead;
    }

    long epoch() {
        return term.epoch();
    }

    /** Where reading of the source goes on; empty at the very first. */
    String cursor(String source) {
        return state.cursors().getOrDefault(source, "");
    }

    /**
     * Makes the events of one source durable at all outputs, and then its cursor. One at a time; the others wait.
     *
     * @throws FencedException when another leads by now
     */
    void append(String source, List<Event> events, List<DeadLetter> refused, String cursor)
            throws FencedException, InterruptedException {
        delivering.lockInterruptibly();
        try {
            if (events.isEmpty() && refused.isEmpty()) {
                settle(source, cursor, Set.of());
            } else {
                send(source, normaliser.normalise(events, refused), cursor);
            }
        } finally {
            delivering.unlock();
        }
    }

    private void send(String source, Normaliser.Batch batch, String cursor)
            throws FencedException, InterruptedException {
        List<EventId> ids = new ArrayList<>();
        batch.events().forEach(e -> ids.add(e.id()));
        batch.dead().forEach(d -> ids.add(d.event().id()));
        try {
            if (!takenUp) {
                takeUp();
            }
            intend(ids);
            deliver(batch);
        } catch (OutputRun.Superseded _) {
            throw new FencedException("another leads since epoch " + term.epoch());
        }
        settle(source, cursor, new HashSet<>(ids));
    }

    /**
     * Asks every output how far the sender before came. What comes of that is written with the first batch, since after it
     * an output that counts will only speak of that one.
     */
    private void takeUp() throws InterruptedException {
        List<OutputRun> all = new ArrayList<>(outputs);
        all.add(dead);
        List<Sending> sending = new ArrayList<>(state.sending());
        for (OutputRun output : all) {
            long reached = output.takeUp(() -> over);
            sending.replaceAll(s -> s.batch() == state.batch() && s.batch() == reached ? s.foundAt(output.name()) : s);
            for (Sending s : sending) {
                if (s.at().contains(output.name())) {
                    output.known(s.ids());
                } else {
                    output.doubtful(s.ids());
                }
            }
        }
        writing.lock();
        try {
            state = new ConnectorState(state.batch(), state.cursors(), state.outputs(), sending);
        } finally {
            writing.unlock();
        }
        takenUp = true;
    }

    private void intend(List<EventId> ids) throws FencedException, InterruptedException {
        ConnectorState next;
        writing.lock();
        try {
            long number = state.batch() + 1;
            // Those of dead senders stay until their events have come again: an output may have had them from another batch.
            List<Sending> sending = new ArrayList<>(state.sending());
            sending.removeIf(s -> s.batch() <= number - DOUBTFUL_BATCHES);
            sending.add(new Sending(number, ids, Set.of()));
            next = new ConnectorState(number, state.cursors(), memories(), sending);
            state = next;
        } finally {
            writing.unlock();
        }
        write(next);
    }

    private Map<String, Map<String, byte[]>> memories() {
        Map<String, Map<String, byte[]>> all = new HashMap<>(state.outputs());
        outputs.forEach(o -> all.put(o.name(), o.memory().committed()));
        all.put(dead.name(), dead.memory().committed());
        return all;
    }

    /** Tries again until the store has it or refuses it; nothing is sent before. */
    private void write(ConnectorState next) throws FencedException, InterruptedException {
        long wait = WAIT_MILLIS;
        while (true) {
            writing.lock();
            try {
                term.write(next.write());
                dirty = false;
                return;
            } catch (FencedException e) {
                over = true;
                throw e;
            } catch (IOException e) {
                LOG.warn("the state cannot be written: {}; trying again", e.getMessage());
            } finally {
                writing.unlock();
            }
            TimeUnit.MILLISECONDS.sleep(wait);
            wait = Math.min(WAIT_MILLIS_MAX, wait * 2);
        }
    }

    private void deliver(Normaliser.Batch batch) throws InterruptedException, FencedException {
        if (!term.isHeld()) {
            // It took long to come here; before anybody is sent anything it is asked whether that is still ours.
            write(state);
        }
        long number = state.batch();
        List<Future<List<DeadLetter>>> sent = new ArrayList<>();
        for (OutputRun output : outputs) {
            sent.add(threads.submit(() -> output.deliver(number, batch.events(), () -> over)));
        }
        List<DeadLetter> letters = new ArrayList<>(batch.dead());
        // All of them end before any of them is told of, since they are to be closed then.
        RuntimeException failure = null;
        for (Future<List<DeadLetter>> each : sent) {
            try {
                letters.addAll(result(each));
            } catch (RuntimeException e) {
                over = true;
                // That others gave up is only what came of it.
                failure = failure == null || failure instanceof OutputRun.Superseded ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        if (!letters.isEmpty()) {
            dead.deliver(number, letters.stream().map(Normaliser::letter).toList(), () -> over);
        }
    }

    private List<DeadLetter> result(Future<List<DeadLetter>> sent) throws InterruptedException {
        try {
            return sent.get();
        } catch (InterruptedException e) {
            over = true;
            threads.shutdownNow();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OutputRun.Superseded s) {
                throw s;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Every output has them. */
    private void settle(String source, String cursor, Set<EventId> delivered) {
        writing.lock();
        try {
            List<Sending> left = state.sending().stream().filter(s -> s.batch() != state.batch() || delivered.isEmpty())
                    .map(s -> s.without(delivered)).filter(s -> !s.ids().isEmpty()).toList();
            dirty |= !cursor.equals(cursor(source)) || left.size() != state.sending().size();
            state = state.with(source, cursor, memories(), left);
        } finally {
            writing.unlock();
        }
    }

    void renew() throws IOException {
        writing.lock();
        try {
            if (dirty) {
                term.write(state.write());
                dirty = false;
            } else {
                term.renew();
            }
        } catch (FencedException e) {
            over = true;
            throw e;
        } finally {
            writing.unlock();
        }
    }

    boolean isHeld() {
        return !over && term.isHeld();
    }

    void close() {
        try {
            if (dirty && !over) {
                renew();
            }
        } catch (IOException e) {
            LOG.warn("the last state was not written: {}; what was sent last may be sent again", e.getMessage());
        }
        threads.shutdownNow();
        outputs.forEach(OutputRun::close);
        dead.close();
        term.close();
    }
}

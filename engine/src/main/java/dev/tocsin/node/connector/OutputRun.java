package dev.tocsin.node.connector;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.log.Appender.DeadLetter;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.Stream;
import dev.tocsin.sink.KafkaSink;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One output during one term: drives a sink as the stage loop does, with the number of the batch for an offset and the
 * connector's state for a state. Used by one thread at a time.
 */
final class OutputRun implements AutoCloseable {
    /** The one partition, by which an output names how far it is. */
    static final String PLACE = "connector-0";
    private static final long WAIT_MILLIS = 100;
    private static final long WAIT_MILLIS_MAX = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(OutputRun.class);

    private final String name;
    private final Stage stage;
    private final OutputMemory memory;
    private final OutputCounts counts;
    /** May be there already, since a sender died over them. */
    private final Set<EventId> doubtful = new HashSet<>();
    /** The output itself says that it has them. */
    private final Set<EventId> known = new HashSet<>();
    private boolean open;

    OutputRun(String name, Stage stage, OutputMemory memory, OutputCounts counts) {
        this.name = name;
        this.stage = stage;
        this.memory = memory;
        this.counts = counts;
    }

    String name() {
        return name;
    }

    OutputMemory memory() {
        return memory;
    }

    /**
     * Takes over from the sender before.
     *
     * @return the number of the last batch that the output says it has; -1 when it does not know
     * @throws Superseded when {@code over} said so before the output was there
     */
    long takeUp(BooleanSupplier over) throws InterruptedException {
        for (long wait = WAIT_MILLIS; true; wait = Math.min(WAIT_MILLIS_MAX, wait * 2)) {
            try {
                return open();
            } catch (Exception e) {
                pause(e, wait, over);
            }
        }
    }

    private long open() throws Exception {
        memory.rollBack();
        stage.assigned(0, memory);
        open = true;
        return stage instanceof KafkaSink kafka
                ? kafka.resumeFrom(0).map(Long::parseLong).orElse(-1L)
                : stage.recovered().offsets().getOrDefault(PLACE, -1L);
    }

    /** The output has these. */
    void known(Collection<EventId> ids) {
        known.addAll(ids);
        doubtful.removeAll(ids);
    }

    /** Nobody knows whether the output has these. */
    void doubtful(Collection<EventId> ids) {
        doubtful.addAll(ids);
        doubtful.removeAll(known);
    }

    /**
     * Sends until the output has all of them.
     *
     * @param over asked between two tries
     * @return what it refuses for good
     * @throws Superseded when {@code over} said so
     */
    List<DeadLetter> deliver(long batch, List<Event> events, BooleanSupplier over) throws InterruptedException {
        List<Event> wanted = known.isEmpty() ? events : events.stream().filter(e -> !known.contains(e.id())).toList();
        Settled settled = new Settled();
        for (long wait = WAIT_MILLIS; true; wait = Math.min(WAIT_MILLIS_MAX, wait * 2)) {
            try {
                // An output that counts may have taken what it did not acknowledge.
                boolean there = !open && open() == batch;
                if (!there) {
                    settled = new Settled();
                    if (!wanted.isEmpty()) {
                        stage.handle(0, wanted, settled);
                    }
                    stage.flush(new Commit(Map.of(PLACE, batch), Long.toString(batch)));
                }
                delivered(events, settled);
                return settled.dead;
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                open = false;
                pause(e, wait, over);
            }
        }
    }

    private void pause(Exception e, long wait, BooleanSupplier over) throws InterruptedException {
        String now = "cannot deliver: " + e.getMessage();
        if (!now.equals(counts.trouble())) {
            LOG.warn("output {}: {}; trying again, nothing is lost", name, now, e);
        }
        counts.trouble(now);
        if (over.getAsBoolean()) {
            throw new Superseded();
        }
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(wait / 2, wait + 1));
        if (over.getAsBoolean()) {
            throw new Superseded();
        }
    }

    private void delivered(List<Event> events, Settled settled) {
        memory.commit();
        counts.trouble("");
        long again = 0;
        long skipped = 0;
        for (Event e : events) {
            again += doubtful.remove(e.id()) ? 1 : 0;
            skipped += known.remove(e.id()) ? 1 : 0;
        }
        counts.add(events.size() - skipped - settled.dead.size(), again, settled.dead.size());
    }

    @Override
    public void close() {
        try {
            stage.close();
        } catch (Exception e) {
            LOG.warn("output {} did not close cleanly", name, e);
        }
    }

    /** Another leads: what was being sent is the successor's. */
    static final class Superseded extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** What a sink says of each event. There is no log to pass it on to. */
    private static final class Settled implements Output {
        private final List<DeadLetter> dead = new ArrayList<>();

        @Override
        public void done(Event in) {
            // That it was sent is known after the flush.
        }

        @Override
        public void drop(Event in, String reason) {
            // A sink that wants it not.
        }

        @Override
        public void dead(Event in, String cause) {
            dead.add(new DeadLetter(in, cause));
        }

        @Override
        public void pass(Stream to, Event next) {
            throw noLog();
        }

        @Override
        public void hold(Stream where, Event in, String reason) {
            throw noLog();
        }

        @Override
        public void make(Stream to, Event made) {
            throw noLog();
        }

        @Override
        public void route(Stream to, Event made) {
            throw noLog();
        }

        @Override
        public void mark(Stream to, Event mark) {
            throw noLog();
        }

        @Override
        public void makeDead(Event made, String cause) {
            dead.add(new DeadLetter(made, cause));
        }

        @Override
        public void makeHeld(Stream where, Event made, String reason) {
            throw noLog();
        }

        @Override
        public void makeDropped(Event made, String reason) {
            throw noLog();
        }

        private static UnsupportedOperationException noLog() {
            return new UnsupportedOperationException("a connector has no log");
        }
    }
}

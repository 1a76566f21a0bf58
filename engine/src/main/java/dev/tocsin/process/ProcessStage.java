package dev.tocsin.process;

import dev.tocsin.event.Event;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import dev.tocsin.log.Stream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * From {@code intake} to {@code events}: normalises each event, applies the configured steps, and lets each id pass once
 * within the window of its partition; the second is dropped with the reason {@code duplicate}.
 *
 * <p>Only what passed is remembered: a dead letter that is replayed is looked at anew, and so is an event that a filter
 * dropped before the filter was mended. One instance for each worker; the processor and the steps may be shared.
 */
public final class ProcessStage implements Stage {
    /** So many ids of each partition are remembered unless told otherwise: 3 MB of state, some 6 MB of memory. */
    public static final int WINDOW_IDS = 200_000;
    private final Function<Event, List<Outcome>> processor;
    private final Steps steps;
    private final int window;
    private final Map<Integer, RecentIds> recent = new HashMap<>();
    private final long seed = ThreadLocalRandom.current().nextLong();

    /** @param window how many of the last ids of a partition are remembered; 0 lets duplicates pass */
    public ProcessStage(Function<Event, List<Outcome>> processor, Steps steps, int window) {
        if (window < 0) {
            throw new IllegalArgumentException("a window cannot be negative: " + window);
        }
        this.processor = processor;
        this.steps = steps;
        this.window = window;
    }

    @Override
    public void assigned(int partition, State state) {
        awaitTables();
        recent.put(partition, new RecentIds(state, window, seed));
    }

    /** Nothing is lost by waiting, and tables say that they are ready when they have had their time. */
    private void awaitTables() {
        try {
            while (!steps.isReady()) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void revoked(int partition) {
        recent.remove(partition);
    }

    @Override
    public void handle(int partition, List<Event> events, Output out) {
        RecentIds seen = recent.get(partition);
        if (seen == null) {
            throw new IllegalStateException("partition " + partition + " was not assigned");
        }
        for (Event in : events) {
            if (seen.contains(in.id())) {
                out.drop(in, "duplicate");
            } else {
                settle(in, seen, out);
            }
        }
        seen.save();
    }

    private void settle(Event in, RecentIds seen, Output out) {
        int settled = 0;
        for (Outcome outcome : processor.apply(in)) {
            if (outcome.child()) {
                make(outcome, seen, out);
            } else {
                settle(in, outcome, seen, out);
                settled++;
            }
        }
        if (settled != 1) {
            throw new IllegalStateException("an event has one outcome, not " + settled);
        }
    }

    private void settle(Event in, Outcome outcome, RecentIds seen, Output out) {
        switch (steps.apply(outcome)) {
            case Outcome.Passed p -> {
                seen.remember(p.event().id());
                out.pass(Stream.EVENTS, p.event());
            }
            case Outcome.Dropped d -> out.drop(d.event(), d.reason());
            // As it came in: a replay must go through the whole of processing again, not through half of it twice.
            case Outcome.Dead d -> out.dead(in, d.cause());
        }
    }

    private void make(Outcome outcome, RecentIds seen, Output out) {
        if (seen.contains(outcome.event().id())) {
            out.makeDropped(outcome.event(), "duplicate");
            return;
        }
        switch (steps.apply(outcome)) {
            case Outcome.Passed p -> {
                seen.remember(p.event().id());
                out.make(Stream.EVENTS, p.event());
            }
            case Outcome.Dropped d -> out.makeDropped(d.event(), d.reason());
            case Outcome.Dead d -> out.makeDead(d.event(), d.cause());
        }
    }
}

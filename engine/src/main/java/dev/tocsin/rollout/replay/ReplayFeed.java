package dev.tocsin.rollout.replay;

import dev.tocsin.event.Event;
import dev.tocsin.log.Mark;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import dev.tocsin.log.Stream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntToLongFunction;

/**
 * Around the stage of an engine that reads {@code events}: shows it those of a period, moves its clock by them, and stops where
 * the stream ended when the replay began. When all partitions have come there, time runs on, so that whatever waits for time is
 * decided, and each partition says that nothing comes any more. Used by one thread; the counts may be read by any.
 */
final class ReplayFeed implements Stage {
    /** Longer than anything waits. */
    private static final long FAR_MILLIS = Duration.ofDays(3650).toMillis();

    private final Stage stage;
    private final EventClock clock;
    private final long fromMillis;
    private final long toMillis;
    private final int partitions;
    private final IntToLongFunction ends;
    private final StageMeter meter;
    /** Partitions that were read to their ends, and those that have said so. */
    private final Set<Integer> read = new HashSet<>();
    private final Set<Integer> told = new HashSet<>();
    private long next;
    private boolean ranOn;
    private volatile long seen;
    private volatile boolean done;

    /** @param ends offset at which a partition ended */
    ReplayFeed(Stage stage, EventClock clock, Instant from, Instant to, int partitions, IntToLongFunction ends,
            StageMeter meter) {
        this.stage = stage;
        this.clock = clock;
        this.fromMillis = from.toEpochMilli();
        this.toMillis = to.toEpochMilli();
        this.partitions = partitions;
        this.ends = ends;
        this.meter = meter;
    }

    /** Events that came by, whether they are of the period or not. */
    long seen() {
        return seen;
    }

    boolean isDone() {
        return done;
    }

    @Override
    public void assigned(int partition, State state) {
        read.remove(partition);
        told.remove(partition);
        stage.assigned(partition, state);
    }

    @Override
    public void revoked(int partition) {
        stage.revoked(partition);
    }

    @Override
    public void offsets(int partition, long[] of) {
        next = of[of.length - 1] + 1;
    }

    @Override
    public void handle(int partition, List<Event> events, Output out) throws Exception {
        if (read.contains(partition)) {
            events.forEach(out::done);
            end(partition, out);
            return;
        }
        List<Event> wanted = new ArrayList<>(events.size());
        long newest = Long.MIN_VALUE;
        for (Event event : events) {
            long time = event.time().toEpochMilli();
            if (time >= fromMillis && time < toMillis && !Mark.is(event)) {
                wanted.add(event);
                newest = Math.max(newest, time);
            } else {
                out.done(event);
            }
        }
        if (!wanted.isEmpty()) {
            clock.advance(newest);
            meter.begin();
            long begun = System.nanoTime();
            stage.handle(partition, wanted, out);
            meter.end(System.nanoTime() - begun, wanted.size());
        }
        seen += events.size();
        if (next >= ends.applyAsLong(partition)) {
            read.add(partition);
            end(partition, out);
        }
    }

    @Override
    public void idle(int partition, Output out) throws Exception {
        read.add(partition);
        end(partition, out);
    }

    private void end(int partition, Output out) throws Exception {
        if (read.size() < partitions) {
            stage.idle(partition, out);
            return;
        }
        if (!ranOn) {
            ranOn = true;
            clock.advance(clock.millis() + FAR_MILLIS);
        }
        if (told.add(partition)) {
            stage.idle(partition, out);
            out.mark(Stream.MATCHES, new EndMark(0, partition).mark());
        }
        done = told.size() == partitions;
    }

    @Override
    public void close() throws Exception {
        stage.close();
    }
}

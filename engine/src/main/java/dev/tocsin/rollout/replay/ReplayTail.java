package dev.tocsin.rollout.replay;

import dev.tocsin.event.Event;
import dev.tocsin.log.Mark;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import dev.tocsin.log.Stream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Around the stage of an engine that correlates: learns by {@link EndMark}s when all was decided. When all sources of a level have
 * ended in a partition, the partition is a source that has ended for the level above. Used by one thread.
 */
final class ReplayTail implements Stage {
    private final Stage stage;
    private final int levels;
    private final int partitions;
    private final StageMeter meter;
    private final Map<Integer, Set<EndMark>> seen = new HashMap<>();
    /** Up to which level a partition has said that it has ended. */
    private final Map<Integer, Integer> told = new HashMap<>();
    private final Set<Integer> ended = new HashSet<>();
    private volatile boolean done;

    /** @param levels of correlations over correlations; 0 for none at all */
    ReplayTail(Stage stage, int levels, int partitions, StageMeter meter) {
        this.stage = stage;
        this.levels = levels;
        this.partitions = partitions;
        this.meter = meter;
    }

    boolean isDone() {
        return done;
    }

    @Override
    public boolean wantsMarks() {
        return true;
    }

    @Override
    public void assigned(int partition, State state) {
        told.remove(partition);
        stage.assigned(partition, state);
    }

    @Override
    public void revoked(int partition) {
        stage.revoked(partition);
    }

    @Override
    public void offsets(int partition, long[] of) {
        stage.offsets(partition, of);
    }

    @Override
    public void handle(int partition, List<Event> events, Output out) throws Exception {
        List<Event> rest = new ArrayList<>(events.size());
        Set<EndMark> marks = seen.computeIfAbsent(partition, _ -> new HashSet<>());
        int matches = 0;
        for (Event event : events) {
            if (EndMark.is(event)) {
                marks.add(EndMark.read(event));
            } else {
                rest.add(event);
                matches += Mark.is(event) ? 0 : 1;
            }
        }
        meter.begin();
        long begun = System.nanoTime();
        stage.handle(partition, rest, out);
        meter.end(System.nanoTime() - begun, matches);
        end(partition, out);
    }

    @Override
    public void idle(int partition, Output out) throws Exception {
        stage.idle(partition, out);
        end(partition, out);
    }

    private void end(int partition, Output out) {
        Set<EndMark> marks = seen.getOrDefault(partition, Set.of());
        int level = told.getOrDefault(partition, 0);
        while (level < levels && hasEnded(marks, level)) {
            level++;
            out.mark(Stream.MATCHES, new EndMark(level, partition).mark());
            told.put(partition, level);
        }
        if (level == levels && hasEnded(marks, levels)) {
            ended.add(partition);
            done = ended.size() == partitions;
        }
    }

    private boolean hasEnded(Set<EndMark> marks, int level) {
        return marks.stream().filter(m -> m.level() == level).count() == partitions;
    }

    @Override
    public void close() throws Exception {
        stage.close();
    }
}

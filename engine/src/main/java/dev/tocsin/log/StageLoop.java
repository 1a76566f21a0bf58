package dev.tocsin.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stage running: its workers, and the levers of an operator. What a worker does is told in {@link StageWorker}.
 */
public final class StageLoop implements AutoCloseable {
    private final StageSpec spec;
    private final List<StageWorker> workers = new ArrayList<>();
    private final StageCounts counts = new StageCounts();

    StageLoop(StageSpec spec, KafkaClients clients, Topics topics, String member) {
        this.spec = spec;
        for (int i = 0; i < spec.workers(); i++) {
            workers.add(new StageWorker(spec, i, clients, topics, member, counts));
        }
    }

    void start() {
        workers.forEach(StageWorker::start);
    }

    public String name() {
        return spec.name();
    }

    /** Stops reading after the batch in hand; the place is kept. */
    public void pause() {
        workers.forEach(w -> w.paused(true));
    }

    public void resume() {
        workers.forEach(w -> w.paused(false));
    }

    /** Reads again from a place no later than the first event of that time, or from the oldest kept. */
    public void rewind(Optional<Instant> to) {
        workers.forEach(w -> w.rewind(to));
    }

    public StageStatus status() {
        String state = "running";
        String error = "";
        long lag = 0;
        for (StageWorker worker : workers) {
            lag += worker.lag();
            if (!worker.state().equals("running")) {
                state = worker.state();
            }
            if (!worker.error().isEmpty()) {
                error = worker.error();
            }
        }
        return new StageStatus(spec.name(), state, counts.get("in"), counts.get("made"), counts.get("out"),
                counts.dropped(), counts.get("dead"), counts.get("held"), counts.perSecond(), lag, error);
    }

    /** Finishes the batch in hand and commits it. */
    @Override
    public void close() {
        workers.forEach(StageWorker::stop);
        workers.forEach(StageWorker::join);
    }
}

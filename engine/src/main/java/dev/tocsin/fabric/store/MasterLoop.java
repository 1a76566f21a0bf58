package dev.tocsin.fabric.store;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a master does for one term: takes what waits, decides it, writes all of it to the log at once, shows it, answers.
 * Nothing is answered, or seen by anybody, before the log has it. Owned by the node's thread.
 */
final class MasterLoop {
    private static final int BATCH_MAX = 2_000;
    private static final int EXPIRE_MAX = 5_000;
    private static final int BYTES_MAX = 8 << 20;
    private static final long SWEEP_MILLIS = 60_000;

    private final Replica replica;
    private final StoreTerm term;
    private final BlockingQueue<Incoming> waiting;
    private final InstantSource clock;
    private final String node;
    private final long beatMillis;
    private final Sessions sessions;
    private long beaten;
    private long swept;

    /** A request, and where its reply goes. */
    record Incoming(Request request, Consumer<Reply> to) {
    }

    private record Answered(Reply reply, Consumer<Reply> to) {
    }

    MasterLoop(Replica replica, StoreTerm term, BlockingQueue<Incoming> waiting, InstantSource clock, String node,
            long beatMillis) {
        this.replica = replica;
        this.term = term;
        this.waiting = waiting;
        this.clock = clock;
        this.node = node;
        this.beatMillis = beatMillis;
        this.sessions = new Sessions(replica.sessions());
    }

    /** Runs until the condition ends or the term does. @throws RuntimeException when the term is over */
    void run(BooleanSupplier goesOn) throws InterruptedException {
        commit();
        List<Incoming> batch = new ArrayList<>();
        while (goesOn.getAsBoolean()) {
            Incoming first = waiting.poll(patienceMillis(), TimeUnit.MILLISECONDS);
            if (first != null) {
                batch.add(first);
                waiting.drainTo(batch, BATCH_MAX - 1);
            }
            round(batch);
            batch.clear();
        }
    }

    private long patienceMillis() {
        long toBeat = beatMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beaten);
        long due = replica.nextDueMillis();
        long toDue = due == Long.MAX_VALUE ? Long.MAX_VALUE : due - clock.millis();
        return Math.max(0, Math.min(toBeat, toDue));
    }

    private void round(List<Incoming> batch) {
        replica.table().expire(EXPIRE_MAX);
        if (System.nanoTime() - swept > TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS)) {
            swept = System.nanoTime();
            sessions.forgetIdle(clock.millis());
        }
        List<Answered> answers = new ArrayList<>();
        List<Incoming> queries = new ArrayList<>();
        long bytes = 0;
        for (Incoming each : batch) {
            if (each.request.operation() instanceof Mutation mutation) {
                if (bytes > BYTES_MAX) {
                    commit();
                    send(answers);
                    bytes = 0;
                }
                bytes += Weights.bytes(mutation.argument()) + Weights.bytes(mutation.key());
                Reply reply = decide(each.request, mutation);
                if (reply != null) {
                    answers.add(new Answered(reply, each.to));
                }
            } else {
                queries.add(each);
            }
        }
        boolean isDue = System.nanoTime() - beaten >= TimeUnit.MILLISECONDS.toNanos(beatMillis);
        if (isDue || !answers.isEmpty() || !replica.table().pending().isEmpty()) {
            commit();
        }
        send(answers);
        if (term.isHeld()) {
            queries.forEach(q -> q.to.accept(look(q.request)));
        }
    }

    private static void send(List<Answered> answers) {
        answers.forEach(a -> a.to.accept(a.reply));
        answers.clear();
    }

    private @Nullable Reply decide(Request request, Mutation mutation) {
        Session session = sessions.of(request.client());
        return switch (session.turn(request)) {
            case DONE -> session.reply(request.id());
            case NOT_NOW -> null;
            case NOW -> {
                Reply reply = make(request, mutation);
                session.done(reply, clock.millis());
                sessions.changed(request.client());
                yield reply;
            }
        };
    }

    private Reply make(Request request, Mutation mutation) {
        try {
            StoreTable.Result result = replica.table().apply(mutation, request.client().toString());
            return Reply.done(request.id(), result.value(), result.revision());
        } catch (StoreException e) {
            if (e.fault() == StoreFault.BACKEND) {
                throw e;
            }
            return Reply.refused(request.id(), e, replica.table().revision());
        }
    }

    private Reply look(Request request) {
        try {
            Answer answer = replica.answer((Query) request.operation());
            return Reply.done(request.id(), answer.value(), answer.revision());
        } catch (StoreException e) {
            return Reply.refused(request.id(), e, replica.mark().revision());
        }
    }

    private void commit() {
        StoreTable table = replica.table();
        Map<UUID, byte[]> told = sessions.take(clock.millis());
        List<StoreLog.Kept> records = new ArrayList<>();
        table.pending().forEach(c -> records.add(ChangeRecords.of(c)));
        told.forEach((client, session) -> records.add(ChangeRecords.of(client, session)));
        ChangeRecords.Beat beat = new ChangeRecords.Beat(node, term.epoch(), table.revision(), table.size(), table
                .digest(), clock.millis());
        records.add(ChangeRecords.of(beat));
        long position = term.append(records);
        beaten = System.nanoTime();
        replica.commit(told, position);
        replica.beats(beat);
    }
}

package dev.tocsin.log;

import dev.tocsin.event.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage loop, the heart of the house: consume, handle, and then one transaction with everything that follows from
 * it: the outputs, the offsets consumed, the changes of state, the counts of the ledger.
 *
 * <p>How it goes. {@link #step} polls one batch and hands each partition's part to the stage, which says through an
 * {@link Output} what became of each event. Nothing is sent while the stage works; when it throws, what it said is
 * forgotten, its state undone, and the batch is tried by halves, so that only the event at fault goes to {@code dead}.
 * Then {@link #commit} sends it all in one transaction. Readers of the output see all of it or nothing, and after a
 * crash the next session starts from the offsets in that same transaction: so each event counts exactly once.
 *
 * <p>A stage that keeps results outside (an index, a file) commits those first, with the offsets reached and the ledger
 * rows inside ({@link Stage#flush}). If the process dies before the transaction, the next session finds the outside
 * ahead of the log and writes the transaction then ({@link #catchUp}); if the outside was lost, it is behind, and the
 * session reads again from where it stands, as a new generation in the ledger.
 *
 * <p>Fencing: a second worker with this transactional id makes this one's writes fail, and offsets are accepted only
 * from the current owner of the partition. Any such failure ends the session. Used by one thread.
 */
final class StageSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StageSession.class);
    private static final Duration POLL = Duration.ofMillis(100);
    /** A stage with a long commit interval commits when so much waits. */
    private static final int PENDING_MAX = 50_000;
    /** What is held until the commit, read and to be written together: many long events must not fill the memory. */
    private static final long HELD_BYTES_MAX = 32 << 20;
    /** A batch for the stage ends behind the event that reaches this. */
    private static final long BATCH_BYTES = 8 << 20;

    private final StageSpec spec;
    private final Stage stage;
    private final KafkaClients clients;
    private final Topics topics;
    private final String member;
    private final StageCounts counts;
    private final LedgerBook book;
    private final Producer<String, byte[]> producer;
    private final Consumer<String, byte[]> consumer;
    private final Map<Integer, ChangelogState> states = new TreeMap<>();
    private final Map<TopicPartition, Long> reached = new HashMap<>();
    private final List<ProducerRecord<String, byte[]>> outputs = new ArrayList<>();
    private final Map<String, Long> uncounted = new HashMap<>();
    /** Batches not yet committed, and of these the events whose results the stage holds. */
    private long pending;
    private long inStage;
    private long heldBytes;
    private long pendingSinceNanos;
    private long commits;
    private boolean careful;
    private boolean paused;
    private boolean closing;

    /** @param careful whether the session before ended because the stage threw */
    StageSession(StageSpec spec, Stage stage, KafkaClients clients, Topics topics, String member, StageCounts counts,
            boolean careful) {
        this.careful = careful;
        this.spec = spec;
        this.stage = stage;
        this.clients = clients;
        this.topics = topics.of(spec.lane());
        this.member = member;
        this.counts = counts;
        this.book = new LedgerBook(spec.name(), member);
        this.producer = clients.producer(topics.name("stage-" + member));
        this.consumer = clients.member(topics.name(Housekeeping.GROUP + spec.name()), member);
    }

    void open() {
        producer.initTransactions();
        consumer.subscribe(spec.inputs().stream().map(topics::name).toList(), new Partitions());
    }

    /** One turn: polls at most 100 ms, handles, commits when due. */
    void step(boolean paused) throws Exception {
        this.paused = paused;
        if (paused) {
            consumer.pause(consumer.assignment());
        } else if (!consumer.paused().isEmpty()) {
            consumer.resume(consumer.paused());
        }
        ConsumerRecords<String, byte[]> polled = consumer.poll(POLL);
        for (TopicPartition tp : polled.partitions()) {
            handle(tp, polled.records(tp));
            reached.put(tp, consumer.position(tp));
        }
        if (!paused) {
            idle(polled);
            beside();
        }
        // A careful session commits what it has got past; else the same fault could send it back to the same place for ever.
        boolean now = careful || paused;
        careful &= polled.isEmpty();
        if (pending > 0 && (now || isFull()
                || System.nanoTime() - pendingSinceNanos >= stage.commitInterval().toNanos())) {
            commit();
        }
    }

    private boolean isFull() {
        return inStage >= PENDING_MAX || heldBytes >= HELD_BYTES_MAX;
    }

    /** Lets the stage speak for partitions in which there is nothing to handle. */
    private void idle(ConsumerRecords<String, byte[]> polled) {
        for (TopicPartition tp : consumer.assignment()) {
            if (!polled.records(tp).isEmpty() || consumer.currentLag(tp).orElse(1) != 0) {
                continue;
            }
            aside(tp, "while idle", out -> {
                stage.idle(tp.partition(), out);
                return !out.records().isEmpty();
            });
        }
    }

    /** Lets the stage do a little of what is not of now. */
    private void beside() {
        for (TopicPartition tp : consumer.assignment()) {
            if (states.containsKey(tp.partition())) {
                aside(tp, "beside its input",
                        out -> stage.beside(tp.partition(), consumer.position(tp), out) || !out.records().isEmpty());
            }
        }
    }

    /** Work that settles no event. */
    private interface Aside {
        /** @return whether there is something to commit */
        boolean run(BatchOutput out) throws Exception;
    }

    private void aside(TopicPartition tp, String when, Aside work) {
        BatchOutput out = output(tp, List.of());
        ChangelogState state = state(tp.partition());
        boolean commits;
        try {
            commits = work.run(out);
        } catch (Exception | StackOverflowError e) {
            state.undo();
            states.forEach(stage::assigned);
            throw new Unavailable(spec.name() + " " + when + ": " + e, e);
        }
        state.keep();
        if (commits) {
            accept(tp, out, consumer.position(tp));
        }
    }

    /** Commits what is in hand; called before a clean stop. */
    void finish() throws Exception {
        if (pending > 0) {
            commit();
        }
    }

    long commits() {
        return commits;
    }

    boolean hasPartitions() {
        return !consumer.assignment().isEmpty() || consumer.groupMetadata().generationId() > 0;
    }

    /** Whether it has its partitions and there is nothing in them to be handled: an idle session is a good one. */
    boolean isIdle() {
        return hasPartitions() && pending == 0
                && consumer.assignment().stream().allMatch(tp -> consumer.currentLag(tp).orElse(1) == 0);
    }

    /** Records not yet handled. */
    long lag() {
        long sum = inStage;
        for (TopicPartition tp : consumer.assignment()) {
            OptionalLong lag = consumer.currentLag(tp);
            sum += lag.orElse(0);
        }
        return sum;
    }

    /**
     * Moves the place in the input; what was read before is read again, as a new generation in the ledger. The place is
     * no later than the first record of that time; it may be earlier, because Kafka's own transaction marks are of the
     * time of writing and count in its look-up.
     */
    void rewind(Optional<Instant> to) throws Exception {
        finish();
        Set<TopicPartition> assigned = consumer.assignment();
        Map<TopicPartition, Long> start = consumer.beginningOffsets(assigned);
        if (to.isPresent()) {
            Map<TopicPartition, Long> times = new HashMap<>();
            assigned.forEach(tp -> times.put(tp, to.get().toEpochMilli()));
            Map<TopicPartition, Long> end = consumer.endOffsets(assigned);
            consumer.offsetsForTimes(times)
                    .forEach((tp, found) -> start.put(tp, found != null ? found.offset() : end.get(tp)));
        }
        start.forEach(consumer::seek);
        for (Map.Entry<Integer, ChangelogState> state : states.entrySet()) {
            stage.rewound(state.getKey());
            state.getValue().keep();
        }
        book.generation(book.generation() + 1);
        reached.putAll(start);
        commit();
        LOG.info("stage {} reads again from {}", spec.name(),
                to.map(Instant::toString).orElse("the oldest kept record"));
    }

    private void handle(TopicPartition tp, List<ConsumerRecord<String, byte[]>> records) throws Exception {
        String stream = topics.plain(tp.topic());
        List<Arrival> arrivals = records.stream().map(r -> Arrival.of(r, stream, spec.name())).toList();
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < arrivals.size(); i++) {
            bytes += arrivals.get(i).event().json().length;
            if (Mark.is(arrivals.get(i).event()) && !stage.wantsMarks()) {
                handleAll(tp, arrivals.subList(from, i));
                from = i + 1;
            } else if (!arrivals.get(i).cause().isEmpty()) {
                handleAll(tp, arrivals.subList(from, i));
                settleAlone(tp, arrivals.get(i));
                from = i + 1;
            } else if (bytes >= BATCH_BYTES) {
                handleAll(tp, arrivals.subList(from, i + 1));
                from = i + 1;
                bytes = 0;
                if (isFull()) {
                    commit();
                }
            }
        }
        handleAll(tp, arrivals.subList(from, arrivals.size()));
    }

    /** Not for the stage: it cannot be read, or it was replayed for another stage. */
    private void settleAlone(TopicPartition tp, Arrival arrival) {
        BatchOutput out = output(tp, List.of(arrival.event()));
        if (arrival.cause().equals(Arrival.REPLAYED)) {
            out.drop(arrival.event(), Arrival.REPLAYED);
        } else {
            out.dead(arrival.event(), arrival.cause());
        }
        accept(tp, out, arrival.next());
    }

    /**
     * Hands a batch to the stage. When the stage throws and holds nothing of other batches, it forgets this one, and the
     * batch is tried by halves until the event at fault is alone. Otherwise what it holds cannot be told apart any more,
     * and the session ends; the next one is careful: it commits before each attempt.
     */
    private void handleAll(TopicPartition tp, List<Arrival> batch) throws Exception {
        if (batch.isEmpty()) {
            return;
        }
        if (careful && inStage > 0) {
            commit();
        }
        boolean holdsOthers = inStage > 0;
        Throwable fault = tryHandle(tp, batch);
        if (fault == null) {
            return;
        }
        if (holdsOthers) {
            throw new StageFault(fault);
        }
        states.forEach(stage::assigned);
        if (batch.size() == 1) {
            Arrival arrival = batch.getFirst();
            BatchOutput out = output(tp, List.of(arrival.event()));
            if (Mark.is(arrival.event())) {
                LOG.warn("stage {} cannot handle a mark; it waits for the next one", spec.name(), fault);
            } else {
                LOG.warn("stage {} cannot handle {}; it is kept in dead", spec.name(), arrival.event().id(), fault);
                out.dead(arrival.event(), "stage " + spec.name() + ": " + fault);
            }
            accept(tp, out, arrival.next());
            return;
        }
        careful = true;
        handleAll(tp, batch.subList(0, batch.size() / 2));
        handleAll(tp, batch.subList(batch.size() / 2, batch.size()));
    }

    /** @return what the stage threw; null when all went well */
    private @Nullable Throwable tryHandle(TopicPartition tp, List<Arrival> batch) {
        ChangelogState state = state(tp.partition());
        List<Event> events = batch.stream().map(Arrival::event).toList();
        BatchOutput out = output(tp, events);
        try {
            stage.offsets(tp.partition(), batch.stream().mapToLong(Arrival::offset).toArray());
            stage.handle(tp.partition(), events, out);
            out.checkSettled();
        } catch (Unavailable e) {
            throw e;
        } catch (IOException | UncheckedIOException e) {
            throw new Unavailable(spec.name() + ": " + e.getMessage(), e);
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            state.undo();
            return e;
        }
        state.keep();
        inStage += events.size();
        events.forEach(e -> heldBytes += e.json().length);
        accept(tp, out, batch.getLast().next());
        return null;
    }

    private BatchOutput output(TopicPartition tp, List<Event> events) {
        return new BatchOutput(spec.name(), topics.plain(tp.topic()), tp.partition(), topics, events);
    }

    private void accept(TopicPartition tp, BatchOutput out, long next) {
        if (pending == 0) {
            pendingSinceNanos = System.nanoTime();
        }
        pending++;
        reached.put(tp, next);
        List<ProducerRecord<String, byte[]>> records = spec.trial() ? topics.ofTrial(out.records()) : out.records();
        outputs.addAll(records);
        records.forEach(r -> heldBytes += r.value() == null ? 0 : r.value().length);
        for (BatchOutput.Count c : out.counts()) {
            if (!spec.trial()) {
                book.add(c.kind(), c.stream(), c.event().customer(), c.event().time(), c.event().id());
            }
            uncounted.merge(c.kind(), 1L, Long::sum);
        }
    }

    private void commit() throws Exception {
        Map<String, String> rows = book.changes();
        stage.flush(new Commit(named(reached), LedgerBook.toText(rows)));
        producer.beginTransaction();
        outputs.forEach(producer::send);
        for (Map.Entry<Integer, ChangelogState> state : states.entrySet()) {
            state.getValue().unwritten().forEach((key, value) -> producer
                    .send(new ProducerRecord<>(topics.state(spec.name()), state.getKey(), key, value)));
        }
        sendRows(rows);
        producer.sendOffsetsToTransaction(withGeneration(reached), consumer.groupMetadata());
        producer.commitTransaction();
        states.values().forEach(ChangelogState::written);
        outputs.clear();
        book.written();
        reached.clear();
        uncounted.forEach(counts::add);
        uncounted.clear();
        pending = 0;
        inStage = 0;
        heldBytes = 0;
        commits++;
    }

    private void sendRows(Map<String, String> rows) {
        int partition = Math.floorMod(spec.name().hashCode(), topics.partitions());
        rows.forEach((key, value) -> producer.send(new ProducerRecord<>(topics.name(Topics.LEDGER), partition, key,
                value.getBytes(StandardCharsets.UTF_8))));
    }

    private Map<TopicPartition, OffsetAndMetadata> withGeneration(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> out = new HashMap<>();
        offsets.forEach((tp, offset) -> out.put(tp,
                new OffsetAndMetadata(offset, Optional.empty(), "g=" + book.generation())));
        return out;
    }

    private Map<String, Long> named(Map<TopicPartition, Long> offsets) {
        Map<String, Long> out = new HashMap<>(stage.recovered().offsets());
        offsets.forEach((tp, offset) -> out.put(topics.plain(tp.topic()) + "-" + tp.partition(), offset));
        return out;
    }

    private ChangelogState state(int partition) {
        return states.computeIfAbsent(partition, _ -> new ChangelogState());
    }

    @Override
    public void close() {
        closing = true;
        // The next session may get other partitions; what the stage holds of these must not be written then.
        for (int partition : states.keySet()) {
            try {
                stage.revoked(partition);
            } catch (RuntimeException e) {
                LOG.warn("stage {} did not let go of partition {}", spec.name(), partition, e);
            }
        }
        producer.close(Duration.ofSeconds(2));
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }

    /** What happens when partitions come and go. */
    private final class Partitions implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            Map<Integer, ChangelogState> added = new TreeMap<>();
            assigned.stream().filter(tp -> !states.containsKey(tp.partition()))
                    .forEach(tp -> added.put(tp.partition(), new ChangelogState()));
            if (spec.stateful()) {
                Map<TopicPartition, ChangelogState> stored = new HashMap<>();
                added.forEach((partition, state) -> stored
                        .put(new TopicPartition(topics.state(spec.name()), partition), state));
                Restore.into(stored, clients);
            }
            states.putAll(added);
            added.forEach(stage::assigned);
            if (paused) {
                consumer.pause(assigned);
            }
            Place.resume(spec.name(), assigned, consumer, stage.recovered(), topics, book)
                    .ifPresent(stands -> catchUp(stands));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            if (closing) {
                return;
            }
            try {
                finish();
            } catch (Exception e) {
                throw new LogException("cannot commit before giving up partitions: " + e.getMessage(), e);
            }
            forget(revoked);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            throw new LogException("the partitions were given to another worker; starting anew");
        }

        private void forget(Collection<TopicPartition> revoked) {
            for (TopicPartition tp : revoked) {
                if (states.remove(tp.partition()) != null) {
                    stage.revoked(tp.partition());
                }
            }
        }
    }

    /** The stage's own commit is not the log's: write into the log how far the stage is. */
    private void catchUp(Place.Differs stands) {
        producer.beginTransaction();
        sendRows(stands.ledger());
        producer.sendOffsetsToTransaction(withGeneration(stands.offsets()), consumer.groupMetadata());
        producer.commitTransaction();
        LOG.info("stage {}: its last commit is now in the log, too", spec.name());
    }
}

package dev.tocsin.log;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What a stage says about one batch, gathered until it is known that the whole batch succeeded; and the check that each
 * event was settled exactly once.
 */
final class BatchOutput implements Output {
    /** In the ledger, the stream of events that go no further, or come from outside. */
    static final String NOWHERE = "-";

    /** The header that says why a record waits. */
    static final String HELD = "held";

    /** One line for the ledger. */
    record Count(String kind, String stream, Event event) {
    }

    private final String stage;
    private final String input;
    private final int partition;
    private final Topics topics;
    private final Map<EventId, Integer> open = new HashMap<>();
    private final List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    private final List<Count> counts = new ArrayList<>();

    BatchOutput(String stage, String input, int partition, Topics topics, List<Event> batch) {
        this.stage = stage;
        this.input = input;
        this.partition = partition;
        this.topics = topics;
        for (Event event : batch) {
            if (Mark.is(event)) {
                continue;
            }
            open.merge(event.id(), 1, Integer::sum);
            counts.add(new Count("in", input, event));
        }
    }

    List<ProducerRecord<String, byte[]>> records() {
        return records;
    }

    List<Count> counts() {
        return counts;
    }

    /** @throws IllegalStateException when an event was not settled: the stage is wrong, nothing may be committed */
    void checkSettled() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("stage " + stage + " did not say what became of " + open.keySet().iterator()
                    .next() + " and " + (open.size() - 1) + " more");
        }
    }

    @Override
    public void pass(Stream to, Event next) {
        settle(next.id());
        count("out", topics.plain(to), next);
        send(to, next);
    }

    @Override
    public void done(Event in) {
        settle(in.id());
        count("out", NOWHERE, in);
    }

    @Override
    public void drop(Event in, String reason) {
        settle(in.id());
        count("dropped:" + word(reason), input, in);
    }

    @Override
    public void dead(Event in, String cause) {
        settle(in.id());
        count("dead", input, in);
        send(Stream.DEAD, DeadLetters.wrap(in, stage, input, cause));
    }

    @Override
    public void hold(Stream where, Event in, String reason) {
        settle(in.id());
        count("held", topics.plain(where), in);
        withhold(where, in, reason);
    }

    @Override
    public void makeHeld(Stream where, Event made, String reason) {
        count("made", topics.plain(where), made);
        count("held", topics.plain(where), made);
        withhold(where, made, reason);
    }

    private void withhold(Stream where, Event event, String reason) {
        send(where, event);
        records.getLast().headers().add(HELD, (stage + ": " + reason).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void make(Stream to, Event made) {
        count("made", topics.plain(to), made);
        count("out", topics.plain(to), made);
        send(to, made);
    }

    @Override
    public void route(Stream to, Event made) {
        count("made", topics.plain(to), made);
        count("out", topics.plain(to), made);
        Records.checkSize(made);
        records.add(Records.of(topics.name(to), Records.partition(made.key(), topics.partitions()), made));
    }

    @Override
    public void mark(Stream to, Event mark) {
        for (int p = 0; p < topics.partitions(); p++) {
            records.add(Records.of(topics.name(to), p, mark));
        }
    }

    @Override
    public void makeDead(Event made, String cause) {
        count("made", input, made);
        count("dead", input, made);
        send(Stream.DEAD, DeadLetters.wrap(made, stage, input, cause));
    }

    @Override
    public void makeDropped(Event made, String reason) {
        count("made", input, made);
        count("dropped:" + word(reason), input, made);
    }

    private void settle(EventId id) {
        Integer left = open.get(id);
        if (left == null) {
            throw new IllegalStateException("stage " + stage + " settled " + id + " twice, or it was not in the batch");
        }
        if (left == 1) {
            open.remove(id);
        } else {
            open.put(id, left - 1);
        }
    }

    private void count(String kind, String stream, Event event) {
        counts.add(new Count(kind, stream, event));
    }

    /** What is too large makes the stage throw, and then goes to dead as it was before the stage made it so. */
    private void send(Stream to, Event event) {
        if (to != Stream.DEAD) {
            Records.checkSize(event);
        }
        records.add(Records.of(topics.name(to), partition, event));
    }

    private static String word(String reason) {
        return reason.replaceAll("[^a-zA-Z0-9_.-]", "_");
    }
}

package dev.tocsin.log;

import dev.tocsin.event.Event;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads again, in small pieces, what stands in a stream, for a stage that has already been there. It belongs to no group and
 * moves nobody's place. Used by one thread.
 */
public final class Past implements AutoCloseable {
    private final KafkaClients clients;
    private final Topics topics;
    private final Stream stream;
    private final String stage;
    private @Nullable Consumer<String, byte[]> reader;
    private @Nullable TopicPartition at;
    private final ArrayDeque<ConsumerRecord<String, byte[]>> fetched = new ArrayDeque<>();
    /** Where the next record stands that was not given out, at the earliest. */
    private long next;

    Past(KafkaClients clients, Topics topics, Stream stream, String stage) {
        this.clients = clients;
        this.topics = topics;
        this.stream = stream;
        this.stage = stage;
    }

    /** An event and where it stands. */
    public record Read(long offset, Event event) {
    }

    /**
     * A piece of a partition.
     *
     * @param events those that the stage gets or would get
     * @param next everything before it was read; where it began if nothing came in time
     * @param begin the first offset that is still there
     */
    public record Piece(List<Read> events, long next, long begin) {
    }

    /**
     * @param to not included; at or before what the stage has handled
     * @param max so many events at most
     * @param patience how long to wait when nothing is there yet
     */
    public Piece read(int partition, long from, long to, int max, Duration patience) {
        TopicPartition tp = new TopicPartition(topics.name(stream), partition);
        Consumer<String, byte[]> consumer = consumer();
        if (!tp.equals(at)) {
            consumer.assign(List.of(tp));
            at = tp;
            seek(consumer, tp, from);
        } else if (next != from) {
            seek(consumer, tp, from);
        }
        long begin = consumer.beginningOffsets(List.of(tp)).getOrDefault(tp, 0L);
        if (from < begin) {
            seek(consumer, tp, begin);
        }
        if (fetched.isEmpty()) {
            fetched.addAll(consumer.poll(patience).records(tp));
        }
        List<Read> events = new ArrayList<>();
        while (!fetched.isEmpty() && fetched.getFirst().offset() < to && events.size() < max) {
            ConsumerRecord<String, byte[]> record = fetched.removeFirst();
            next = record.offset() + 1;
            Arrival arrival = Arrival.of(record, stream.topic(), stage);
            if (arrival.cause().isEmpty() && !Mark.is(arrival.event())) {
                events.add(new Read(record.offset(), arrival.event()));
            }
        }
        // Behind the last record there may be marks of transactions, which only the reader's own place tells of.
        next = fetched.isEmpty() ? consumer.position(tp) : fetched.getFirst().offset();
        return new Piece(events, Math.min(next, to), begin);
    }

    private void seek(Consumer<String, byte[]> consumer, TopicPartition tp, long offset) {
        fetched.clear();
        consumer.seek(tp, offset);
        next = offset;
    }

    private Consumer<String, byte[]> consumer() {
        Consumer<String, byte[]> consumer = reader;
        if (consumer == null) {
            consumer = clients.freeReader();
            reader = consumer;
        }
        return consumer;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
        at = null;
        fetched.clear();
    }
}

package dev.tocsin.node.control;

import dev.tocsin.event.Event;
import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.log.Stream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A record of a stream as it goes over the fabric, on {@code tocsin/tap/<stream>/<node>}: the event
 * {@code Tocsin::tap(stream, node, id, time, json)}. Where a node could not publish some of them, it says so by
 * {@code Tocsin::tap_missed(stream, node, count)} in their place.
 *
 * @param node that read it from its log
 * @param json the record as it is in the log, one UTF-8 JSON object
 */
@SuppressWarnings("ArrayRecordComponent")
public record TapRecord(String node, String stream, String id, Instant time, byte[] json) {
    /** Of all topics of taps. */
    public static final String PREFIX = "tocsin/tap/";

    private static final String TAP = "Tocsin::tap";
    private static final String MISSED = "Tocsin::tap_missed";

    /** What may come on a topic of a tap. */
    public interface Receiver {
        void record(TapRecord tapped);

        /** @param node empty when nobody can tell whose */
        void missed(String node, long count);
    }

    /** Of the topics of a stream at all nodes. */
    public static String prefix(Stream stream) {
        return PREFIX + stream.topic() + "/";
    }

    public static String topic(Stream stream, String node) {
        return prefix(stream) + node;
    }

    static byte[] payload(Stream stream, String node, Event event) {
        long nanos = TimeUnit.SECONDS.toNanos(event.time().getEpochSecond()) + event.time().getNano();
        return BinValues.write(EventCall.of(TAP, Value.of(stream.topic()), Value.of(node), Value.of(event.id()
                .toString()), new Value.Timestamp(nanos), Value.of(event.json())).toValue());
    }

    static byte[] missed(Stream stream, String node, long count) {
        return BinValues.write(EventCall.of(MISSED, Value.of(stream.topic()), Value.of(node), Value.count(count))
                .toValue());
    }

    /** Tells what came of a stream's topics to somebody who wants records. What is no record is passed over. */
    public static dev.tocsin.fabric.Receiver reader(Stream stream, Receiver to) {
        String prefix = prefix(stream);
        return new dev.tocsin.fabric.Receiver() {
            @Override
            public void message(Message message) {
                read(message, to);
            }

            @Override
            public void gap(Gap gap) {
                to.missed(gap.topic().startsWith(prefix) ? gap.topic().substring(prefix.length()) : "", gap.count());
            }
        };
    }

    private static void read(Message message, Receiver to) {
        Optional<EventCall> call;
        try {
            call = EventCall.from(BinValues.read(message.payload()));
        } catch (ValueException _) {
            return;
        }
        List<Value> args = call.map(EventCall::args).orElse(List.of());
        if (args.size() == 5 && call.orElseThrow().name().equals(TAP) && args.get(0) instanceof Value.Text stream
                && args.get(1) instanceof Value.Text node && args.get(2) instanceof Value.Text id
                && args.get(3) instanceof Value.Timestamp time && args.get(4) instanceof Value.Text json) {
            to.record(new TapRecord(node.utf8(), stream.utf8(), id.utf8(), Instant.ofEpochSecond(0, time.nanos()), json
                    .bytes().toArray()));
        } else if (args.size() == 3 && call.orElseThrow().name().equals(MISSED)
                && args.get(1) instanceof Value.Text node && args.get(2) instanceof Value.Count count) {
            to.missed(node.utf8(), count.value());
        }
    }
}

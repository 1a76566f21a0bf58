package dev.tocsin.sink;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.KafkaDelivery;
import dev.tocsin.log.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** What {@link KafkaSink} keeps of one partition. */
final class KafkaLane {
    private final KafkaDelivery delivery;
    private final State state;
    private final String key;
    private final Consumer<Problem> alarms;
    private final Optional<Mark> mark;
    private final List<KafkaDelivery.Row> pending = new ArrayList<>();
    /** Events delivered, those in hand included; the state says so too. */
    private long sequence;
    /** Events that the target has already and that the log will bring again. */
    private long skip;
    /** Events taken since the last commit of the log, those that were skipped included; and the first of them. */
    private long taken;
    private String firstTaken = "";
    private boolean flushed;
    /** The first of them must be that of the target's last transaction. */
    private boolean unchecked;

    /**
     * What the target knows.
     *
     * @param sequence events delivered
     * @param count of these, those since the commit of the log before the last transaction
     * @param first id of the first of those
     * @param commit what the loop had to say
     */
    private record Mark(long sequence, long count, String first, String commit) {
        static Mark read(String json) {
            JsonNode node = Json.read(json);
            return new Mark(node.path("sequence").asLong(), node.path("count").asLong(), node.path("first").asString(),
                    node.path("commit").asString());
        }

        String text() {
            return Json.mapper().writeValueAsString(Json.object().put("sequence", sequence).put("count", count)
                    .put("first", first).put("commit", commit));
        }
    }

    KafkaLane(KafkaDelivery delivery, State state, String key, Consumer<Problem> alarms) {
        this.delivery = delivery;
        this.state = state;
        this.key = key;
        this.alarms = alarms;
        this.mark = delivery.found().map(Mark::read);
        byte[] known = state.get(key);
        this.sequence = known == null ? 0 : Json.read(known).path("sequence").asLong();
        mark.ifPresent(this::compare);
    }

    private void compare(Mark target) {
        long ahead = target.sequence - sequence;
        if (ahead > target.count) {
            goOn(target,
                    "the target has " + target.sequence + " events of this sink, of which the log knows " + sequence);
        } else if (ahead > 0) {
            skip = ahead;
            // If it is less than all of them, a predecessor was skipping them already and has checked.
            unchecked = ahead == target.count;
        }
    }

    /** Nothing is lost; what the target has may come to it again. */
    private void goOn(Mark target, String why) {
        alarms.accept(new Problem("W405", key,
                "the target's mark is not of this log: " + why + "; the sink goes on, and events may come twice",
                "this is as it should be when the data directory is new; otherwise look whether another installation writes"
                        + " under the same name"));
        sequence = target.sequence;
        skip = 0;
        unchecked = false;
    }

    Optional<String> resumeFrom() {
        mark.ifPresent(target -> sequence = Math.max(sequence, target.sequence));
        skip = 0;
        unchecked = false;
        return mark.map(Mark::commit);
    }

    void rewound() {
        sequence += skip;
        skip = 0;
        taken = 0;
        unchecked = false;
        note();
    }

    int valueBytesMax() {
        return delivery.valueBytesMax();
    }

    void take(Event event, byte[] value) {
        if (unchecked) {
            unchecked = false;
            Mark target = mark.orElseThrow();
            if (!target.first.equals(event.id().toString())) {
                goOn(target, "what it has beyond the log begins with the event " + target.first + ", and here comes "
                        + event.id());
            }
        }
        if (flushed) {
            // The loop would have assigned anew if the commit after the last flush had failed.
            flushed = false;
            taken = 0;
        }
        if (taken++ == 0) {
            firstTaken = event.id().toString();
        }
        sequence++;
        if (skip > 0) {
            skip--;
        } else {
            pending.add(new KafkaDelivery.Row(event, value));
        }
    }

    /** Tells the state, which commits with the log. */
    void note() {
        state.put(key, Json.write(Json.object().put("sequence", sequence)));
    }

    /** @return how many events were delivered */
    int flush(String commit) {
        int number = pending.size();
        if (number > 0) {
            delivery.deliver(pending, new Mark(sequence, taken, firstTaken, commit).text());
            pending.clear();
        }
        flushed = true;
        return number;
    }

    void close() {
        delivery.close();
    }
}

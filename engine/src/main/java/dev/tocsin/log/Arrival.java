package dev.tocsin.log;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record as it came to a stage.
 *
 * @param cause why it is not for the stage, or empty; {@link #REPLAYED} when it was put back for another stage
 * @param next the offset behind it
 */
record Arrival(Event event, String cause, long next) {
    static final String REPLAYED = "replayed_for_another_stage";

    long offset() {
        return next - 1;
    }

    static Arrival of(ConsumerRecord<String, byte[]> record, String stream, String stage) {
        long next = record.offset() + 1;
        try {
            String only = Records.onlyFor(record);
            return new Arrival(Records.event(record), only.isEmpty() || only.equals(stage) ? "" : REPLAYED, next);
        } catch (IllegalArgumentException e) {
            String where = stream + "-" + record.partition() + " offset " + record.offset();
            Event stranger = new Event(EventId.ofVendor("unknown", stream, where), "unknown", "unknown",
                    new Origin("unknown", "unknown", 0, 0), "", Instant.ofEpochMilli(Math.max(0, record.timestamp())),
                    "", LogSource.UNKNOWN, record.value() == null ? new byte[0] : record.value());
            return new Arrival(stranger, "not a record of ours at " + where + ": " + e.getMessage(), next);
        }
    }
}

package dev.tocsin.log;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * An event as a Kafka record: the value is the body, so that any Kafka tool can read it; the envelope rides in the
 * headers {@code id, customer, source, origin, index, logsource} as text; the key is the ordering key; the timestamp is
 * event time.
 */
final class Records {
    private Records() {
    }

    /** @param partition of the topic; a stage keeps the partition of its input, and with it the order */
    static ProducerRecord<String, byte[]> of(String topic, int partition, Event event) {
        long millis = Math.max(0, event.time().toEpochMilli());
        ProducerRecord<String, byte[]> out = new ProducerRecord<>(topic, partition, millis, event.key(), event.json());
        Headers headers = out.headers();
        add(headers, "id", event.id().toString());
        add(headers, "customer", event.customer());
        add(headers, "source", event.source());
        add(headers, "origin", event.origin().toString());
        add(headers, "index", event.index());
        add(headers, "logsource", event.logSource().toString());
        return out;
    }

    /** @throws IllegalArgumentException when the log would not take it; it must not get into a transaction */
    static void checkSize(Event event) {
        long bytes = event.json().length + 3L * event.key().length();
        if (bytes > 1 << 20) {
            // The log source may be named by the event itself, at any length.
            bytes += 3L * event.logSource().toString().length();
        }
        if (bytes > KafkaClients.EVENT_BYTES_MAX) {
            throw new IllegalArgumentException("the event has " + bytes + " bytes; the log takes "
                    + KafkaClients.EVENT_BYTES_MAX + " at most");
        }
    }

    /** @throws IllegalArgumentException when a header is missing or cannot be read: not written by us */
    static Event event(ConsumerRecord<String, byte[]> in) {
        Headers headers = in.headers();
        if (in.value() == null) {
            throw new IllegalArgumentException("the record has no value");
        }
        return new Event(EventId.parse(text(headers, "id")), text(headers, "customer"), text(headers, "source"),
                Origin.parse(text(headers, "origin")), in.key() == null ? "" : in.key(),
                Instant.ofEpochMilli(in.timestamp()), text(headers, "index"),
                LogSource.parse(text(headers, "logsource")), in.value());
    }

    /** Marks a record as meant for one stage only: a dead letter put back for the stage that had failed. */
    static ProducerRecord<String, byte[]> onlyFor(String stage, ProducerRecord<String, byte[]> record) {
        add(record.headers(), "only-for", stage);
        return record;
    }

    /** The stage for which the record is meant, or empty for all. */
    static String onlyFor(ConsumerRecord<String, byte[]> record) {
        Header header = record.headers().lastHeader("only-for");
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    static int partition(String key, int partitions) {
        return Math.floorMod(org.apache.kafka.common.utils.Utils
                .murmur2(key.getBytes(StandardCharsets.UTF_8)), partitions);
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        if (header == null || header.value() == null) {
            throw new IllegalArgumentException("the record has no header \"" + name + "\"");
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}

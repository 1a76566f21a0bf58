package dev.tocsin.log;

import dev.tocsin.event.Digest;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of the ledger: how many events, and which (xor and sum of ids), became what.
 *
 * @param kind {@code in}, {@code made}, {@code out}, {@code dead}, {@code held} or {@code dropped:<reason>}
 */
record LedgerRow(Key key, Digest digest) {

    /**
     * @param generation rises when the stage is made to read its input again; only the last one counts
     * @param worker who counted; a later run of the same worker begins at zero
     * @param stream where the events came from, or went to for {@code out} and {@code made}; {@code -} for outside
     * @param minute of event time, in minutes since 1970
     */
    record Key(String stage, int generation, String worker, String run, String stream, String customer, long minute,
            String kind) {

        String text() {
            return String.join("|", stage, Integer.toString(generation), worker, run, stream,
                    customer.replace("%", "%25").replace("|", "%7C"),
                    Long.toString(minute), kind);
        }

        static @Nullable Key parse(String text) {
            String[] p = text.split("\\|", -1);
            if (p.length != 8) {
                return null;
            }
            try {
                return new Key(p[0], Integer.parseInt(p[1]), p[2], p[3], p[4],
                        p[5].replace("%7C", "|").replace("%25", "%"), Long.parseLong(p[6]), p[7]);
            } catch (NumberFormatException _) {
                return null;
            }
        }
    }

    static String value(Digest d) {
        ObjectNode json = Json.object();
        json.put("count", d.count());
        json.put("xor", new EventId(d.xorHigh(), d.xorLow()).toString());
        json.put("sum", new EventId(d.sumHigh(), d.sumLow()).toString());
        return json.toString();
    }

    /** A record of the ledger topic, or null when it was not written by us. */
    static @Nullable LedgerRow parse(@Nullable String key, byte @Nullable [] value) {
        Key parsed = key == null ? null : Key.parse(key);
        if (parsed == null || value == null) {
            return null;
        }
        try {
            JsonNode json = Json.read(value);
            EventId xor = EventId.parse(json.path("xor").asString(""));
            EventId sum = EventId.parse(json.path("sum").asString(""));
            return new LedgerRow(parsed, new Digest(json.path("count").asLong(0), xor.high(), xor.low(), sum.high(),
                    sum.low()));
        } catch (JacksonException | IllegalArgumentException _) {
            return null;
        }
    }

}

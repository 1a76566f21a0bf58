package dev.tocsin.source;

import dev.tocsin.event.Json;
import dev.tocsin.source.HttpBatch.Said;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the body of a HEC event request: JSON objects one after the other, or in an array. Each has {@code event} and
 * perhaps {@code time}, {@code host}, {@code source}, {@code sourcetype}, {@code index}, {@code fields}. Reading stops at
 * the first wrong one, as Splunk's does: what stood before it counts.
 */
final class HecEnvelopes {
    private final JsonSlices slices;
    private final @Nullable String idField;
    private final List<Said> read = new ArrayList<>();

    /**
     * What was found.
     *
     * @param stop where and why reading stopped before the end; null when all was good
     */
    record Read(List<Said> events, @Nullable Stop stop) {
    }

    /** @param offset first byte that was not accepted */
    record Stop(HecReply reply, int number, int offset, String cause) {
    }

    private HecEnvelopes(JsonSlices slices, @Nullable String idField) {
        this.slices = slices;
        this.idField = idField;
    }

    static Read read(byte[] body, @Nullable String idField) {
        try (JsonSlices slices = new JsonSlices(body)) {
            HecEnvelopes envelopes = new HecEnvelopes(slices, idField);
            return new Read(envelopes.read, envelopes.all());
        } catch (JacksonException e) {
            return new Read(List.of(), new Stop(HecReply.INVALID_DATA, 0, 0, JsonSlices.message(e)));
        }
    }

    private @Nullable Stop all() {
        int good = 0;
        try {
            for (JsonToken t = slices.parser().nextToken(); t != null; t = slices.parser().nextToken()) {
                switch (t) {
                    case START_ARRAY, END_ARRAY -> good = slices.end();
                    case START_OBJECT -> {
                        int from = slices.start();
                        Optional<Stop> stop = one(from);
                        if (stop.isPresent()) {
                            return stop.get();
                        }
                        good = slices.end();
                    }
                    default -> {
                        return stop(HecReply.INVALID_DATA, slices.start(), "it is not a JSON object");
                    }
                }
            }
            return null;
        } catch (JacksonException e) {
            return stop(HecReply.INVALID_DATA, good, JsonSlices.message(e));
        }
    }

    private Stop stop(HecReply reply, int offset, String cause) {
        return new Stop(reply, read.size(), offset, "event " + read.size() + " of the request: " + cause);
    }

    private Optional<Stop> one(int from) {
        JsonParser p = slices.parser();
        ObjectNode hec = Json.object();
        byte[] event = null;
        HecReply wrong = null;
        String time = "";
        while (p.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = p.currentName();
            JsonToken value = p.nextToken();
            switch (name) {
                case "event" -> event = value == JsonToken.VALUE_NULL
                        ? null
                        : value == JsonToken.VALUE_STRING
                                ? p.getString().getBytes(StandardCharsets.UTF_8)
                                : slices.value();
                case "time" -> {
                    time = value == JsonToken.VALUE_NULL ? "" : p.getString();
                    hec.set("time", p.readValueAsTree());
                }
                case "fields" -> {
                    wrong = value == JsonToken.START_OBJECT || value == JsonToken.VALUE_NULL
                            ? wrong
                            : HecReply.FIELDS_INVALID;
                    hec.set("fields", p.readValueAsTree());
                }
                case "host", "source", "sourcetype", "index" -> hec.set(name, p.readValueAsTree());
                default -> p.skipChildren();
            }
        }
        int to = slices.end();
        Optional<Instant> sent = time(time);
        if (event == null || event.length == 0) {
            wrong = event == null ? HecReply.EVENT_REQUIRED : HecReply.EVENT_BLANK;
        } else if (sent.isEmpty() && !time.isEmpty()) {
            wrong = HecReply.FIELDS_INVALID;
        }
        if (wrong != null || event == null) {
            HecReply reply = wrong == null ? HecReply.EVENT_REQUIRED : wrong;
            return Optional.of(stop(reply, from, reply.text()));
        }
        read.add(new Said(event, slices.slice(from, to), sent.orElse(null), hec.path("host").asString(""), hec,
                vendorId(hec, event)));
        return Optional.empty();
    }

    private @Nullable String vendorId(ObjectNode hec, byte[] event) {
        String own = hec.path("fields").path("id").asString("");
        return own.isEmpty() ? JsonSlices.text(event, idField) : own;
    }

    /** Seconds with a fraction, as number or text. Larger numbers are taken as milli-, micro- or nanoseconds. */
    static Optional<Instant> time(String text) {
        try {
            if (text.isBlank() || text.length() > 40) {
                return Optional.empty();
            }
            BigDecimal seconds = new BigDecimal(text.strip());
            if (Math.abs(seconds.precision() - seconds.scale()) > 22) {
                return Optional.empty();
            }
            while (seconds.abs().compareTo(BigDecimal.valueOf(100_000_000_000L)) >= 0) {
                seconds = seconds.movePointLeft(3);
            }
            BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
            long nanos = seconds.subtract(whole).movePointRight(9).longValue();
            return Optional.of(Instant.ofEpochSecond(whole.longValueExact(), nanos));
        } catch (NumberFormatException | ArithmeticException | DateTimeException _) {
            return Optional.empty();
        }
    }
}

package dev.tocsin.process;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** AWS CloudTrail: a record alone, or the files that CloudTrail delivers, {@code {"Records":[…]}}. */
final class CloudTrail {
    private CloudTrail() {
    }

    static boolean looksLike(ObjectNode raw) {
        return raw.path("eventSource").isString() && raw.path("eventName").isString()
                && (raw.has("eventVersion") || raw.has("awsRegion"));
    }

    /** The records of a batch, or null when the object is none. */
    static @Nullable ArrayNode records(ObjectNode raw, Format format) {
        if (!(raw.get("Records") instanceof ArrayNode records)) {
            return null;
        }
        boolean batch = format == Format.CLOUDTRAIL
                || !records.isEmpty() && records.get(0) instanceof ObjectNode first && looksLike(first);
        return batch ? records : null;
    }

    /** The name that AWS gave the record, if it is there. */
    static @Nullable String eventId(JsonNode eventRecord) {
        JsonNode id = eventRecord.path("eventID");
        return id.isString() && !id.asString().isEmpty() ? id.asString() : null;
    }
}

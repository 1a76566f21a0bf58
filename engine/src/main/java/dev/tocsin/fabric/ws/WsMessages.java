package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.Topics;
import dev.tocsin.fabric.data.Bytes;
import dev.tocsin.fabric.data.JsonWriter;
import dev.tocsin.fabric.data.JsonWriter.Precision;
import dev.tocsin.fabric.data.Value;
import java.util.Collection;

/** Writes the messages of the wire, their members in the order that Broker and Zeek use. */
final class WsMessages {
    private WsMessages() {
    }

    static byte[] acknowledgement(String endpoint, String version) {
        return new JsonWriter(Precision.COMPATIBLE).raw("{\"type\":\"ack\",\"endpoint\":").string(endpoint)
                .raw(",\"version\":").string(version).raw("}").toByteArray();
    }

    /** @param detail left out when empty */
    static byte[] error(String code, String context, String detail) {
        JsonWriter out = new JsonWriter(Precision.COMPATIBLE).raw("{\"type\":\"error\",\"code\":").string(code)
                .raw(",\"context\":").string(context);
        if (!detail.isEmpty()) {
            out.raw(",\"detail\":").string(detail);
        }
        return out.raw("}").toByteArray();
    }

    /** Into a writer of the caller's. */
    static JsonWriter message(JsonWriter out, String topic, Value value) {
        return out.reset().raw("{\"type\":\"data-message\",\"topic\":").string(Bytes.of(Topics.bytes(topic))).raw(",")
                .members(value).raw("}");
    }

    static byte[] subscriptions(Collection<String> prefixes) {
        JsonWriter out = new JsonWriter(Precision.COMPATIBLE).raw("[");
        String comma = "";
        for (String prefix : prefixes) {
            out.raw(comma).string(Bytes.of(Topics.bytes(prefix)));
            comma = ",";
        }
        return out.raw("]").toByteArray();
    }
}

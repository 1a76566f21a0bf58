package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.Status;
import dev.tocsin.fabric.data.Address;
import dev.tocsin.fabric.data.JsonWriter;
import dev.tocsin.fabric.data.Port;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.Vector;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Status events in the form in which Broker shows them to clients that subscribe to the node's own topics. */
final class StatusNews {
    static final String STATUSES = "<$>/local/data/statuses";
    static final String ERRORS = "<$>/local/data/errors";

    private StatusNews() {
    }

    static String topic(Status status) {
        return status.code().isError() ? ERRORS : STATUSES;
    }

    static byte[] of(Status status) {
        Value endpoint = status.endpoint() == null ? Value.NONE : Value.of(status.endpoint().toString());
        return news(topic(status), status.code().text(),
                List.of(endpoint, Value.NONE, Value.NONE, Value.NONE), status.text());
    }

    /** @param peer null for an endpoint that is told about without an address */
    static byte[] of(String code, String endpoint, @Nullable InetSocketAddress peer, String text) {
        List<Value> about = peer == null
                ? List.of(Value.of(endpoint), Value.NONE, Value.NONE, Value.NONE)
                : List.of(Value.of(endpoint), Value.of(Address.of(peer.getAddress()).toString()),
                        new Port(peer.getPort(), Port.Protocol.TCP), Value.count(0));
        return news(STATUSES, code, about, text);
    }

    private static byte[] news(String topic, String code, List<Value> about, String text) {
        Value value = Value.vector(Value.of(topic.equals(ERRORS) ? "error" : "status"), Value.enumerator(code),
                new Vector(about), Value.of(text));
        return WsMessages.message(new JsonWriter(JsonWriter.Precision.COMPATIBLE), topic, value).toByteArray();
    }
}

package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Receiver;
import dev.tocsin.fabric.Rights;
import dev.tocsin.fabric.RightsCounts;
import dev.tocsin.fabric.Topics;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.JsonException;
import dev.tocsin.fabric.data.JsonTape;
import dev.tocsin.fabric.data.JsonValues;
import dev.tocsin.fabric.data.JsonWriter;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's conversation, whatever carries it: first the prefixes it wants, then its messages to the hub and the hub's
 * to it. {@link #opened}, {@link #message} and {@link #ended} are called by one thread; what was subscribed to arrives by
 * another.
 */
final class WsSession {
    private static final Logger LOG = LoggerFactory.getLogger(WsSession.class);
    private static final int PREFIXES_MAX = 10_000;
    private static final String NO_ARRAY = "subscriptions not an array";
    private static final String PROTOCOL = "the first message must be an array of topic prefixes";

    private final WsConfig config;
    private final Dialect dialect;
    private final Rights rights;
    private final WsOutput out;
    private final Client client;
    private final RightsCounts refused;
    private final String endpoint;
    private final CountDownLatch acknowledged = new CountDownLatch(1);
    private volatile State state = State.HANDSHAKE;
    private volatile List<String> prefixes = List.of();
    private long inputs;

    /** How far the conversation is. */
    enum State {
        HANDSHAKE,
        OPEN,
        CLOSED
    }

    WsSession(Hub hub, WsConfig config, Rights rights, String endpoint, WsOutput out) {
        this.config = config;
        this.dialect = config.dialect();
        this.rights = rights;
        this.out = out;
        this.endpoint = endpoint;
        this.client = hub.client(endpoint);
        this.refused = hub.refused();
    }

    State state() {
        return state;
    }

    List<String> prefixes() {
        return prefixes;
    }

    /** @param refusal what is wrong with the request already, null if nothing is */
    void opened(@Nullable Refusal refusal) throws InterruptedException {
        if (refusal != null) {
            refuse(refusal.code(), refusal.context());
        }
    }

    /** Why a connection that was upgraded is closed at once. */
    record Refusal(String code, String context) {
    }

    /** The prefixes did not come in time. */
    void late() throws InterruptedException {
        if (state == State.HANDSHAKE) {
            refuse("handshake_timeout",
                    "no subscriptions within " + config.limits().handshakeWithin().toSeconds() + " s");
        }
    }

    /** More than one message may be was sent; the rest of it is not looked at. */
    void tooLong() throws InterruptedException {
        fail("message_too_large", "input #" + (inputs + 1) + " is longer than " + config.limits().messageBytesMax()
                + " bytes", WsCodes.TOO_BIG);
    }

    void message(byte[] message, boolean text) throws InterruptedException {
        if (state == State.CLOSED) {
            return;
        }
        if (!text && !dialect.takesBinary()) {
            fail("invalid_frame", "binary frames are not taken", WsCodes.UNSUPPORTED);
            return;
        }
        if (state == State.HANDSHAKE) {
            subscribe(message);
        } else {
            inputs++;
            publish(message);
        }
    }

    /** The connection is gone. */
    void ended() {
        state = State.CLOSED;
        acknowledged.countDown();
        client.close();
    }

    private void subscribe(byte[] message) throws InterruptedException {
        List<String> wanted = new ArrayList<>();
        JsonTape tape;
        try {
            tape = JsonTape.of(message);
        } catch (JsonException e) {
            refuse(WsCodes.DESERIALIZATION, dialect == Dialect.ZEEK ? NO_ARRAY : PROTOCOL + ": " + e.getMessage());
            return;
        }
        if (!tape.isArray(0)) {
            refuse(WsCodes.DESERIALIZATION, NO_ARRAY);
            return;
        }
        for (int item = 1; item < tape.next(0); item = tape.next(item)) {
            if (!tape.isString(item)) {
                refuse(WsCodes.DESERIALIZATION, "individual subscription not a string");
                return;
            }
            wanted.add(Topics.text(tape.string(item).toArray()));
        }
        if (wanted.size() > PREFIXES_MAX) {
            refuse(WsCodes.DESERIALIZATION, "more than 10,000 subscriptions");
            return;
        }
        try {
            Optional<String> forbidden = wanted.stream().filter(p -> !rights.maySubscribe(p)).findFirst();
            if (forbidden.isPresent()) {
                refused.subscription();
                refuse(WsCodes.FORBIDDEN, "no right to subscribe to \"" + forbidden.get() + "\"");
                return;
            }
            if (!wanted.isEmpty()) {
                client.subscribe(wanted, new Outgoing(), config.delivery());
            }
        } catch (IllegalArgumentException e) {
            refuse(WsCodes.DESERIALIZATION, String.valueOf(e.getMessage()));
            return;
        }
        prefixes = List.copyOf(wanted);
        state = State.OPEN;
        send(WsMessages.acknowledgement(endpoint, config.version()));
        acknowledged.countDown();
    }

    private void publish(byte[] message) throws InterruptedException {
        try {
            JsonTape tape = JsonTape.of(message);
            if (!tape.isObject(0)) {
                error(dialect.notAnObject(inputs), "");
                return;
            }
            Value value = JsonValues.read(tape, 0);
            int named = tape.find(0, "topic");
            boolean topical = named >= 0 && tape.isString(named);
            if (!topical && dialect.needsTopic()) {
                error(dialect.noTopic(inputs), "");
                return;
            }
            if (dialect.takesOnlyEvents() && !EventCall.from(value).map(config.events()::accepts).orElse(false)) {
                error(dialect.noEvent(), "");
                return;
            }
            publish(topical ? Topics.text(tape.string(named).toArray()) : "", value);
        } catch (JsonException e) {
            error(dialect.unreadable(inputs, e), e.kind() == JsonException.Kind.MALFORMED ? "" : e.getMessage());
        }
    }

    private void publish(String topic, Value value) throws InterruptedException {
        try {
            if (!rights.mayPublish(topic)) {
                refused.message();
                send(WsMessages.error(WsCodes.FORBIDDEN, "input #" + inputs + ": no right to publish to \"" + topic
                        + "\"", ""));
                return;
            }
            client.publish(topic, BinValues.write(value));
        } catch (IllegalArgumentException e) {
            error("input #" + inputs + " contained invalid data", String.valueOf(e.getMessage()));
        } catch (FabricException e) {
            state = State.CLOSED;
            out.close(WsCodes.GOING_AWAY, "the node shuts down");
        }
    }

    private void error(String context, @Nullable String detail) throws InterruptedException {
        send(WsMessages.error(WsCodes.DESERIALIZATION, context,
                dialect.explains() && detail != null ? detail : ""));
    }

    /** That the client has gone meanwhile is no failure: what it sent before still counts. */
    private void send(byte[] message) throws InterruptedException {
        try {
            out.send(message, true, true);
        } catch (IOException _) {
            LOG.debug("{} has gone before an answer", endpoint);
        }
    }

    private void refuse(String code, String context) throws InterruptedException {
        fail(code, context, WsCodes.POLICY);
    }

    private void fail(String code, String context, int close) throws InterruptedException {
        state = State.CLOSED;
        send(WsMessages.error(code, context, ""));
        out.close(close, context);
    }

    /** What the hub has for this client. */
    private final class Outgoing implements Receiver {
        private final JsonWriter json = new JsonWriter(JsonWriter.Precision.COMPATIBLE);
        private boolean gone;

        @Override
        public void message(Message message) throws InterruptedException {
            acknowledged.await();
            if (gone || state == State.CLOSED) {
                return;
            }
            try {
                WsMessages.message(json, message.topic(), BinValues.read(message.payload()));
                out.send(json.toByteArray(), json.isUtf8() || dialect.sendsRawText(), false);
            } catch (ValueException e) {
                send(WsMessages.error(WsCodes.SERIALIZATION,
                        "a message on " + message.topic() + " is no value: " + e.getMessage(), ""));
            } catch (IOException _) {
                gone = true;
            }
        }

        @Override
        public void gap(Gap gap) throws InterruptedException {
            acknowledged.await();
            String where = gap.isNamed() ? "on " + gap.topic() + " from " + gap.origin() : "on several topics";
            send(WsMessages.error("gap", gap.count() + " messages " + where + " are missing here", ""));
        }

        @Override
        public void idle() {
            out.flush();
        }
    }
}

package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.data.JsonException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Broker and Zeek answer differently on the same wire, one has to be chosen; what differs is here and nowhere else.
 * {@link #TOCSIN} is the default.
 */
public enum Dialect {
    /** Broker's errors with a reason added; a message needs a topic; binary frames are taken as text. */
    TOCSIN,
    /** As Broker 2.8: a missing topic is the empty one, the application's name is ignored, no binary frames. */
    BROKER,
    /** As Zeek 8.2: messages are events, a wrong path is upgraded and then refused. */
    ZEEK;

    /** The path of the wire. */
    public static final String PATH = "/v1/messages/json";

    static final String BAD_URI = "Invalid URI - use " + PATH;
    static final String BAD_NAME = "Invalid X-Application-Name";
    private static final Pattern NAME = Pattern.compile("[-/_.=:*@a-zA-Z0-9]*");

    /** @param query what followed the question mark, null without one */
    boolean isPath(String path, @Nullable String query) {
        return path.equals(PATH) && (this != ZEEK || query == null);
    }

    /** Whether a wrong path becomes a WebSocket all the same, to be told why by an error object. */
    boolean upgradesEveryPath() {
        return this == ZEEK;
    }

    boolean isName(String applicationName) {
        return this == BROKER || NAME.matcher(applicationName).matches();
    }

    boolean takesBinary() {
        return this != BROKER;
    }

    /** Whether messages that are not UTF-8 leave as text frames all the same, against RFC 6455, rather than as binary. */
    boolean sendsRawText() {
        return this != TOCSIN;
    }

    boolean takesOnlyEvents() {
        return this == ZEEK;
    }

    boolean needsTopic() {
        return this != BROKER;
    }

    /** Whether errors say more than Broker's do, in a member of their own. */
    boolean explains() {
        return this == TOCSIN;
    }

    String noTopic(long input) {
        return this == ZEEK ? "no topic in top-level JSON object" : "input #" + input + " lacks its topic";
    }

    String notAnObject(long input) {
        return this == ZEEK ? "failed to decode JSON object" : "input #" + input + " expected a JSON object";
    }

    String noEvent() {
        return "failed to create Zeek event";
    }

    String unreadable(long input, JsonException why) {
        if (this == ZEEK) {
            return "failed to decode JSON object";
        }
        return "input #" + input + switch (why.kind()) {
            case MALFORMED -> " contained malformed JSON -> caf::pec::" + why.getMessage();
            case INVALID -> " contained invalid data";
            case DUPLICATE -> " caused an internal error -> deserialization_failed(\"failed to parse data\")";
        };
    }
}

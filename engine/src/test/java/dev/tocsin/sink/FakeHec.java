package dev.tocsin.sink;

import dev.tocsin.event.Json;
import dev.tocsin.sink.FakeHttp.Asked;
import dev.tocsin.sink.FakeHttp.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Splunk's collector as its manual tells it. An event with {@code BAD} in it is invalid. */
final class FakeHec implements AutoCloseable {
    static final String TOKEN = "0f3c9a1e-7b5d-11f0-a2c4-0242ac110002";

    final FakeHttp http;
    /** The ids in the order in which they were indexed, repeats included. */
    final List<String> indexed = new CopyOnWriteArrayList<>();
    volatile boolean ackEnabled = true;
    /** How often an acknowledgement must be asked for before it is true. */
    volatile int polls = 1;
    /** So many acknowledgements never come. */
    volatile int forgets;
    private final Map<Long, Integer> asked = new HashMap<>();
    private long ackId = -1;
    private int waiting;
    int waitingMost;

    FakeHec(int port, @Nullable SSLContext tls) throws IOException {
        http = new FakeHttp(port, tls, this::answer);
    }

    private synchronized Reply answer(Asked request) {
        if (!request.header("Authorization").equals("Splunk " + TOKEN)) {
            return Reply.of(403, "{\"text\":\"Invalid token\",\"code\":4}");
        }
        String channel = request.header("X-Splunk-Request-Channel");
        if (ackEnabled && channel.isEmpty()) {
            return Reply.of(400, "{\"text\":\"Data channel is missing\",\"code\":10}");
        }
        if (ackEnabled) {
            UUID.fromString(channel);
        }
        return switch (request.path()) {
            case "/services/collector/event" -> event(request);
            case "/services/collector/ack" -> ack(request, channel);
            default -> Reply.of(404, "");
        };
    }

    private Reply event(Asked request) {
        List<JsonNode> events = new ArrayList<>();
        int number = 0;
        boolean invalid = false;
        for (String line : request.text().split("\n")) {
            JsonNode envelope = Json.read(line);
            if (envelope.path("event").isMissingNode() || !envelope.path("time").isNumber()) {
                throw new IllegalStateException("not a HEC event: " + line);
            }
            if (line.contains("BAD")) {
                invalid = true;
                break;
            }
            events.add(envelope);
            number++;
        }
        // What stood before the first invalid one is kept.
        events.forEach(e -> indexed.add(e.at("/fields/tocsin_id").asString()));
        if (invalid) {
            return Reply.of(400,
                    "{\"text\":\"Invalid data format\",\"code\":6,\"invalid-event-number\":" + number + "}");
        }
        if (!ackEnabled) {
            return Reply.of(200, "{\"text\":\"Success\",\"code\":0}");
        }
        ackId++;
        waitingMost = Math.max(waitingMost, ++waiting);
        asked.put(ackId, 0);
        return Reply.of(200, "{\"text\":\"Success\",\"code\":0,\"ackId\":" + ackId + "}");
    }

    private Reply ack(Asked request, String channel) {
        if (!request.query().equals("channel=" + channel)) {
            throw new IllegalStateException("asks with " + request.query());
        }
        ObjectNode answer = Json.object();
        ObjectNode acks = answer.putObject("acks");
        for (JsonNode id : Json.read(request.text()).path("acks")) {
            Integer times = asked.computeIfPresent(id.asLong(), (_, n) -> n + 1);
            boolean acknowledged = times != null && times >= polls;
            if (acknowledged && forgets > 0) {
                forgets--;
                asked.remove(id.asLong());
                waiting--;
                acknowledged = false;
            } else if (acknowledged) {
                // Splunk tells it once and forgets it.
                asked.remove(id.asLong());
                waiting--;
            }
            acks.put(id.asString(), acknowledged);
        }
        return Reply.of(200, Json.mapper().writeValueAsString(answer));
    }

    @Override
    public void close() {
        http.close();
    }
}

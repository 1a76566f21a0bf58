package dev.tocsin.cli.demo;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Splunk's HTTP event collector with indexer acknowledgement: a batch is delivered when the node says so for the
 * {@code ackId} that it gave for it. Source: "About HTTP Event Collector Indexer Acknowledgment" in Splunk's manual.
 */
final class HecSender implements Sender {
    private static final Duration POLL = Duration.ofMillis(40);
    private static final Duration ACKNOWLEDGED_MAX = Duration.ofSeconds(15);
    private final HttpIntake intake;
    private final URI acks;
    private final Duration acknowledgedMax;

    HecSender(HttpClient client, Targets targets, String customer) {
        this(client, targets, customer, ACKNOWLEDGED_MAX);
    }

    /** @param acknowledgedMax how long to ask for the acknowledgement before the batch is taken for lost */
    HecSender(HttpClient client, Targets targets, String customer, Duration acknowledgedMax) {
        this.acknowledgedMax = acknowledgedMax;
        String channel = UUID.randomUUID().toString();
        this.intake = new HttpIntake(client, targets.http("/services/collector/event"),
                List.of("Authorization", "Splunk " + targets.token(customer), "X-Splunk-Request-Channel", channel,
                        "Content-Type", "application/json"));
        this.acks = targets.http("/services/collector/ack?channel=" + channel);
    }

    @Override
    public void deliver(List<Message> batch) throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder();
        for (Message message : batch) {
            body.append(new String(Json.write(envelope(message)), StandardCharsets.UTF_8)).append('\n');
        }
        JsonNode answer = read(intake.post(body.toString()));
        JsonNode ackId = answer.path("ackId");
        if (!ackId.isIntegralNumber()) {
            throw new IOException("the event collector answered without an ackId: " + answer);
        }
        awaitAcknowledged(ackId.longValue());
    }

    private void awaitAcknowledged(long ackId) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + acknowledgedMax.toNanos();
        String question = "{\"acks\":[" + ackId + "]}";
        while (!read(intake.post(acks, question)).path("acks").path(Long.toString(ackId)).asBoolean(false)) {
            if (System.nanoTime() > deadline) {
                throw new IOException("hec: not acknowledged within " + acknowledgedMax.toMillis() + " ms");
            }
            Thread.sleep(POLL);
        }
    }

    private static ObjectNode envelope(Message message) {
        ObjectNode envelope = Json.object();
        envelope.put("time", BigDecimal.valueOf(message.time().toEpochMilli(), 3));
        if (!message.source().isEmpty()) {
            envelope.put("sourcetype", message.source());
        }
        envelope.set("event", message.body());
        return envelope;
    }

    private static JsonNode read(String answer) throws IOException {
        try {
            return Json.read(answer);
        } catch (JacksonException e) {
            throw new IOException("the event collector's answer is not JSON: " + answer, e);
        }
    }
}

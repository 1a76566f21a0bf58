package dev.tocsin.source;

import dev.tocsin.event.Json;
import dev.tocsin.source.HttpAccess.Sender;
import dev.tocsin.source.HttpBatch.Said;
import dev.tocsin.source.HttpIntake.Handed;
import dev.tocsin.source.HttpIntake.Request;
import dev.tocsin.source.HttpIntake.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Splunk's HTTP Event Collector. With a channel the answer carries an acknowledgement id and {@code ack} says when it is
 * durable; without one the answer itself waits until then.
 */
final class HecRoutes {
    private static final Pattern CHANNEL = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final int ACK_BODY_BYTES_MAX = 1 << 20;

    private final String name;
    private final HttpSourceConfig config;
    private final Collector collector;
    private final RequestBody body;
    private final Tally tally;
    private final AckChannels channels;

    HecRoutes(String name, HttpSourceConfig config, Collector collector, RequestBody body, Tally tally) {
        this.name = name;
        this.config = config;
        this.collector = collector;
        this.body = body;
        this.tally = tally;
        channels = new AckChannels(collector.epoch());
    }

    Response event(Request request, Sender sender, Handed handed) throws IOException {
        Optional<String> channel = channel(request, sender);
        HttpBatch batch = batch(request, sender);
        byte[] bytes;
        try {
            bytes = body.read(request, handed.lease());
        } catch (RequestBody.DamagedException e) {
            return damaged(batch, e, handed);
        }
        HecEnvelopes.Read read = HecEnvelopes.read(bytes, config.idField());
        read.events().forEach(batch::add);
        HecEnvelopes.Stop stop = read.stop();
        if (stop != null) {
            byte[] rest = Arrays.copyOfRange(bytes, stop.offset(), bytes.length);
            batch.refuse(rest, stop.cause());
            HttpBatch.await(batch.submit(handed));
            return HttpIntake.reply(stop.reply(), stop.reply().text(),
                    node -> node.put("invalid-event-number", stop.number()));
        }
        return finish(batch, channel, handed);
    }

    Response raw(Request request, Sender sender, Handed handed) throws IOException {
        Optional<String> channel = channel(request, sender);
        HttpBatch batch = batch(request, sender);
        byte[] bytes;
        try {
            bytes = body.read(request, handed.lease());
        } catch (RequestBody.DamagedException e) {
            return damaged(batch, e, handed);
        }
        ObjectNode hec = Json.object();
        for (String parameter : List.of("host", "source", "sourcetype", "index", "time")) {
            if (!request.query(parameter).isEmpty()) {
                hec.put(parameter, request.query(parameter));
            }
        }
        Instant time = HecEnvelopes.time(request.query("time")).orElse(null);
        byte[] metadata = hec.toString().getBytes(StandardCharsets.UTF_8);
        for (byte[] line : Lines.of(bytes)) {
            byte[] said = Arrays.copyOf(metadata, metadata.length + line.length);
            System.arraycopy(line, 0, said, metadata.length, line.length);
            batch.add(new Said(line, said, time, request.query("host"), hec, JsonSlices.text(line, config.idField())));
        }
        return finish(batch, channel, handed);
    }

    Response ack(Request request, Sender sender) throws IOException {
        if (!config.ack()) {
            throw new RefusedException(HecReply.ACK_DISABLED);
        }
        String channel = channel(request, sender).orElseThrow(() -> new RefusedException(HecReply.CHANNEL_MISSING));
        byte[] bytes = request.body().readNBytes(ACK_BODY_BYTES_MAX);
        List<Long> ids = new ArrayList<>();
        try {
            JsonNode acks = Json.read(bytes).path("acks");
            acks.forEach(id -> ids.add(id.asLong(-1)));
            if (!acks.isArray()) {
                throw new RefusedException(HecReply.INVALID_DATA);
            }
        } catch (JacksonException _) {
            throw new RefusedException(HecReply.INVALID_DATA);
        }
        AckChannels.Answer answer = channels.poll(channel, ids, collector.now());
        ObjectNode node = Json.object();
        ObjectNode acks = node.putObject("acks");
        answer.acks().forEach((id, durable) -> acks.put(Long.toString(id), durable));
        return HttpIntake.json(200, node, answer.acknowledged());
    }

    private Response finish(HttpBatch batch, Optional<String> channel, Handed handed) {
        if (batch.isEmpty()) {
            return HttpIntake.reply(HecReply.NO_DATA);
        }
        ObjectNode answer = Json.object().put("text", HecReply.SUCCESS.text()).put("code", HecReply.SUCCESS.code());
        if (channel.isPresent()) {
            channels.checkRoom(channel.get(), collector.now());
            CompletableFuture<Void> durable = batch.submit(handed);
            answer.put("ackId", channels.add(channel.get(), durable, batch.acknowledged(), collector.now()));
            return HttpIntake.json(200, answer, () -> {
            });
        }
        HttpBatch.await(batch.submit(handed));
        return HttpIntake.json(200, answer, batch.acknowledged());
    }

    /** The body as it was sent is kept; the sender learns that it was not understood. */
    private static Response damaged(HttpBatch batch, RequestBody.DamagedException e, Handed handed) {
        batch.refuse(e.raw(), String.valueOf(e.getMessage()));
        HttpBatch.await(batch.submit(handed));
        return HttpIntake.reply(HecReply.INVALID_DATA);
    }

    private HttpBatch batch(Request request, Sender sender) {
        Feed feed = new Feed(sender.customer(), sender.source() == null ? name : sender.source(), config.format(),
                config.logsource(), "hec");
        return new HttpBatch(feed, request.peer(), collector, tally, (int) config.messageMax().bytes());
    }

    /** Channels of different tokens are different, so that nobody can ask for another's. */
    private Optional<String> channel(Request request, Sender sender) {
        String header = request.header("X-Splunk-Request-Channel");
        String channel = header.isEmpty() ? request.query("channel") : header;
        if (channel.isEmpty() || !config.ack()) {
            return Optional.empty();
        }
        if (!CHANNEL.matcher(channel).matches()) {
            throw new RefusedException(HecReply.CHANNEL_INVALID);
        }
        return Optional.of(sender.number() + "/" + channel);
    }
}

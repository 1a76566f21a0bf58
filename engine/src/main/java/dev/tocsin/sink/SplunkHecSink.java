package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * Sends to Splunk's HTTP Event Collector and commits when the indexer has acknowledged everything: at least once. Without
 * acknowledgements ({@code ack: false}) it commits when the collector has answered 200, which only says that the request
 * looked valid.
 *
 * <p>A request that the collector calls invalid is halved until the event at fault is alone; that one goes to {@code dead}
 * with the collector's words. What stood before it in a request may be there twice, since the collector keeps that.
 */
public final class SplunkHecSink implements Stage {
    static final String CHANNEL = "X-Splunk-Request-Channel";
    /** Codes of the collector that speak of an event and not of the sender or the collector. */
    private static final Set<Integer> EVENT_AT_FAULT = Set.of(5, 6, 12, 13, 15);

    private final SplunkHecSinkConfig config;
    private final SinkCounts counts;
    private final HttpTarget target;
    private final HecEnvelope envelope;
    private final Sent sent;
    private final Backoff backoff;
    private final Map<String, String> channel;
    private final HecAcks acks;

    private record Item(Event event, byte[] bytes) {
    }

    /** @param node this node's name, the host of events that name none */
    public SplunkHecSink(SplunkHecSinkConfig config, String node, SinkCounts counts) {
        this(config, node, counts, Backoff.standard());
    }

    SplunkHecSink(SplunkHecSinkConfig config, String node, SinkCounts counts, Backoff backoff) {
        this.config = config;
        this.counts = counts;
        this.backoff = backoff;
        this.envelope = new HecEnvelope(config, node);
        this.sent = new Sent(counts);
        this.channel = config.ack() ? Map.of(CHANNEL, UUID.randomUUID().toString()) : Map.of();
        this.target = new HttpTarget(java.net.URI.create(config.url()), config.tls(), config.timeout(),
                Map.of("Authorization", "Splunk " + config.token().value()));
        this.acks = new HecAcks(target, channel, config.ackTimeout(), sent);
    }

    @Override
    public void assigned(int partition, State state) {
        sent.assigned();
    }

    @Override
    public void rewound(int partition) {
        sent.forget();
    }

    /** @throws IOException when the collector is away or busy, or does not take the token */
    @Override
    public void handle(int partition, List<Event> events, Output out) throws IOException {
        sent.begin();
        backoff.await();
        List<Item> batch = new ArrayList<>();
        long bytes = 0;
        for (Event event : events) {
            sent.take(event.id());
            if (sent.isAcknowledged(event.id()) || acks.isWaiting(event.id())) {
                out.done(event);
                continue;
            }
            Item item = new Item(event, envelope.of(event));
            if (!batch.isEmpty() && bytes + item.bytes.length > config.batchMax().bytes()) {
                post(batch, out);
                batch = new ArrayList<>();
                bytes = 0;
            }
            batch.add(item);
            bytes += item.bytes.length;
        }
        if (!batch.isEmpty()) {
            post(batch, out);
        }
    }

    private void post(List<Item> batch, Output out) throws IOException {
        acks.await(config.pendingMax() - 1);
        List<EventId> ids = batch.stream().map(i -> i.event.id()).toList();
        HttpAnswer answer = ask(batch, ids);
        if (answer.isGood()) {
            accept(answer, ids);
            batch.forEach(i -> out.done(i.event));
        } else if (answer.status() == 413 || answer.status() == 400 && isEventAtFault(answer)) {
            if (batch.size() == 1) {
                counts.refused.increment();
                out.dead(batch.getFirst().event, "refused by " + target + ": " + answer);
                return;
            }
            post(batch.subList(0, batch.size() / 2), out);
            post(batch.subList(batch.size() / 2, batch.size()), out);
        } else {
            if (answer.status() < 500 || answer.isBusy()) {
                sent.refused(ids);
            } else {
                sent.unanswered(ids.size());
            }
            throw backoff.failed(target, answer);
        }
    }

    private HttpAnswer ask(List<Item> batch, List<EventId> ids) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Item item : batch) {
            body.writeBytes(item.bytes);
            body.write('\n');
        }
        sent.trying(ids);
        try {
            HttpAnswer answer = target.post("/services/collector/event", "application/json", body.toByteArray(),
                    config.gzip(), channel);
            if (answer.isGood()) {
                backoff.succeeded();
            }
            return answer;
        } catch (HttpTarget.NotSentException e) {
            sent.refused(ids);
            throw backoff.failed(target, e);
        } catch (IOException e) {
            sent.unanswered(ids.size());
            throw backoff.failed(target, e);
        }
    }

    private void accept(HttpAnswer answer, List<EventId> ids) throws IOException {
        if (!config.ack()) {
            sent.acknowledged(ids);
            return;
        }
        JsonNode ackId = answer.json().path("ackId");
        if (!ackId.isIntegralNumber()) {
            sent.unanswered(ids.size());
            throw backoff
                    .failed(target + " gives no acknowledgement ids; enable indexer acknowledgement for the token, or"
                            + " say ack: false in the sink");
        }
        acks.add(ackId.asLong(), ids);
    }

    private static boolean isEventAtFault(HttpAnswer answer) {
        return EVENT_AT_FAULT.contains(answer.json().path("code").asInt(-1));
    }

    /** @throws IOException when an acknowledgement did not come in time */
    @Override
    public void flush(Commit commit) throws IOException {
        acks.await(0);
        sent.flushed();
    }

    @Override
    public Duration commitInterval() {
        return config.stream().commitInterval();
    }

    @Override
    public void close() {
        target.close();
    }
}

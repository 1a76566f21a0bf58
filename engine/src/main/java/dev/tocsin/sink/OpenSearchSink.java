package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Writes into OpenSearch by {@code _bulk}, each document by {@code create} under the event's id: what is there already is
 * answered by 409 and counts as delivered. So each event is there once, whatever is sent again. The index is that of the
 * event, a function of its customer and its day, so that it is the same each time.
 *
 * <p>An item that is refused by 429 is sent again, one that is refused by 400 goes to {@code dead} with the server's reason;
 * a request that is too large is halved. For everything else the events wait.
 */
public final class OpenSearchSink implements Stage {
    /** Only what is needed of the answer. */
    private static final String BULK = "/_bulk?filter_path=items.*.status,items.*.error.type,items.*.error.reason,"
            + "items.*.error.caused_by.reason,errors";
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu.MM.dd").withZone(ZoneOffset.UTC);
    private static final int CREATED = 201;
    private static final int EXISTS = 409;
    private static final int TOO_MANY = 429;

    private final OpenSearchSinkConfig config;
    private final SinkCounts counts;
    private final HttpTarget target;
    private final Backoff backoff;

    private record Item(Event event, byte[] bytes) {
    }

    public OpenSearchSink(OpenSearchSinkConfig config, SinkCounts counts) {
        this(config, counts, Backoff.standard());
    }

    OpenSearchSink(OpenSearchSinkConfig config, SinkCounts counts, Backoff backoff) {
        this.config = config;
        this.counts = counts;
        this.backoff = backoff;
        this.target = new HttpTarget(URI.create(config.url()), config.tls(), config.timeout(), authorization(config));
    }

    private static Map<String, String> authorization(OpenSearchSinkConfig config) {
        var key = config.apiKey();
        var password = config.password();
        if (key != null) {
            return Map.of("Authorization", "ApiKey " + key.value());
        }
        if (password != null) {
            String both = config.user() + ":" + password.value();
            return Map.of("Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
        }
        return Map.of();
    }

    /** @throws IOException when the server is away or busy, or does not let this sink write */
    @Override
    public void handle(int partition, List<Event> events, Output out) throws IOException {
        backoff.await();
        List<Item> batch = new ArrayList<>();
        long bytes = 0;
        for (Event event : events) {
            Item item = new Item(event, item(event));
            if (!batch.isEmpty() && bytes + item.bytes.length > config.batchMax().bytes()) {
                write(batch, out);
                batch = new ArrayList<>();
                bytes = 0;
            }
            batch.add(item);
            bytes += item.bytes.length;
        }
        if (!batch.isEmpty()) {
            write(batch, out);
        }
    }

    private byte[] item(Event event) {
        String index = event.index().isEmpty()
                ? config.stream().stream().topic() + "-" + event.customer() + "-" + DAY.format(event.time())
                : event.index();
        ByteArrayOutputStream out = new ByteArrayOutputStream(event.json().length + 256);
        var action = Json.object();
        action.putObject("create").put("_index", config.indexPrefix() + index).put("_id", event.id().toString());
        out.writeBytes(Json.write(action));
        out.write('\n');
        out.writeBytes(JsonLine.of(event));
        out.write('\n');
        return out.toByteArray();
    }

    private void write(List<Item> batch, Output out) throws IOException {
        List<Item> left = batch;
        while (!left.isEmpty()) {
            HttpAnswer answer = ask(left);
            boolean split = answer.status() == 413 || answer.status() == 400 && answer.json().has("error");
            if (split && left.size() > 1) {
                write(left.subList(0, left.size() / 2), out);
                write(left.subList(left.size() / 2, left.size()), out);
                return;
            }
            if (split) {
                dead(left.getFirst(), answer.toString(), out);
                return;
            }
            if (answer.status() != 200) {
                throw backoff.failed(target, answer);
            }
            List<Item> busy = settle(left, answer.json().path("items"), out);
            if (busy.isEmpty()) {
                backoff.succeeded();
            } else {
                // Noted as a failure so that the wait doubles; it is thrown only when it would be long.
                backoff.failed("cannot deliver to " + target + ": it is busy (429)");
                backoff.await();
            }
            left = busy;
        }
    }

    private HttpAnswer ask(List<Item> items) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        items.forEach(i -> body.writeBytes(i.bytes));
        try {
            return target.post(BULK, "application/x-ndjson", body.toByteArray(), config.gzip(), Map.of());
        } catch (HttpTarget.NotSentException e) {
            throw backoff.failed(target, e);
        } catch (IOException e) {
            counts.unanswered.add(items.size());
            throw backoff.failed(target, e);
        }
    }

    /** @return those for which the server was too busy */
    private List<Item> settle(List<Item> items, JsonNode answers, Output out) throws IOException {
        if (answers.size() != items.size()) {
            throw backoff.failed(target + " does not answer as OpenSearch does: " + answers.size() + " results for "
                    + items.size() + " documents");
        }
        List<Item> busy = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            JsonNode result = answers.get(i).path("create");
            int status = result.path("status").asInt(0);
            switch (status) {
                case CREATED -> delivered(item, out);
                case EXISTS -> {
                    counts.again.increment();
                    delivered(item, out);
                }
                case TOO_MANY -> busy.add(item);
                case 400 -> dead(item, reason(result.path("error")), out);
                default -> throw backoff.failed("cannot deliver to " + target + ": it answered " + status + " for "
                        + item.event.id() + ": " + reason(result.path("error")));
            }
        }
        return busy;
    }

    private void delivered(Item item, Output out) {
        counts.written.increment();
        out.done(item.event);
    }

    private void dead(Item item, String reason, Output out) {
        counts.refused.increment();
        out.dead(item.event, "refused by " + target + ": " + reason);
    }

    private static String reason(JsonNode error) {
        String cause = error.at("/caused_by/reason").asString("");
        return error.path("type").asString("") + ": " + error.path("reason").asString("")
                + (cause.isEmpty() ? "" : " (" + cause + ")");
    }

    /** Nothing is left to do: {@link #handle} has written all. */
    @Override
    public void flush(Commit commit) {
    }

    @Override
    public void assigned(int partition, State state) {
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

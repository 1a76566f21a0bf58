package dev.tocsin.sink;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import dev.tocsin.log.Unavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts JSON arrays until the receiver has answered each by 2xx: at least once. {@code Idempotency-Key} is a function of the
 * ids in the request, the same when the same batch is sent again; since a batch may be cut otherwise after a crash, a
 * receiver that must not take anything twice looks at {@code tocsin.id} in each item.
 *
 * <p>400, 413 and 422 speak of the request: it is halved until the event at fault is alone, which goes to {@code dead}. 410
 * says that the receiver has gone for good: the events wait, and a person is told. Everything else is tried again.
 */
public final class WebhookSink implements Stage {
    private static final int GONE = 410;

    private final WebhookSinkConfig config;
    private final SinkCounts counts;
    private final Consumer<Problem> alarms;
    private final InstantSource clock;
    private final HttpTarget target;
    private final Sent sent;
    private final Backoff backoff;
    private boolean gone;

    private record Item(Event event, byte[] bytes) {
    }

    /** @param alarms told when the receiver says that it has gone; called by the worker */
    public WebhookSink(WebhookSinkConfig config, SinkCounts counts, Consumer<Problem> alarms) {
        this(config, counts, alarms, Backoff.standard(), InstantSource.system());
    }

    WebhookSink(WebhookSinkConfig config, SinkCounts counts, Consumer<Problem> alarms, Backoff backoff,
            InstantSource clock) {
        this.config = config;
        this.counts = counts;
        this.alarms = alarms;
        this.backoff = backoff;
        this.clock = clock;
        this.sent = new Sent(counts);
        Map<String, String> headers = new HashMap<>();
        config.headers().forEach((name, value) -> headers.put(name, value.value()));
        this.target = new HttpTarget(URI.create(config.url()), config.tls(), config.timeout(), headers);
    }

    @Override
    public void assigned(int partition, State state) {
        sent.assigned();
    }

    @Override
    public void rewound(int partition) {
        sent.forget();
    }

    /** @throws IOException when the receiver is away, or answers anything but 2xx */
    @Override
    public void handle(int partition, List<Event> events, Output out) throws IOException {
        sent.begin();
        backoff.await();
        List<Item> batch = new ArrayList<>();
        long bytes = 0;
        for (Event event : events) {
            sent.take(event.id());
            if (sent.isAcknowledged(event.id())) {
                out.done(event);
                continue;
            }
            Item item = new Item(event, JsonLine.of(event));
            if (!batch.isEmpty()
                    && (batch.size() == config.batch() || bytes + item.bytes.length > config.batchMax().bytes())) {
                post(batch, out);
                batch = new ArrayList<>();
                bytes = 0;
            }
            batch.add(item);
            // The comma between two, too.
            bytes += item.bytes.length + 1;
        }
        if (!batch.isEmpty()) {
            post(batch, out);
        }
    }

    private void post(List<Item> batch, Output out) throws IOException {
        List<EventId> ids = batch.stream().map(i -> i.event.id()).toList();
        HttpAnswer answer = ask(batch, ids);
        if (answer.isGood()) {
            gone = false;
            backoff.succeeded();
            sent.acknowledged(ids);
            batch.forEach(i -> out.done(i.event));
            return;
        }
        boolean isRequest = answer.status() == 400 || answer.status() == 413 || answer.status() == 422;
        if (isRequest && batch.size() == 1) {
            counts.refused.increment();
            out.dead(batch.getFirst().event, "refused by " + target + ": " + answer);
        } else if (isRequest) {
            sent.refused(ids);
            post(batch.subList(0, batch.size() / 2), out);
            post(batch.subList(batch.size() / 2, batch.size()), out);
        } else {
            if (answer.status() < 500 || answer.isBusy()) {
                sent.refused(ids);
            } else {
                sent.unanswered(ids.size());
            }
            IOException failed = backoff.failed(target, answer);
            if (answer.status() == GONE) {
                alarm();
                throw new Unavailable(target + " says that it is gone (410); the events are held", failed);
            }
            throw failed;
        }
    }

    private void alarm() {
        if (!gone) {
            gone = true;
            alarms.accept(new Problem("E404", target.toString(),
                    "the receiver of the webhook says that it is gone (410); what is for it is held, and nothing is lost",
                    "switch it on again over there, or correct the sink's url; remove the sink if nobody wants its events"));
        }
    }

    private HttpAnswer ask(List<Item> batch, List<EventId> ids) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Item item : batch) {
            body.write(body.size() == 0 ? '[' : ',');
            body.writeBytes(item.bytes);
        }
        body.write(']');
        byte[] bytes = body.toByteArray();
        sent.trying(ids);
        try {
            return target.post("", "application/json", bytes, false, headers(ids, bytes));
        } catch (HttpTarget.NotSentException e) {
            sent.refused(ids);
            throw backoff.failed(target, e);
        } catch (IOException e) {
            sent.unanswered(ids.size());
            throw backoff.failed(target, e);
        }
    }

    private Map<String, String> headers(List<EventId> ids, byte[] body) {
        Map<String, String> headers = new LinkedHashMap<>();
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        headers.put("Idempotency-Key", key(ids));
        headers.put("X-Tocsin-Timestamp", timestamp);
        var secret = config.secret();
        if (secret != null) {
            headers.put("X-Tocsin-Signature", "sha256=" + signature(secret.value(), timestamp, body));
        }
        return headers;
    }

    /** 32 hexadecimal digits. */
    private static String key(List<EventId> ids) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ids.forEach(id -> digest.update(id.toString().getBytes(StandardCharsets.US_ASCII)));
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The hexadecimal HMAC-SHA256 of the timestamp, a dot and the body. */
    static String signature(String secret, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((timestamp + ".").getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    @Override
    public void flush(Commit commit) {
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

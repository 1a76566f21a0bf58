package dev.tocsin.source;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Receives events by HTTP, without a server of its own: whoever has one gives it requests, each on a virtual thread,
 * because {@link #handle} blocks until the events are durable.
 *
 * <p>Routes: Splunk HEC under {@code /services/collector} ({@link HecRoutes}), JSON lines at {@code /ingest/<source>}
 * ({@link IngestRoute}), OpenTelemetry logs at {@code /v1/logs} ({@link OtlpRoute}). What is refused before acceptance
 * (token, size, time, busy) is not kept; what was accepted is durable, as an event or as a dead letter, before the sender
 * is told so.
 */
public final class HttpIntake implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(HttpIntake.class);
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final String name;
    private final HttpSourceConfig config;
    private final Collector collector;
    private final HttpAccess access;
    private final Backlog backlog;
    private final Tally tally;
    private final HecRoutes hec;
    private final IngestRoute ingest;
    private final OtlpRoute otlp;
    private volatile boolean open;

    public HttpIntake(String name, HttpSourceConfig config, Collector collector) {
        this.name = name;
        this.config = config;
        this.collector = collector;
        access = new HttpAccess(config);
        backlog = new Backlog(config.inFlightMax());
        tally = new Tally(collector::now);
        RequestBody body = new RequestBody(config, collector);
        hec = new HecRoutes(name, config, collector, body, tally);
        ingest = new IngestRoute(config, collector, body, tally);
        otlp = new OtlpRoute(name, config, collector, body, tally);
    }

    /**
     * A request.
     *
     * @param path without the query, decoded
     * @param query what followed the question mark, as sent; may be empty
     * @param headers value of a header by its name, whatever the case; null when absent
     * @param peer address of the sender, without the port
     */
    public record Request(String method, String path, String query,
            Function<String, @Nullable String> headers, InputStream body, String peer) {
        String header(String header) {
            String value = headers.apply(header);
            return value == null ? "" : value;
        }

        /** A query parameter, decoded; empty when absent. */
        String query(String parameter) {
            for (String part : query.split("&")) {
                if (part.startsWith(parameter + "=")) {
                    try {
                        return URLDecoder.decode(part.substring(parameter.length() + 1), StandardCharsets.UTF_8);
                    } catch (IllegalArgumentException _) {
                        return "";
                    }
                }
            }
            return "";
        }
    }

    /**
     * An answer.
     *
     * @param sent to be run when the answer was written without an error: only then the events count as acknowledged
     */
    public record Response(int status, String contentType, byte[] body, Map<String, String> headers, Runnable sent) {
    }

    @Override
    public void start() {
        open = true;
    }

    /** Where the server for this intake should listen. */
    public HttpSourceConfig config() {
        return config;
    }

    /** Answers; never throws. Blocks until the events are durable, where the answer promises it. */
    public Response handle(Request request) {
        Backlog.Lease lease = backlog.lease();
        Handed handed = new Handed(lease);
        try {
            return route(request, handed);
        } catch (RefusedException e) {
            return refused(request, e);
        } catch (IOException e) {
            tally.turnedAway("a request of " + request.peer() + " broke off: " + e.getMessage());
            return reply(HecReply.INVALID_DATA);
        } catch (RuntimeException e) {
            LOG.error("A request of {} to {} failed; nothing of it was acknowledged", request.peer(), request.path(),
                    e);
            tally.error("internal error: " + e);
            return reply(HecReply.INTERNAL_ERROR);
        } finally {
            handed.releaseIfKept();
        }
    }

    private Response refused(Request request, RefusedException e) {
        int status = e.reply().status();
        String why = e.getMessage() == null ? e.reply().text() : e.getMessage();
        boolean isOtlp = request.path().equals(OtlpRoute.PATH);
        // OTLP knows two words for later: too much at once, and not at all at present.
        if (isOtlp && e.reply() == HecReply.BUSY && open && !collector.refuses()) {
            status = 429;
        }
        tally.turnedAway("answered " + status + " to " + request.peer() + ": " + why);
        return isOtlp ? OtlpRoute.error(request, status, why) : reply(e.reply(), why, node -> node);
    }

    private Response route(Request request, Handed handed) throws IOException {
        String path = request.path();
        if (path.matches("/services/collector/health(/1\\.0)?")) {
            return healthy() ? reply(HecReply.HEALTHY) : reply(HecReply.UNHEALTHY);
        }
        boolean known = path.matches("/services/collector(/(event|raw|ack)(/1\\.0)?)?") || path.startsWith("/ingest/")
                || path.equals(OtlpRoute.PATH);
        if (!known) {
            return reply(HecReply.NOT_FOUND);
        }
        if (!request.method().equals("POST")) {
            return reply(HecReply.METHOD);
        }
        HttpAccess.Sender sender = access.sender(request);
        if (path.startsWith("/services/collector/ack")) {
            return hec.ack(request, sender);
        }
        if (!healthy()) {
            throw new RefusedException(HecReply.BUSY);
        }
        if (path.startsWith("/ingest/")) {
            return ingest.handle(request, sender, handed);
        }
        if (path.equals(OtlpRoute.PATH)) {
            return otlp.handle(request, sender, handed);
        }
        return path.startsWith("/services/collector/raw")
                ? hec.raw(request, sender, handed)
                : hec.event(request, sender, handed);
    }

    private boolean healthy() {
        return open && !collector.refuses() && !backlog.isFull();
    }

    @Override
    public SourceStatus status() {
        String state = !open ? "stopped" : healthy() ? "running" : "waiting";
        return tally.status(name, "http", config.listen().toString(), state, 0);
    }

    /** From now on answers 503; returns when all that was accepted is durable. */
    @Override
    public void close() {
        open = false;
        if (!backlog.drained(DRAIN)) {
            tally.error("closed while events were not durable yet; their senders have no acknowledgement");
        }
    }

    /** The room that a request holds: given back at its end, or by the log if it was handed on. */
    static final class Handed {
        private final Backlog.Lease lease;
        private boolean on;

        Handed(Backlog.Lease lease) {
            this.lease = lease;
        }

        Backlog.Lease lease() {
            return lease;
        }

        /** Whoever calls this closes the lease. */
        Backlog.Lease handOn() {
            on = true;
            return lease;
        }

        private void releaseIfKept() {
            if (!on) {
                lease.close();
            }
        }
    }

    static Response reply(HecReply reply) {
        return reply(reply, reply.text(), node -> node);
    }

    static Response reply(HecReply reply, String text, UnaryOperator<ObjectNode> more) {
        ObjectNode body = more.apply(Json.object().put("text", text).put("code", reply.code()));
        return json(reply.status(), body, () -> {
        });
    }

    static Response json(int status, ObjectNode body, Runnable sent) {
        Map<String, String> headers = status == 503 ? Map.of("Retry-After", "1") : Map.of();
        return new Response(status, "application/json", Json.write(body), headers, sent);
    }
}

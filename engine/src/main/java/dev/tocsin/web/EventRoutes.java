package dev.tocsin.web;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.StreamReading;
import dev.tocsin.node.NodeApi;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The kept events of a period as lines of JSON, and the rules that are matched against them. */
final class EventRoutes {
    private static final int BUFFER_BYTES = 1 << 16;

    private final NodeApi node;
    private final Guard guard;
    private final Clock clock;

    EventRoutes(NodeApi node, Guard guard, Clock clock) {
        this.node = node;
        this.guard = guard;
        this.clock = clock;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/v1/events", this::events);
        routes.post("/api/v1/rules/reload", this::reload);
    }

    /** A rule set of which nothing can be used is a conflict: the old one stays in force. */
    private void reload(Context ctx) {
        NodeApi.Reload reload = node.reloadRules(guard.who(ctx));
        if (!reload.applied()) {
            throw new ApiError(409, "No rule can be used",
                    "none of the rules can be used, so " + reload.previous() + " stay in force"
                            + reload.problems().stream().limit(3).map(p -> "; " + p).collect(Collectors.joining()),
                    "tocsin rules lint says what is wrong with each");
        }
        ApiJson.send(ctx, reload);
    }

    /** Lines {@code {"id":…,"time":…,"customer":…,"logsource":…,"event":{…}}}; the first line is {@code {"records":n}}. */
    private void events(Context ctx) throws IOException {
        Instant since = Objects.requireNonNullElse(Parameters.time(ctx, "since", clock), Instant.EPOCH);
        Instant until = Objects.requireNonNullElse(Parameters.time(ctx, "until", clock), Instant.MAX);
        String customer = Parameters.optional(ctx, "customer");
        ctx.contentType("application/x-ndjson");
        try (OutputStream out = new BufferedOutputStream(ctx.outputStream(), BUFFER_BYTES)) {
            node.events(since, until, new Writer(out, customer));
        }
    }

    private record Writer(OutputStream out, @Nullable String customer) implements StreamReading.Receiver {
        @Override
        public void begin(long records) throws IOException {
            out.write(Json.write(Json.object().put("records", records)));
            out.write('\n');
        }

        @Override
        public void event(Event event) throws IOException {
            if (customer != null && !customer.equals(event.customer())) {
                return;
            }
            byte[] line = Json.write(Json.object().put("id", event.id().toString()).put("time", event.time().toString())
                    .put("customer", event.customer()).put("logsource", event.logSource().toString()));
            // The body is JSON already; parsing it to write it again would cost most of the time.
            out.write(line, 0, line.length - 1);
            out.write(EVENT);
            out.write(event.json());
            out.write(END);
        }
    }

    private static final byte[] EVENT = ",\"event\":".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    private static final byte[] END = "}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
}

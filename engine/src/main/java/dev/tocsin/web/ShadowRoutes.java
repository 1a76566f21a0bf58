package dev.tocsin.web;

import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.LogException;
import dev.tocsin.log.ShadowQuery;
import dev.tocsin.node.NodeApi;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What gates withheld, and the engines: to see, to let go, to retire. */
final class ShadowRoutes {
    private static final int LIST_MAX = 10_000;
    private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");
    private static final Set<String> KNOWN = Set.of("engine", "customer", "ids", "undecided", "since", "until", "why");

    private final NodeApi node;
    private final Guard guard;

    ShadowRoutes(NodeApi node, Guard guard) {
        this.node = node;
        this.guard = guard;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/v1/shadow", this::list);
        routes.post("/api/v1/shadow/release", this::release);
        routes.get("/api/v1/engines", ctx -> ApiJson.send(ctx, node.engines()));
        routes.post("/api/v1/engines/{name}/retire", this::retire);
    }

    private void list(Context ctx) {
        ShadowQuery query = BadRequests.explain(() -> new ShadowQuery(Parameters.text(ctx, "engine", ""),
                Parameters.text(ctx, "customer", ""), Set.of(), Boolean.parseBoolean(Parameters.text(ctx, "undecided",
                        "false")),
                time(Parameters.text(ctx, "since", ""), Instant.EPOCH), time(Parameters.text(ctx, "until", ""), END)));
        ApiJson.send(ctx, node.shadow(query, Parameters.limit(ctx, 50, LIST_MAX)));
    }

    private void release(Context ctx) {
        JsonNode body = ActionRoutes.body(ctx);
        body.propertyNames().stream().filter(n -> !KNOWN.contains(n)).findFirst().ifPresent(unknown -> {
            throw ApiError.badRequest("unknown member \"" + unknown + "\"", "known are " + String.join(", ", KNOWN));
        });
        ShadowQuery query = BadRequests.explain(() -> {
            Set<EventId> ids = new HashSet<>();
            body.path("ids").forEach(id -> ids.add(EventId.parse(id.asString(""))));
            return new ShadowQuery(body.path("engine").asString(""), body.path("customer").asString(""), ids,
                    body.path("undecided").asBoolean(false), time(body.path("since").asString(""), Instant.EPOCH),
                    time(body.path("until").asString(""), END));
        });
        if (query.engine().isEmpty() && query.ids().isEmpty()) {
            throw ApiError.badRequest("neither \"engine\" nor \"ids\" is given",
                    "say whose shadow is released: two engines may have withheld the same alert");
        }
        ApiJson.send(ctx, Json.object().put("released", node.shadowRelease(query, guard.who(ctx))));
    }

    private void retire(Context ctx) {
        try {
            BadRequests.explain(() -> {
                node.retire(ctx.pathParam("name"), guard.who(ctx));
                return true;
            });
            ApiJson.send(ctx, Json.object().put("retired", ctx.pathParam("name")));
        } catch (IllegalStateException e) {
            throw new ApiError(409, "Engine is in use", String.valueOf(e.getMessage()),
                    "hand its customers over, release or look at its shadow, stop its nodes");
        } catch (LogException e) {
            throw new ApiError(503, "Engine not retired", String.valueOf(e.getMessage()), "try again");
        }
    }

    private static Instant time(String text, Instant otherwise) {
        try {
            return text.isEmpty() ? otherwise : Instant.parse(text);
        } catch (java.time.DateTimeException e) {
            throw new IllegalArgumentException("\"" + text + "\" is no time such as 2026-03-01T12:00:00Z", e);
        }
    }
}

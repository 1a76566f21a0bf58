package dev.tocsin.web;

import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.DeadEntry;
import dev.tocsin.node.NodeApi;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What changes something: dead letters go back or away, stages pause, resume and read again. */
final class ActionRoutes {
    /** Dead letters of one request; when there are more, the answer says so and the caller asks again. */
    private static final int AT_ONCE_MAX = 10_000;

    private final NodeApi node;
    private final Guard guard;
    private final Clock clock;

    ActionRoutes(NodeApi node, Guard guard, Clock clock) {
        this.node = node;
        this.guard = guard;
        this.clock = clock;
    }

    /** What is done to dead letters: {@link NodeApi#deadReplay} or {@link NodeApi#deadDrop}. */
    private interface DeadAction {
        int apply(List<EventId> ids, String who);
    }

    /** @param who as it stands in the record of what operators did */
    private interface StageAction {
        void apply(String stage, String who);
    }

    void addTo(RoutesConfig routes) {
        routes.post("/api/v1/dead/replay", ctx -> dead(ctx, node::deadReplay));
        routes.post("/api/v1/dead/drop", ctx -> dead(ctx, node::deadDrop));
        routes.post("/api/v1/quarantine/release", this::release);
        routes.post("/api/v1/stages/{name}/pause", ctx -> stage(ctx, "paused", node::pause));
        routes.post("/api/v1/stages/{name}/resume", ctx -> stage(ctx, "resumed", node::resume));
        routes.post("/api/v1/stages/{name}/rewind", this::rewind);
    }

    /** Takes {@code {"rule":"…"}}: an id may have slashes, so it is not in the path. */
    private void release(Context ctx) {
        String rule = body(ctx).path("rule").asString("");
        if (rule.isEmpty()) {
            throw ApiError.badRequest("\"rule\" must be the id of a rule", "see /api/v1/quarantine");
        }
        try {
            node.releaseRule(rule, guard.who(ctx));
        } catch (IllegalArgumentException e) {
            throw ApiError.notFound(BadRequests.message(e), "see /api/v1/quarantine");
        }
        ApiJson.send(ctx, Map.of("rule", rule, "done", "released"));
    }

    /** Answers {@code {"matched":n,"done":n,"dryRun":false,"more":false}}. */
    private void dead(Context ctx, DeadAction action) {
        JsonNode body = body(ctx);
        boolean all = flag(body, "all");
        boolean dryRun = flag(body, "dry_run");
        List<EventId> ids = all ? waiting() : named(body);
        int done = dryRun || ids.isEmpty() ? 0 : action.apply(ids, guard.who(ctx));
        ApiJson.send(ctx, Map.of("matched", ids.size(), "done", done, "dryRun", dryRun, "more",
                all && ids.size() == AT_ONCE_MAX));
    }

    private List<EventId> waiting() {
        return node.dead(AT_ONCE_MAX).stream().filter(d -> d.state().equals("waiting")).map(DeadEntry::id).toList();
    }

    private static List<EventId> named(JsonNode body) {
        JsonNode ids = body.path("ids");
        if (!ids.isArray() || ids.isEmpty() || ids.size() > AT_ONCE_MAX) {
            throw ApiError.badRequest("\"ids\" must be a list of 1 to " + AT_ONCE_MAX + " ids",
                    "send {\"ids\":[\"…\"]} or {\"all\":true}");
        }
        List<EventId> named = new ArrayList<>();
        for (JsonNode id : ids) {
            named.add(Parameters.id(id.isString() ? id.asString() : id.toString()));
        }
        return named;
    }

    private void stage(Context ctx, String done, StageAction action) {
        String name = ctx.pathParam("name");
        try {
            action.apply(name, guard.who(ctx));
        } catch (IllegalArgumentException e) {
            throw ApiError.notFound(BadRequests.message(e), "the status lists all stages");
        }
        ApiJson.send(ctx, Map.of("stage", name, "done", done));
    }

    private void rewind(Context ctx) {
        JsonNode to = body(ctx).path("to");
        if (!to.isMissingNode() && !to.isNull() && !to.isString()) {
            throw ApiError.badRequest("\"to\" must be a time", "leave it out to read from the oldest kept record");
        }
        Optional<Instant> time = to.isString()
                ? Optional.of(Parameters.time("to", to.asString(), clock))
                : Optional.empty();
        stage(ctx, "rewound", (name, who) -> node.rewind(name, time, who));
    }

    private static boolean flag(JsonNode body, String name) {
        JsonNode value = body.path(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw ApiError.badRequest("\"" + name + "\" must be true or false", "");
        }
        return value.asBoolean(false);
    }

    /** The body as a JSON object; an empty body is an empty object. */
    static JsonNode body(Context ctx) {
        byte[] bytes = ctx.bodyAsBytes();
        try {
            JsonNode body = bytes.length == 0 ? Json.object() : Json.read(bytes);
            if (body.isObject()) {
                return body;
            }
        } catch (JacksonException e) {
            throw ApiError.badRequest("the body is not JSON: " + e.getOriginalMessage(), "");
        }
        throw ApiError.badRequest("the body must be a JSON object", "");
    }
}

package dev.tocsin.web;

import dev.tocsin.event.Json;
import dev.tocsin.log.ChangeLog;
import dev.tocsin.log.LogException;
import dev.tocsin.node.NodeApi;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Plans that move customers from one engine to another. */
final class RolloutRoutes {
    private final NodeApi node;
    private final Guard guard;

    RolloutRoutes(NodeApi node, Guard guard) {
        this.node = node;
        this.guard = guard;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/v1/rollout", ctx -> answer(ctx, () -> node.rollouts().view()));
        routes.get("/api/v1/rollout/report", ctx -> answer(ctx, () -> Json.object().put("markdown", node.rollouts()
                .report())));
        routes.post("/api/v1/rollout", ctx -> answer(ctx, () -> {
            JsonNode body = ActionRoutes.body(ctx);
            return node.rollouts().start(body.path("plan").asString(""), guard.who(ctx), why(body));
        }));
        routes.post("/api/v1/rollout/promote", ctx -> answer(ctx, () -> node.rollouts().promote(guard.who(ctx),
                why(ActionRoutes.body(ctx)))));
        routes.post("/api/v1/rollout/abort", ctx -> answer(ctx, () -> node.rollouts().abort(guard.who(ctx),
                why(ActionRoutes.body(ctx)))));
    }

    private static String why(JsonNode body) {
        String why = body.path("why").asString("").strip();
        if (why.isEmpty()) {
            throw new IllegalArgumentException("\"why\" is missing");
        }
        return why;
    }

    private static void answer(Context ctx, Supplier<Object> asked) {
        try {
            ApiJson.send(ctx, BadRequests.explain(asked::get));
        } catch (IllegalStateException | ChangeLog.ConflictException e) {
            throw new ApiError(409, "Not now", String.valueOf(e.getMessage()), "GET /api/v1/rollout says what goes on");
        } catch (LogException e) {
            throw new ApiError(503, "Rollout not available", String.valueOf(e.getMessage()), "try again");
        }
    }
}

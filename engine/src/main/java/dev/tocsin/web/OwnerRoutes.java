package dev.tocsin.web;

import dev.tocsin.log.ChangeLog;
import dev.tocsin.log.LogException;
import dev.tocsin.node.NodeApi;
import dev.tocsin.rollout.Assignment;
import dev.tocsin.rollout.OwnerDesk;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Which engine owns whom: to see, to hand over. */
final class OwnerRoutes {
    private static final int HISTORY_MAX = 10_000;
    private static final Set<String> KNOWN = Set.of("set", "why", "if_revision");

    private final NodeApi node;
    private final Guard guard;

    OwnerRoutes(NodeApi node, Guard guard) {
        this.node = node;
        this.guard = guard;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/v1/owners", ctx -> ApiJson.send(ctx, node.owners().owners()));
        routes.post("/api/v1/owners", this::change);
        routes.get("/api/v1/owners/history", this::history);
    }

    private void history(Context ctx) {
        int limit = Parameters.limit(ctx, 50, HISTORY_MAX);
        try {
            ApiJson.send(ctx, node.owners().history(limit));
        } catch (LogException e) {
            throw away(e);
        }
    }

    private void change(Context ctx) {
        JsonNode body = ActionRoutes.body(ctx);
        body.propertyNames().stream().filter(n -> !KNOWN.contains(n)).findFirst().ifPresent(unknown -> {
            throw ApiError.badRequest("unknown member \"" + unknown + "\"", "known are set, why, if_revision");
        });
        JsonNode revision = body.path("if_revision");
        if (!revision.isMissingNode() && !revision.canConvertToLong()) {
            throw ApiError.badRequest("\"if_revision\" must be a revision", "0 means that nothing was ever owned");
        }
        try {
            ApiJson.send(ctx,
                    BadRequests.explain(() -> node.owners().change(new OwnerDesk.Request(set(body.path("set")),
                            body.path("why").asString(""), revision.isMissingNode() ? null : revision.asLong()),
                            guard.who(ctx))));
        } catch (ChangeLog.ConflictException e) {
            throw new ApiError(409, "Revision mismatch", String.valueOf(e.getMessage()),
                    "somebody was quicker: look at the owners anew");
        } catch (LogException e) {
            throw away(e);
        }
    }

    private static List<Assignment> set(JsonNode json) {
        List<Assignment> set = new ArrayList<>();
        for (JsonNode a : json) {
            if (!a.path("customer").isString() || !a.path("engine").isString()) {
                throw new IllegalArgumentException(
                        "each of \"set\" is {\"customer\":…,\"engine\":…}, with \"source\" if only one is meant");
            }
            set.add(new Assignment(a.path("customer").asString(""), a.path("source").asString(Assignment.ALL),
                    a.path("engine").asString("")));
        }
        return set;
    }

    private static ApiError away(LogException e) {
        return new ApiError(503, "Owners not available", String.valueOf(e.getMessage()),
                "who owned whom stays so; try again");
    }
}

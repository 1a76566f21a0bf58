package dev.tocsin.web;

import dev.tocsin.event.Json;
import dev.tocsin.log.ChangeLog;
import dev.tocsin.log.LogException;
import dev.tocsin.node.NodeApi;
import dev.tocsin.rollout.FlagDesk;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The flags: to see, to change, to ask why. */
final class FlagRoutes {
    private static final int HISTORY_MAX = 10_000;
    private static final Set<String> KNOWN = Set.of("document", "definition", "why", "if_revision", "dry_run");

    private final NodeApi node;
    private final Guard guard;

    FlagRoutes(NodeApi node, Guard guard) {
        this.node = node;
        this.guard = guard;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/v1/flags", ctx -> ApiJson.send(ctx, node.flags().flags()));
        routes.put("/api/v1/flags", ctx -> change(ctx, null, "document"));
        routes.get("/api/v1/flags/history", this::history);
        routes.get("/api/v1/flags/{key}", this::flag);
        routes.put("/api/v1/flags/{key}", ctx -> change(ctx, ctx.pathParam("key"), "definition"));
        routes.get("/api/v1/flags/{key}/explain", this::explain);
    }

    private void history(Context ctx) {
        int limit = Parameters.limit(ctx, 50, HISTORY_MAX);
        try {
            ApiJson.send(ctx, node.flags().history(limit));
        } catch (LogException e) {
            throw away(e);
        }
    }

    /** {@code {"revision":n,"key":…,"definition":{…}}}. */
    private void flag(Context ctx) {
        String key = ctx.pathParam("key");
        FlagDesk.Flags flags = node.flags().flags();
        JsonNode definition = flags.document().path("flags").get(key);
        if (definition == null) {
            throw ApiError.notFound("the flag \"" + key + "\" is not set", "GET /api/v1/flags lists those that are");
        }
        ObjectNode json = Json.object().put("revision", flags.revision()).put("key", key);
        json.set("definition", definition);
        ApiJson.send(ctx, json);
    }

    private void explain(Context ctx) {
        ApiJson.send(ctx, BadRequests.explain(() -> node.flags().explain(ctx.pathParam("key"),
                Parameters.text(ctx, "engine", ""), Parameters.text(ctx, "customer", ""),
                Parameters.text(ctx, "source", ""), Parameters.text(ctx, "site", ""),
                Parameters.text(ctx, "rule", ""), Parameters.text(ctx, "key", ""))));
    }

    private void change(Context ctx, @Nullable String key, String member) {
        JsonNode body = ActionRoutes.body(ctx);
        body.propertyNames().stream().filter(n -> !KNOWN.contains(n)).findFirst().ifPresent(unknown -> {
            throw ApiError.badRequest("unknown member \"" + unknown + "\"", "known are " + member
                    + ", why, if_revision, dry_run");
        });
        JsonNode value = body.get(member);
        if (value == null || key == null && !value.isObject()) {
            throw ApiError.badRequest("\"" + member + "\" is missing", "send {\"" + member + "\":{…},\"why\":\"…\"}");
        }
        JsonNode revision = body.path("if_revision");
        if (!revision.isMissingNode() && !revision.canConvertToLong()) {
            throw ApiError.badRequest("\"if_revision\" must be a revision", "0 means that no flag was ever set");
        }
        boolean dryRun = body.path("dry_run").asBoolean(false);
        FlagDesk.Request request = new FlagDesk.Request(key, value.isNull() ? null : value,
                body.path("why").asString(""), revision.isMissingNode() ? null : revision.asLong(), dryRun);
        try {
            FlagDesk.Outcome outcome = BadRequests.explain(() -> node.flags().change(request, guard.who(ctx)));
            if (!outcome.problems().isEmpty() && !dryRun) {
                refuse(ctx, outcome);
            } else {
                ApiJson.send(ctx, outcome);
            }
        } catch (ChangeLog.ConflictException e) {
            throw new ApiError(409, "Revision mismatch", String.valueOf(e.getMessage()),
                    "somebody was quicker: look at the flags anew");
        } catch (LogException e) {
            throw away(e);
        }
    }

    /** A problem document that has all problems. */
    private static void refuse(Context ctx, FlagDesk.Outcome outcome) {
        ObjectNode json = (ObjectNode) Json.read(new ProblemDocument(422, "Flags refused",
                outcome.problems().getFirst().toString(), "dry_run shows all problems; nothing was changed").json());
        json.set("problems", Json.read(ApiJson.write(outcome.problems())));
        ctx.status(422).contentType(ProblemDocument.CONTENT_TYPE).result(Json.write(json));
    }

    private static ApiError away(LogException e) {
        return new ApiError(503, "Flags not available", String.valueOf(e.getMessage()),
                "what has a gate is held meanwhile; try again");
    }
}

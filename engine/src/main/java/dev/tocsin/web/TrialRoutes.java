package dev.tocsin.web;

import dev.tocsin.log.LogException;
import dev.tocsin.node.NodeApi;
import dev.tocsin.rollout.parity.Question;
import dev.tocsin.rollout.parity.Side;
import dev.tocsin.rollout.replay.ReplayDesk;
import dev.tocsin.rollout.replay.ReplayReport;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Replays over the past, and comparisons of what engines raised. */
final class TrialRoutes {
    private static final Set<String> KNOWN = Set.of("engine", "from", "to", "speed");

    private final NodeApi node;
    private final Guard guard;
    private final Clock clock;

    TrialRoutes(NodeApi node, Guard guard, Clock clock) {
        this.node = node;
        this.guard = guard;
        this.clock = clock;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/v1/replays", ctx -> ApiJson.send(ctx, node.replays().list()));
        routes.post("/api/v1/replays", this::start);
        routes.get("/api/v1/replays/{run}", ctx -> ApiJson.send(ctx, replay(ctx)));
        routes.delete("/api/v1/replays/{run}", this::cancel);
        routes.get("/api/v1/parity", this::compare);
        routes.get("/api/v1/parity/last", ctx -> ApiJson.send(ctx, node.parity().watch()));
    }

    private ReplayReport replay(Context ctx) {
        String run = ctx.pathParam("run");
        return node.replays().find(run).orElseThrow(() -> ApiError.notFound("there is no replay \"" + run + "\"",
                "GET /api/v1/replays lists those of this node"));
    }

    private void start(Context ctx) {
        JsonNode body = ActionRoutes.body(ctx);
        body.propertyNames().stream().filter(n -> !KNOWN.contains(n)).findFirst().ifPresent(unknown -> {
            throw ApiError.badRequest("unknown member \"" + unknown + "\"", "known are engine, from, to, speed");
        });
        Instant from = time(body, "from");
        if (from == null) {
            throw ApiError.badRequest("\"from\" is missing", "send {\"from\":\"1h\"}");
        }
        String engine = body.path("engine").asString("");
        ReplayDesk.Request request = new ReplayDesk.Request(engine.isEmpty() ? null : engine, from, time(body, "to"),
                speed(body.path("speed").asString("max")));
        try {
            ReplayReport report = BadRequests.explain(() -> node.replays().start(request, guard.who(ctx)));
            ctx.status(201);
            ApiJson.send(ctx, report);
        } catch (ReplayDesk.BusyException e) {
            throw new ApiError(409, "Busy", String.valueOf(e.getMessage()), "DELETE /api/v1/replays/RUN cancels it");
        } catch (LogException e) {
            throw away(e);
        }
    }

    private @Nullable Instant time(JsonNode body, String name) {
        String text = body.path(name).asString("");
        return text.isEmpty() ? null : Parameters.time(name, text, clock);
    }

    private static double speed(String text) {
        if (text.equals("max")) {
            return 0;
        }
        if (!text.matches("\\d{1,9}(\\.\\d{1,6})?") || Double.parseDouble(text) <= 0) {
            throw ApiError.badRequest("speed is max or a number above 0, not \"" + text + "\"",
                    "10 is ten times as fast as the events happened");
        }
        return Double.parseDouble(text);
    }

    private void cancel(Context ctx) {
        ReplayReport report = replay(ctx);
        node.replays().cancel(report.run());
        ApiJson.send(ctx, report);
    }

    /** {@code engines} are two sides, such as {@code blue,green} or {@code blue,blue@RUN}. */
    private void compare(Context ctx) {
        Side[] sides = sides(Parameters.text(ctx, "engines", ""), "engines");
        String noise = Parameters.text(ctx, "noise", "");
        Side[] alike = noise.isEmpty() ? null : sides(noise, "noise");
        Set<String> customers = Arrays.stream(Parameters.text(ctx, "customers", "").split(",")).map(String::strip)
                .filter(c -> !c.isEmpty()).collect(Collectors.toSet());
        boolean partial = Parameters.text(ctx, "partial", "false").equals("true");
        Question question = BadRequests.explain(() -> new Question(sides[0], sides[1],
                Parameters.time(ctx, "from", clock), Parameters.time(ctx, "to", clock), customers, partial,
                alike == null ? null : new Question.Noise(alike[0], alike[1])));
        try {
            ApiJson.send(ctx, node.parity().compare(question));
        } catch (LogException e) {
            throw away(e);
        }
    }

    private static Side[] sides(String text, String name) {
        String[] parts = text.split(",", -1);
        if (parts.length != 2) {
            throw ApiError.badRequest(name + " names two sides, not \"" + text + "\"",
                    "write " + name + "=blue,green or " + name + "=blue,blue@RUN");
        }
        return BadRequests.explain(() -> new Side[]{Side.parse(parts[0]), Side.parse(parts[1])});
    }

    private static ApiError away(LogException e) {
        return new ApiError(503, "Log not available", String.valueOf(e.getMessage()), "try again");
    }
}

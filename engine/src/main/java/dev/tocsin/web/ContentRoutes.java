package dev.tocsin.web;

import dev.tocsin.base.Problem;
import dev.tocsin.content.Announcement;
import dev.tocsin.content.BundleSignature;
import dev.tocsin.content.ContentException;
import dev.tocsin.content.ContentTree;
import dev.tocsin.content.PushOutcome;
import dev.tocsin.content.PushRequest;
import dev.tocsin.event.Json;
import dev.tocsin.log.LogException;
import dev.tocsin.node.NodeApi;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Rule bundles: to see, to push, to go back. */
final class ContentRoutes {
    /** The headers of a bundle that its sender has signed; without them the body is a zip file of a directory. */
    private static final String KEY = "X-Tocsin-Key";
    private static final String COMMIT = "X-Tocsin-Commit";
    private static final String SIGNATURE = "X-Tocsin-Signature";
    private static final Duration BODY_PATIENCE = Duration.ofMinutes(5);
    private static final int HISTORY_MAX = 2_000;

    private final NodeApi node;
    private final Guard guard;
    private final Clock clock;

    ContentRoutes(NodeApi node, Guard guard, Clock clock) {
        this.node = node;
        this.guard = guard;
        this.clock = clock;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/v1/content", ctx -> ApiJson.send(ctx, node.content().status()));
        routes.get("/api/v1/content/head", this::head);
        routes.get("/api/v1/content/history", ctx -> {
            int limit = Parameters.limit(ctx, 50, HISTORY_MAX);
            ApiJson.send(ctx, answered(() -> node.content().history(limit)));
        });
        routes.post("/api/v1/content", this::push);
        routes.post("/api/v1/content/rollback", this::rollback);
    }

    /** {@code {"commit":…,"bundle":…,"revision":n}} of an engine. */
    private void head(Context ctx) {
        String engine = Parameters.text(ctx, "engine", "blue");
        Announcement head = node.content().desired(engine).orElseThrow(() -> ApiError.notFound(
                "no content was announced for the engine " + engine, "tocsin content push announces one"));
        ApiJson.send(ctx, head);
    }

    private void push(Context ctx) throws IOException {
        String key = ctx.header(KEY);
        String signature = ctx.header(SIGNATURE);
        PushRequest request = BadRequests.explain(() -> new PushRequest(ctx.queryParams("engine"), guard.who(ctx),
                Parameters.text(ctx, "why", ""), flag(ctx, "keep_good"), flag(ctx, "dry_run"), clock.instant(), false));
        long max = node.content().limits().bytesMax() + (8 << 20);
        try (InputStream body = new Bounded(new PatientBody(ctx.req().getInputStream(), BODY_PATIENCE), max)) {
            PushOutcome outcome;
            if (key != null && signature != null) {
                outcome = node.content().push(body, new BundleSignature(key, signature), request);
            } else {
                ContentTree tree = ContentTree.ofZip(body, java.util.Objects.requireNonNullElse(ctx.header(COMMIT),
                        ""), node.content().limits());
                outcome = answered(() -> node.content().push(tree, request));
            }
            if (outcome.wasRefused() && !request.dryRun()) {
                refuse(ctx, outcome);
            } else {
                ApiJson.send(ctx, outcome);
            }
        } catch (ContentException e) {
            throw refused(e.problem());
        } catch (LogException e) {
            throw away(e);
        } catch (PatientBody.Broken e) {
            throw ApiError.badRequest(String.valueOf(e.getMessage()), "send the whole body in time");
        }
    }

    private static boolean flag(Context ctx, String name) {
        String value = Parameters.text(ctx, name, "false");
        if (!value.matches("true|false")) {
            throw ApiError.badRequest(name + " is true or false, not \"" + value + "\"", "");
        }
        return value.equals("true");
    }

    /** No more than any bundle has. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long max) {
            super(in);
            left = max;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = super.read(bytes, offset, length);
            left -= Math.max(0, n);
            if (left < 0) {
                throw new ApiError(413, "Body too large", "a bundle is not as large", "raise content.size_max");
            }
            return n;
        }
    }

    private void rollback(Context ctx) {
        JsonNode body = ActionRoutes.body(ctx);
        JsonNode commit = body.path("commit");
        List<String> engines = body.path("engines").valueStream().map(e -> e.asString("")).toList();
        @Nullable
        String to = commit.isString() && !commit.asString().isBlank() ? commit.asString() : null;
        ApiJson.send(ctx, answered(() -> BadRequests.explain(() -> node.content().rollback(to, engines, guard.who(ctx),
                body.path("why").asString("")))));
    }

    private static <T> T answered(Supplier<T> question) {
        try {
            return question.get();
        } catch (LogException | UncheckedIOException e) {
            throw away(e);
        }
    }

    private static ApiError refused(Problem problem) {
        return new ApiError(422, "Content refused", problem.toString(), "the content before stays in force");
    }

    private static ApiError away(RuntimeException e) {
        return new ApiError(503, "Content not available", String.valueOf(e.getMessage()),
                "the content before stays in force; try again");
    }

    /** A problem document that has everything that was found. */
    private static void refuse(Context ctx, PushOutcome outcome) {
        String first = outcome.reasons().getFirst();
        ObjectNode json = (ObjectNode) Json.read(new ProblemDocument(422, "Content refused", first,
                "the content before stays in force; keep_good lets the good rules go live").json());
        json.set("outcome", Json.read(ApiJson.write(outcome)));
        ctx.status(422).contentType(ProblemDocument.CONTENT_TYPE).result(Json.write(json));
    }
}

package dev.tocsin.web;

import dev.tocsin.event.EventId;
import dev.tocsin.index.SearchQuery;
import dev.tocsin.index.SearchResult;
import dev.tocsin.node.NodeApi;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.Set;

/** What may be asked of the node. */
final class ReadRoutes {
    private static final int LIMIT_MAX = 10_000;
    private static final Set<String> KINDS = Set.of("event", "alert", "any");

    private final NodeApi node;
    private final Clock clock;

    ReadRoutes(NodeApi node, Clock clock) {
        this.node = node;
        this.clock = clock;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/v1/status", ctx -> ApiJson.send(ctx, node.status()));
        routes.get("/api/v1/audit", ctx -> ApiJson.send(ctx, node.audit()));
        routes.get("/api/v1/rules", ctx -> ApiJson.send(ctx, node.rules()));
        routes.get("/api/v1/quarantine", ctx -> ApiJson.send(ctx, node.quarantine()));
        routes.get("/api/v1/checks", ctx -> ApiJson.send(ctx, node.checks()));
        routes.get("/api/v1/peers", ctx -> ApiJson.send(ctx, node.peers()));
        routes.get("/api/v1/cluster", ctx -> ApiJson.send(ctx, node.cluster()));
        routes.get("/api/v1/cluster/health", ctx -> ApiJson.send(ctx, node.clusterHealth()));
        routes.get("/api/v1/cluster/log", ctx -> ApiJson.send(ctx, node.clusterLog(Parameters.limit(ctx, 100,
                LIMIT_MAX))));
        routes.get("/api/v1/alerts", this::alerts);
        routes.get("/api/v1/search", this::search);
        routes.get("/api/v1/events/{id}", this::document);
        routes.get("/api/v1/dead", ctx -> ApiJson.send(ctx, node.dead(Parameters.limit(ctx, 100, LIMIT_MAX))));
        routes.get("/api/v1/dead/{id}", this::dead);
    }

    private void alerts(Context ctx) {
        int limit = Parameters.limit(ctx, 50, LIMIT_MAX);
        ApiJson.send(ctx, node.search(new SearchQuery("*", "alert", null, null, null, limit)));
    }

    private void search(Context ctx) {
        String kind = Parameters.text(ctx, "kind", "any");
        if (!KINDS.contains(kind)) {
            throw ApiError.badRequest("unknown kind \"" + kind + "\"", "kinds are event, alert, any");
        }
        SearchQuery query = new SearchQuery(Parameters.text(ctx, "q", "*"), kind,
                Parameters.optional(ctx, "customer"), Parameters.time(ctx, "from", clock),
                Parameters.time(ctx, "to", clock), Parameters.limit(ctx, 100, LIMIT_MAX));
        try {
            ApiJson.send(ctx, node.search(query));
        } catch (IllegalArgumentException e) {
            throw new ApiError(400, "Query not understood", BadRequests.message(e),
                    "Lucene syntax: field:value, \"a phrase\", AND OR NOT, wild*card, [from TO to]");
        }
    }

    private void document(Context ctx) {
        EventId id = Parameters.id(ctx);
        SearchResult.Hit hit = node.document(id).orElseThrow(() -> ApiError.notFound("no document has the id " + id,
                "the index may lag behind the log by some seconds; /api/v1/status says by how much"));
        ApiJson.send(ctx, hit);
    }

    private void dead(Context ctx) {
        EventId id = Parameters.id(ctx);
        ApiJson.send(ctx, node.dead(id)
                .orElseThrow(() -> ApiError.notFound("no dead letter has the id " + id, "see /api/v1/dead")));
    }
}

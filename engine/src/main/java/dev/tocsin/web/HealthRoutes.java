package dev.tocsin.web;

import dev.tocsin.event.Json;
import dev.tocsin.health.Health;
import dev.tocsin.health.Level;
import dev.tocsin.health.Metrics;
import dev.tocsin.node.NodeApi;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import tools.jackson.databind.node.ObjectNode;

/** What anybody may ask: health documents and metrics. Neither says anything of the events themselves. */
final class HealthRoutes {
    private static final String HEALTH_JSON = "application/health+json";

    private final NodeApi node;
    private final Recent<Health> health;

    HealthRoutes(NodeApi node, Recent<Health> health) {
        this.node = node;
        this.health = health;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/health", ctx -> send(ctx, health.get(), health.get().document()), Access.OPEN);
        routes.get("/health/platform", ctx -> send(ctx, health.get(), health.get().document()), Access.OPEN);
        routes.get("/health/channels", ctx -> send(ctx, health.get(), channels(health.get())), Access.OPEN);
        routes.get("/health/channels/{name}", this::channel, Access.OPEN);
        routes.get("/metrics", ctx -> ctx.contentType(Metrics.CONTENT_TYPE).result(node.metrics()), Access.OPEN);
    }

    private static ObjectNode channels(Health health) {
        ObjectNode channels = Json.object();
        health.channels().forEach((name, channel) -> channels.set(name, channel.channelDocument()));
        return channels;
    }

    private void channel(Context ctx) {
        String name = ctx.pathParam("name");
        Health all = health.get();
        if (!all.channels().containsKey(name)) {
            throw ApiError.notFound("there is no channel \"" + name + "\"",
                    "channels are " + String.join(", ", all.channels().keySet()));
        }
        send(ctx, all.channel(name), all.channel(name).channelDocument());
    }

    /** Red is 503, so that a load balancer that reads no documents understands too. */
    private static void send(Context ctx, Health health, ObjectNode document) {
        String accept = ctx.header("Accept");
        boolean standard = accept != null && accept.contains(HEALTH_JSON);
        ctx.status(health.level() == Level.RED ? 503 : 200).header("Vary", "Accept")
                .contentType(standard ? HEALTH_JSON : "application/json")
                .result(Json.write(standard ? health.healthJson() : document));
    }
}

package dev.tocsin.web;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.health.Health;
import dev.tocsin.index.SearchResult.Hit;
import dev.tocsin.log.Stream;
import dev.tocsin.node.NodeApi;
import dev.tocsin.web.LiveStreams.LiveStream;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** What is pushed: any stream of the log as it is written, and the numbers of the page once a second. */
final class StreamRoutes {
    private static final Duration TICK = Duration.ofSeconds(1);

    private final NodeApi node;
    private final LiveStreams streams;
    private final Recent<Health> health;
    private final Recent<NodeApi.Status> status;

    StreamRoutes(NodeApi node, LiveStreams streams, Recent<Health> health) {
        this.node = node;
        this.streams = streams;
        this.health = health;
        status = new Recent<>(node::status, TICK.dividedBy(2));
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/v1/tap", this::tap);
        routes.get("/api/v1/live", this::live);
    }

    private void tap(Context ctx) throws Exception {
        Stream stream = BadRequests.explain(() -> Stream.parse(Parameters.text(ctx, "stream", "alerts")));
        try (LiveStream reader = streams.open(ctx); AutoCloseable _ = node.tap(stream, e -> reader.offer(record(e)))) {
            reader.begin();
            reader.pumpToTheEnd();
        } catch (IOException e) {
            // The reader has gone away; there is nobody left to tell.
            return;
        }
    }

    private void live(Context ctx) throws Exception {
        try (LiveStream reader = streams.open(ctx);
                AutoCloseable _ = node.tap(Stream.ALERTS, e -> reader.offer(alert(e)))) {
            reader.begin();
            do {
                Health now = health.get();
                reader.send(Frames.frame("", "status", ApiJson.write(Map.of("status", status.get(), "health",
                        Map.of("level", now.level(), "message", now.status())))));
            } while (reader.pump(TICK));
        } catch (IOException e) {
            // As above: a closed browser tab is no error.
            return;
        }
    }

    private static byte[] record(Event event) {
        return Frames.frame(event.id().toString(), "", event.json());
    }

    /** In the shape of a search hit, so that the page shows old and new alerts alike. */
    private static byte[] alert(Event event) {
        Hit hit = new Hit(event.id(), "alert", event.index(), event.time(), Json.read(event.json()));
        return Frames.frame(event.id().toString(), "alert", ApiJson.write(hit));
    }
}

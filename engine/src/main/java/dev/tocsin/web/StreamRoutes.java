package dev.tocsin.web;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.health.Health;
import dev.tocsin.index.SearchResult.Hit;
import dev.tocsin.log.Stream;
import dev.tocsin.node.NodeApi;
import dev.tocsin.node.control.TapRecord;
import dev.tocsin.web.LiveStreams.LiveStream;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    /** Of this node's log, of the logs of all nodes, or of the fabric's messages. */
    private void tap(Context ctx) throws Exception {
        String prefix = ctx.queryParam("topic");
        Stream stream = BadRequests.explain(() -> Stream.parse(Parameters.text(ctx, "stream", "alerts")));
        boolean all = Parameters.text(ctx, "all", "false").equals("true");
        try (LiveStream reader = streams.open(ctx); AutoCloseable _ = tap(reader, stream, all, prefix)) {
            reader.begin();
            reader.pumpToTheEnd();
        } catch (IOException e) {
            // The reader has gone away; there is nobody left to tell.
            return;
        }
    }

    private AutoCloseable tap(LiveStream reader, Stream stream, boolean all, @Nullable String prefix) {
        if (prefix != null) {
            return BadRequests.explain(() -> node.listen(prefix, FabricFrames.messages(reader::put)));
        }
        // Waiting for a slow reader is right there: what it misses then is told topic by topic.
        return all
                ? node.listen(TapRecord.prefix(stream), TapRecord.reader(stream, FabricFrames.records(reader::put)))
                : node.tap(stream, e -> reader.offer(record(e)));
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

package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Secret;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import dev.tocsin.sink.SinkCounts;
import dev.tocsin.sink.SinkFormat;
import dev.tocsin.sink.SinkStream;
import dev.tocsin.sink.SplunkHecSink;
import dev.tocsin.sink.SplunkHecSinkConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One node's sink sends to another node's intake. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HecSinkToIntakeTest {
    private final HttpRig rig = new HttpRig(HttpRig.config(List.of(HttpRig.token("t0", "acme"))));
    private final SinkCounts counts = new SinkCounts();

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            List<String> headers = new ArrayList<>();
            exchange.getRequestHeaders().forEach((name, values) -> {
                headers.add(name);
                headers.add(values.getFirst());
            });
            HttpIntake.Response answer = rig.intake.handle(rig.request(exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(), exchange.getRequestBody(), headers.toArray(String[]::new)));
            exchange.sendResponseHeaders(answer.status(), answer.body().length);
            exchange.getResponseBody().write(answer.body());
            answer.sent().run();
        }
    }

    private static List<Event> events(int from, int to) {
        List<Event> events = new ArrayList<>();
        for (int n = from; n < to; n++) {
            events.add(Events.event(n, "{\"message\":\"m" + n + "\"}"));
        }
        return events;
    }

    @Test
    void whatTheSinkCommitsIsDurableInTheOtherLogAlsoWhenThatOneIsStartedAnew() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
        try (SplunkHecSink sink = new SplunkHecSink(new SplunkHecSinkConfig(SinkStream.EVENTS,
                "http://127.0.0.1:" + server.getAddress().getPort(), new Secret("t0"), true, null, "tocsin",
                SinkFormat.JSON, true, ByteSize.parse("16KiB"), 5, Duration.ofMillis(500), Duration.ofSeconds(5), null,
                false), "n1", counts)) {
            sink.assigned(0, new FakeState());
            sink.handle(0, events(0, 500), new FakeOutput());
            sink.flush(Commit.NONE);
            assertThat(durable()).hasSize(500);

            // The log is slow, and the process dies before it hears of it: the acknowledgements are gone.
            rig.log.hold();
            sink.handle(0, events(500, 600), new FakeOutput());
            rig.restart(2);
            rig.log.release();
            await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
                sink.assigned(0, new FakeState());
                sink.handle(0, events(500, 600), new FakeOutput());
                sink.flush(Commit.NONE);
                return true;
            });
            assertThat(durable()).hasSize(600);
            assertThat(counts.delivered()).isEqualTo(600);
            assertThat(counts.redelivered()).isEqualTo(100);
            assertThat(counts.unknown()).isEqualTo(100);
        } finally {
            server.stop(0);
        }
    }

    private Set<String> durable() {
        Set<String> ids = new HashSet<>();
        rig.log.events().forEach(e -> ids.add(Json.read(Json.read(e.json()).at("/event/original").asString())
                .at("/tocsin/id").asString()));
        return ids;
    }
}

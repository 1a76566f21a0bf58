package dev.tocsin.bench;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.JsonValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.ws.WsClient;
import dev.tocsin.fabric.ws.WsConfig;
import dev.tocsin.fabric.ws.WsServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Events over Broker's WebSocket JSON v1: from one client at full speed to the node and on to another client, all in this
 * process, defaults everywhere. Missing and events out of order are counted. The limit beside it in the same run: the same
 * bytes over a plain socket twice, there and on, without anybody reading them.
 *
 * <p>Arguments: events of a round (default 300000), rounds (default 5).
 */
public final class WsBench {
    private WsBench() {
    }

    public static void main(String[] arguments) throws Exception {
        int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Path directory = Files.createTempDirectory("tocsin-ws-bench");
        try (Hub hub = new Hub("bench", directory);
                WsServer server = new WsServer(new Endpoint("127.0.0.1", 0), WsConfig.DEFAULT, hub)) {
            Endpoint at = server.start();
            URI uri = URI.create("ws://" + at + "/v1/messages/json");
            double[] rates = new double[rounds];
            double[] limits = new double[rounds];
            for (int round = -1; round < rounds; round++) {
                double rate = round(uri, events);
                double limit = limit(events);
                if (round >= 0) {
                    rates[round] = rate;
                    limits[round] = limit;
                }
                System.out.printf(Locale.ROOT,
                        "round %d: %,.0f events/s from client to client; plain sockets %,.0f/s%n",
                        round, rate, limit);
            }
            Arrays.sort(rates);
            Arrays.sort(limits);
            System.out.printf(Locale.ROOT,
                    "median of %d: %,.0f events/s (least %,.0f), %.2f of plain sockets, 0 lost%n",
                    rounds, rates[rounds / 2], rates[0], rates[rounds / 2] / limits[rounds / 2]);
        }
        System.exit(0);
    }

    private static Value event(long number) {
        return EventCall.of("ping", Value.of("bench"), Value.count(number)).toValue();
    }

    private static double round(URI uri, int events) throws Exception {
        CompletableFuture<Long> done = new CompletableFuture<>();
        AtomicLong next = new AtomicLong();
        WsClient.Listener counting = new WsClient.Listener() {
            @Override
            public void message(String topic, Value value) {
                EventCall call = EventCall.from(value).orElseThrow();
                long number = ((Value.Count) call.args().get(1)).value();
                if (number != next.getAndIncrement()) {
                    done.completeExceptionally(new IllegalStateException(number + " came after " + (next.get() - 2)));
                }
                if (number == events - 1) {
                    done.complete(System.nanoTime());
                }
            }

            @Override
            public void error(String code, String context) {
                done.completeExceptionally(new IllegalStateException(code + ": " + context));
            }
        };
        try (WsClient subscriber = WsClient.connect(new WsClient.Settings(uri, List.of("/bench")), counting);
                WsClient publisher = WsClient.connect(new WsClient.Settings(uri, List.of()), (_, _) -> {
                })) {
            long started = System.nanoTime();
            for (int i = 0; i < events; i++) {
                publisher.publish("/bench/pings", event(i), true);
            }
            publisher.flush();
            return events * 1e9 / (done.get(5, TimeUnit.MINUTES) - started);
        }
    }

    /** As many bytes to one that sends them on to a third. */
    private static double limit(int events) throws Exception {
        byte[] message = ("{\"type\":\"data-message\",\"topic\":\"/bench/pings\"," + new String(JsonValues.write(event(
                events)), StandardCharsets.UTF_8).substring(1)).getBytes(StandardCharsets.UTF_8);
        long total = (long) message.length * events;
        try (ServerSocket relay = new ServerSocket(0, 2, InetAddress.getLoopbackAddress());
                ServerSocket end = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket in = relay.accept();
                        Socket out = new Socket(end.getInetAddress(), end.getLocalPort())) {
                    in.getInputStream().transferTo(out.getOutputStream());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            long started = System.nanoTime();
            Thread.ofVirtual().start(() -> {
                try (Socket out = new Socket(relay.getInetAddress(), relay.getLocalPort());
                        OutputStream buffered = new BufferedOutputStream(out.getOutputStream(), 64 * 1024)) {
                    for (int i = 0; i < events; i++) {
                        buffered.write(message);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try (Socket in = end.accept(); InputStream stream = in.getInputStream()) {
                byte[] buffer = new byte[64 * 1024];
                long got = 0;
                for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                    got += n;
                }
                if (got != total) {
                    throw new IllegalStateException(got + " bytes of " + total);
                }
            }
            return events * 1e9 / (System.nanoTime() - started);
        }
    }
}

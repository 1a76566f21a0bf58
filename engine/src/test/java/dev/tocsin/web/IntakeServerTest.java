package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Endpoint;
import dev.tocsin.web.IntakeServer.Limits;
import dev.tocsin.web.IntakeServer.Request;
import dev.tocsin.web.IntakeServer.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class IntakeServerTest {
    private final List<IntakeServer> servers = new ArrayList<>();
    private final Semaphore answered = new Semaphore(0);

    @AfterEach
    void stop() {
        servers.forEach(IntakeServer::close);
    }

    private Endpoint serve(Limits limits, IntakeServer.Handler handler) {
        IntakeServer server = new IntakeServer(new Endpoint("127.0.0.1", 0), limits, handler);
        servers.add(server);
        return server.start();
    }

    private Response ok(String text) {
        return new Response(200, "application/json", text.getBytes(StandardCharsets.UTF_8), Map.of("X-Ack", "7"),
                answered::release);
    }

    @Test
    void a_request_arrives_with_method_path_query_headers_body_and_peer() throws Exception {
        AtomicReference<Request> seen = new AtomicReference<>();
        Endpoint at = serve(Limits.DEFAULT, request -> {
            seen.set(request);
            return ok(new String(request.body().readAllBytes(), StandardCharsets.UTF_8)
                    .toUpperCase(java.util.Locale.ROOT));
        });
        var answer = Client.of(at).with("Authorization", "Splunk abc").post("/services/collector/raw?channel=a%20b&x=1",
                "{\"event\":1}");
        assertThat(answer.body()).isEqualTo("{\"EVENT\":1}");
        assertThat(answer.headers().firstValue("X-Ack")).hasValue("7");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        Request request = seen.get();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/services/collector/raw");
        assertThat(request.query()).isEqualTo("channel=a%20b&x=1");
        assertThat(request.headers().apply("AUTHORIZATION")).isEqualTo("Splunk abc");
        assertThat(request.headers().apply("Nothing")).isNull();
        assertThat(request.peer()).isEqualTo("127.0.0.1");
        await().untilAsserted(() -> assertThat(answered.availablePermits()).isEqualTo(1));
    }

    @Test
    void a_body_streams_while_it_is_sent_and_a_refusal_does_not_wait_for_it() throws Exception {
        CountDownLatch firstByte = new CountDownLatch(1);
        Endpoint at = serve(Limits.DEFAULT, request -> {
            if (request.path().equals("/refuse")) {
                return new Response(503, "", new byte[0], Map.of("Retry-After", "1"), () -> {
                });
            }
            int first = request.body().read();
            firstByte.countDown();
            return ok(first + " " + request.body().transferTo(OutputStream.nullOutputStream()));
        });
        try (Socket socket = RawHttp.open(at)) {
            String head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000001\r\nConnection: close\r\n\r\nA";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            firstByte.await();
            for (int i = 0; i < 50; i++) {
                socket.getOutputStream().write(new byte[1_000_000]);
            }
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("65 50000000");
        }
        try (Socket socket = RawHttp.open(at)) {
            socket.getOutputStream().write("POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8))
                    .isEqualTo("HTTP/1.1 503");
        }
    }

    @Test
    void an_answer_that_nobody_took_does_not_count_as_sent() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        Endpoint at = serve(Limits.DEFAULT, _ -> {
            asked.countDown();
            gone.await();
            // More than the socket's buffers hold: it cannot be written to somebody who has gone.
            return new Response(200, "text/plain", new byte[64 * 1024 * 1024], Map.of(), answered::release);
        });
        try (Socket socket = RawHttp.open(at)) {
            socket.setSoLinger(true, 0);
            ask(socket);
            asked.await();
        }
        gone.countDown();
        servers.forEach(IntakeServer::close);
        assertThat(answered.availablePermits()).isZero();
    }

    @Test
    void a_failing_handler_and_malformed_http_get_an_answer_without_a_stack_trace() throws Exception {
        Endpoint at = serve(Limits.DEFAULT, _ -> {
            throw new IllegalStateException("secret detail");
        });
        var answer = Client.of(at).post("/", "x");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("urn:tocsin:problem").doesNotContain("secret detail", "Exception", "\tat ");
        for (String bad : List.of("GARBAGE\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "GET /../.. HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nA: " + "b".repeat(100_000) + "\r\n\r\n")) {
            String refused = RawHttp.send(at, bad);
            assertThat(refused).startsWith("HTTP/1.1 4").doesNotContain("Exception", "\tat ", "<html", "Jetty");
        }
    }

    @Test
    void who_never_ends_a_header_is_cut_off_however_often_it_sends_a_byte() throws Exception {
        Endpoint at = serve(new Limits(100, Duration.ofMillis(400), Duration.ofSeconds(5)), _ -> ok(""));
        try (Socket socket = RawHttp.open(at)) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n".getBytes(StandardCharsets.US_ASCII));
            await().pollInterval(Duration.ofMillis(50)).until(() -> cutOff(socket));
        }
    }

    private static boolean cutOff(Socket socket) {
        try {
            socket.getOutputStream().write("X-a: b\r\n".getBytes(StandardCharsets.US_ASCII));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void who_trickles_a_body_is_refused_but_a_handler_may_take_its_time() throws Exception {
        Endpoint at = serve(new Limits(100, Duration.ofMillis(400), Duration.ofMillis(400)), request -> {
            if (request.path().equals("/slow-log")) {
                await().pollDelay(Duration.ofMillis(2000)).until(() -> true);
            }
            return ok("" + request.body().transferTo(OutputStream.nullOutputStream()));
        });
        assertThat(Client.of(at).post("/slow-log", "abc").body()).isEqualTo("3");
        try (Socket socket = RawHttp.open(at)) {
            socket.getOutputStream().write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(60)).until(() -> {
                if (in.available() == 0) {
                    socket.getOutputStream().write('a');
                }
                return in.available() > 0;
            });
            assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 408");
        }
    }

    @Test
    void two_thousand_senders_wait_at_once_and_are_all_answered() throws Exception {
        int senders = 2000;
        Semaphore waiting = new Semaphore(0);
        CountDownLatch log = new CountDownLatch(1);
        Endpoint at = serve(Limits.DEFAULT, request -> {
            waiting.release();
            log.await();
            return ok("" + request.body().readAllBytes().length);
        });
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < senders; i++) {
                Socket socket = RawHttp.open(at);
                sockets.add(socket);
                socket.getOutputStream()
                        .write("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"
                                .getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(waiting.tryAcquire(senders, 20, TimeUnit.SECONDS)).isTrue();
            log.countDown();
            for (Socket socket : sockets) {
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200").endsWith("3");
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void a_connection_beyond_the_limit_waits_and_is_served_when_another_goes() throws Exception {
        Endpoint at = serve(new Limits(2, Duration.ofSeconds(20), Duration.ofSeconds(5)), _ -> ok("hello"));
        Socket first = RawHttp.open(at);
        Socket second = RawHttp.open(at);
        ask(first);
        ask(second);
        try (Socket third = RawHttp.open(at); first; second) {
            ask(third);
            third.setSoTimeout(300);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> third.getInputStream().read()))
                    .isInstanceOf(java.net.SocketTimeoutException.class);
            first.close();
            third.setSoTimeout(10_000);
            assertThat(third.getInputStream().read()).isEqualTo('H');
        } catch (SocketException e) {
            throw new AssertionError("the waiting connection was refused", e);
        }
    }

    private static void ask(Socket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
}

package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.Endpoint;
import dev.tocsin.source.Certificates;
import dev.tocsin.source.TlsConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakeTlsTest {
    @TempDir
    Path directory;

    @Test
    void eventsComeByHttpsAndAnAnswerMayTakeItsTime() throws Exception {
        Certificates certificates = new Certificates(directory);
        certificates.make("server");
        certificates.make("client");
        TlsConfig tls = new TlsConfig(certificates.certificate("server"), certificates.key("server"),
                certificates.authority("client"), "1.2");
        IntakeServer.Limits limits = new IntakeServer.Limits(100, Duration.ofSeconds(5), Duration.ofSeconds(30));
        CountDownLatch never = new CountDownLatch(1);
        IntakeServer.Handler handler = request -> {
            byte[] body = request.body().readAllBytes();
            // Longer than a header may take: that clock must not run for the connection of TLS below.
            boolean ended = never.await(8, TimeUnit.SECONDS);
            return new IntakeServer.Response(ended ? 500 : 200, "text/plain", body, Map.of(), () -> {
            });
        };
        try (IntakeServer server = new IntakeServer(new Endpoint("127.0.0.1", 0), limits, handler, tls)) {
            Endpoint at = server.start();
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + at.port() + "/ingest/x"))
                    .POST(HttpRequest.BodyPublishers.ofString("hello")).build();
            try (HttpClient known = HttpClient.newBuilder().sslContext(certificates.client("server", "client"))
                    .build()) {
                HttpResponse<String> answer = known.send(request,
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo("hello");
            }
            try (HttpClient stranger = HttpClient.newBuilder().sslContext(certificates.client("server", ""))
                    .build()) {
                assertThatThrownBy(() -> stranger.send(request, HttpResponse.BodyHandlers.discarding()))
                        .isInstanceOf(IOException.class);
            }
        }
    }
}

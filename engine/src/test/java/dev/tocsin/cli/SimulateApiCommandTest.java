package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.Endpoint;
import dev.tocsin.event.Json;
import dev.tocsin.simulate.Knobs;
import dev.tocsin.simulate.SimulatedClock;
import dev.tocsin.simulate.Simulator;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** The simulator behind a real port, and as a command. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SimulateApiCommandTest {
    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String token(String address, String key, String secret) throws Exception {
        String basic = Base64.getEncoder().encodeToString((key + ":" + secret).getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> answer = send(
                HttpRequest.newBuilder(URI.create(address + "/oauth/access_token?grant_type=client_credentials"))
                        .header("Authorization", "Basic " + basic).POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        return Json.read(answer.body()).path("access_token").asString();
    }

    private static HttpRequest.Builder get(String address, String token) {
        return HttpRequest.newBuilder(URI.create(address)).header("Authorization", "Bearer " + token);
    }

    private static HttpRequest.Builder post(String address, String json) {
        return HttpRequest.newBuilder(URI.create(address)).POST(HttpRequest.BodyPublishers.ofString(json));
    }

    @Test
    void pagesLedgerAndBrokenBodiesOverTheWire() throws Exception {
        SimulatedClock clock = SimulatedClock.virtual(Run.NOW);
        try (SimulatorServer server = new SimulatorServer(new Endpoint("127.0.0.1", 0),
                new Simulator.Settings(1, "", "", Duration.ofHours(1), clock), Knobs.usual())) {
            String address = server.start();
            String token = token(address, server.settings().key(), server.settings().secret());
            JsonNode page = Json.read(send(get(address + "/v1/events?per_page=500", token)).body());
            assertThat(page.path("count").asInt()).isEqualTo(36_000);
            HttpResponse<String> second = send(get(page.path("pagination").path("next").asString(), token));
            assertThat(Json.read(second.body()).path("events")).hasSize(500);
            assertThat(second.headers().firstValue("Date")).contains("Sun, 01 Mar 2026 12:00:00 GMT");
            assertThat(send(HttpRequest.newBuilder(URI.create(address + "/admin/ledger"))).body().lines())
                    .hasSize(36_000);

            send(post(address + "/admin/knobs", "{\"cut_off\":1}"));
            assertThatThrownBy(() -> send(get(address + "/v1/events", token))).isInstanceOf(IOException.class);
            send(post(address + "/admin/knobs", "{\"cut_off\":0,\"truncated\":1}"));
            HttpResponse<String> half = send(get(address + "/v1/events", token));
            assertThat(half.statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> Json.read(half.body())).isInstanceOf(RuntimeException.class);
            send(post(address + "/admin/knobs", "{\"truncated\":0,\"timeout\":1}"));
            assertThatThrownBy(() -> send(get(address + "/v1/events", token).timeout(Duration.ofMillis(300))))
                    .isInstanceOf(HttpTimeoutException.class);
        }
    }

    @Test
    void saysWhereItIsAndEndsByASignalWithExitCodeZero() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                Tocsin.class.getName(), "simulate", "api", "--port", "0", "--seed", "7", "--virtual", "--history",
                "10s",
                "--rate", "100").redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader out = process.inputReader()) {
            String first = out.readLine();
            assertThat(first).matches("a simulated event API at http://127\\.0\\.0\\.1:\\d+ \\(seed 7\\)");
            String address = first.replaceAll(".*(http://\\S+) .*", "$1");
            String key = out.readLine().replaceAll("key +", "");
            String secret = out.readLine().replaceAll("secret +", "");
            out.readLine();
            assertThat(out.readLine()).isEqualTo("curl -s -X POST -u " + key + ":" + secret + " '" + address
                    + "/oauth/access_token?grant_type=client_credentials'");
            JsonNode page = Json.read(send(get(address + "/v1/events", token(address, key, secret))).body());
            assertThat(page.path("count").asInt()).isEqualTo(1000);
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void wrongOptionsAndTakenPortsAreSaid() throws Exception {
        var out = new ByteArrayOutputStream();
        var notes = new ByteArrayOutputStream();
        Terminal terminal = new Run().terminal(out, notes);
        assertThat(Tocsin.program(terminal, Path.of("")).execute("simulate", "api", "--late", "2"))
                .isEqualTo(Exit.USAGE);
        assertThat(notes.toString(StandardCharsets.UTF_8)).contains("late: it is from 0 to 1");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(Tocsin.program(terminal, Path.of("")).execute("simulate", "api", "--port",
                    "" + taken.getLocalPort())).isEqualTo(Exit.PROBLEMS);
            assertThat(notes.toString(StandardCharsets.UTF_8)).contains("take another --port");
        }
        assertThat(Tocsin.program(terminal, Path.of("")).execute("simulate")).isEqualTo(Exit.USAGE);
    }
}

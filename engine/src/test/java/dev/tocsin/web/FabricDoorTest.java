package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Secret;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Rights;
import dev.tocsin.fabric.RightsByName;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.ws.Admission;
import dev.tocsin.fabric.ws.WsClient;
import dev.tocsin.health.Checks;
import dev.tocsin.node.WebConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of the fabric come in on the page's port, beside the page. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FabricDoorTest {
    private static final String TOKEN = "0123456789abcdef-token";

    @TempDir
    Path directory;

    private Hub hub;
    private WebServer server;
    private Endpoint at;

    @BeforeEach
    void start() {
        hub = new Hub("n1", directory);
        server = new WebServer(FakeNode.busy(), new Checks(), WebConfig.at(new Endpoint("127.0.0.1", 0)),
                new Secret(TOKEN), Optional.of(FabricAccess.open(hub)));
        at = server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        hub.close();
    }

    @Test
    void whatTheNodePublishesIsHeardAndWhatIsSaidTheNodeHears() throws Exception {
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<Value> here = new LinkedBlockingQueue<>();
        hub.subscribe(List.of("alice/"), message -> here.add(BinValues.read(message.payload())));
        try (WsClient client = WsClient.connect(
                new WsClient.Settings(URI.create("ws://" + at + "/v1/messages/json"), List.of("bob/")),
                (topic, value) -> heard.add(topic + " " + value))) {
            hub.publish("bob/cats", BinValues.write(Value.count(9)));
            assertThat(heard.poll(20, TimeUnit.SECONDS)).startsWith("bob/cats ");
            client.publish("alice/dogs", Value.of("barks"));
            assertThat(here.poll(20, TimeUnit.SECONDS)).isEqualTo(Value.of("barks"));
            Client page = Client.of(at);
            assertThat(page.send("GET", "/", "").statusCode()).isEqualTo(200);
            assertThat(page.send("GET", "/api/v1/status", "").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void whoShowsTheTokenHasItsRightsAndOthersOnThisMachineHaveTheirs() throws Exception {
        Rights reader = Rights.of(List.of("mine/"), List.of("news/"));
        RightsByName rights = new RightsByName(Optional.of(Map.of("token", Rights.ALL, "local", reader)));
        LinkedBlockingQueue<String> errors = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<String> here = new LinkedBlockingQueue<>();
        hub.subscribe(List.of(""), message -> here.add(message.topic()));
        try (WebServer second = new WebServer(FakeNode.busy(), new Checks(), WebConfig.at(new Endpoint("127.0.0.1", 0)),
                new Secret(TOKEN), Optional.of(new FabricAccess(hub, Delivery.DEFAULT, rights)))) {
            URI uri = URI.create("ws://" + second.start() + "/v1/messages/json");
            WsClient.Listener listener = new WsClient.Listener() {
                @Override
                public void message(String topic, Value value) {
                    errors.add(topic);
                }

                @Override
                public void error(String code, String context) {
                    errors.add(code + ": " + context);
                }
            };
            try (WsClient local = WsClient.connect(new WsClient.Settings(uri, List.of("news/far")), listener)) {
                local.publish("secret/1", Value.count(1));
                assertThat(errors.poll(60, TimeUnit.SECONDS)).isEqualTo(
                        "forbidden: input #1: no right to publish to \"secret/1\"");
                local.publish("mine/1", Value.count(1));
                assertThat(here.poll(60, TimeUnit.SECONDS)).isEqualTo("mine/1");
            }
            assertThatThrownBy(() -> WsClient.connect(new WsClient.Settings(uri, List.of("news/", "")), listener))
                    .hasMessageContaining("forbidden: no right to subscribe to \"\"");
            try (WsClient known = WsClient.connect(new WsClient.Settings(uri, List.of("")).withHeaders(
                    Map.of("Authorization", "Bearer " + TOKEN)), listener)) {
                known.publish("secret/2", Value.count(1));
                assertThat(here.poll(60, TimeUnit.SECONDS)).isEqualTo("secret/2");
            }
        }
        assertThat(hub.refused().messages()).isEqualTo(1);
        assertThat(hub.refused().subscriptions()).isEqualTo(1);
    }

    @Test
    void aPageOfAnotherSiteIsRefused() {
        WebSocket.Builder evil = HttpClient.newHttpClient().newWebSocketBuilder().header("Origin",
                "http://evil.example");
        assertThatThrownBy(
                () -> evil.buildAsync(URI.create("ws://" + at + "/v1/messages/json"), new WebSocket.Listener() {
                }).get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(WebSocketHandshakeException.class);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,,,true", "::1,,,true", "10.0.0.9,,,false",
            "10.0.0.9,Authorization,Bearer " + TOKEN + ",true",
            "10.0.0.9,Authorization,Bearer x,false", "127.0.0.1,X-Forwarded-For,10.0.0.9,false",
            "127.0.0.1,Origin,http://evil.example,false", "127.0.0.1,Origin,http://node:8080,true"})
    void onlyThisMachineAndTheToken(String address, String header, String value, boolean admitted) {
        Map<String, String> headers = header == null
                ? Map.of("Host", "node:8080")
                : Map.of("Host", "node:8080", header, value);
        assertThat(new Visitors(new Secret(TOKEN), RightsByName.OPEN)
                .admit(new Admission.Caller(address, null, headers::get)).isPresent())
                .isEqualTo(admitted);
    }
}

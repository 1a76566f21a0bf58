package dev.tocsin.fabric.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Rights;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.peer.NodeCertificates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wire over TLS, and who is let in. */
class WsTlsTest {
    @TempDir
    private Path directory = Path.of("unset");

    @Test
    void aCertificateDecidesWhoMayComeIn() throws Exception {
        NodeCertificates certificates = new NodeCertificates(directory.resolve("store"), "localhost", "analyst",
                "guest");
        Admission analyst = caller -> "CN=analyst".equals(caller.certificate())
                ? Optional.of(Rights.ALL)
                : Optional.empty();
        BlockingQueue<Value> seen = new LinkedBlockingQueue<>();
        try (Hub hub = new Hub("node", directory.resolve("spills"));
                WsServer server = new WsServer(new Endpoint("127.0.0.1", 0), WsConfig.DEFAULT.withAdmission(analyst),
                        hub,
                        certificates.context("localhost"))) {
            hub.subscribe(List.of("/t"), m -> seen.add(BinValues.read(m.payload())));
            URI uri = URI.create("wss://localhost:" + server.start().port() + Dialect.PATH);
            try (WsClient client = WsClient.connect(settings(uri, certificates.context("analyst")), (_, _) -> {
            })) {
                client.publish("/t", Value.of("x".repeat(200_000)));
                assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(Value.of("x".repeat(200_000)));
            }
            assertThatThrownBy(() -> WsClient.connect(settings(uri, certificates.context("guest")), (_, _) -> {
            })).isInstanceOf(IOException.class).hasMessageContaining("403");
            assertThatThrownBy(() -> WsClient.connect(settings(uri, null), (_, _) -> {
            })).as("an authority that is not known").isInstanceOf(IOException.class);
        }
    }

    private static WsClient.Settings settings(URI uri, @Nullable SSLContext tls) {
        return new WsClient.Settings(uri, List.of(), "", tls, Duration.ofSeconds(10), Duration.ofSeconds(30), 1 << 20);
    }

    @Test
    void offThisMachineItStartsOnlyGuardedOrToldToBeOpen() {
        try (Hub hub = new Hub("node", directory);
                WsServer shut = new WsServer(new Endpoint("0.0.0.0", 0), WsConfig.DEFAULT, hub);
                WsServer open = new WsServer(new Endpoint("0.0.0.0", 0), WsConfig.DEFAULT.withOpenEverywhere(), hub)) {
            assertThatThrownBy(shut::start).isInstanceOf(FabricException.class).hasMessageContaining("without TLS");
            assertThat(open.start().port()).isPositive();
        }
    }
}

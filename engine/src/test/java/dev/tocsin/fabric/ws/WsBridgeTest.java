package dev.tocsin.fabric.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Status;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hubs joined by the WebSocket wire. */
class WsBridgeTest {
    @TempDir
    private Path spills = Path.of("unset");

    @Test
    void bothSidesHearEachOtherOnceAndWhatIsPublishedDuringACutComesAfterIt() throws Exception {
        BlockingQueue<Status.Code> statuses = new LinkedBlockingQueue<>();
        BlockingQueue<Value> there = new LinkedBlockingQueue<>();
        BlockingQueue<Value> here = new LinkedBlockingQueue<>();
        try (Hub near = new Hub("near", spills.resolve("near"));
                Hub far = new Hub("far", spills.resolve("far"));
                AutoCloseable _ = near.onStatus(s -> statuses.add(s.code()))) {
            far.subscribe(List.of("/out"), m -> there.add(BinValues.read(m.payload())));
            near.subscribe(List.of("/in"), m -> here.add(BinValues.read(m.payload())));
            WsServer first = new WsServer(new Endpoint("127.0.0.1", 0), WsConfig.DEFAULT, far);
            Endpoint at = first.start();
            WsClient.Settings remote = new WsClient.Settings(URI.create("ws://" + at + Dialect.PATH),
                    List.of("/in", "/out"));
            try (WsBridge bridge = new WsBridge(near,
                    new WsBridge.Settings("far", remote, List.of("/out", "/in"), Delivery.DEFAULT,
                            Duration.ofMillis(50)))) {
                bridge.start();
                assertThat(statuses.poll(10, TimeUnit.SECONDS)).isEqualTo(Status.Code.PEER_ADDED);
                near.publish("/out", BinValues.write(Value.count(1)));
                assertThat(there.poll(10, TimeUnit.SECONDS)).isEqualTo(Value.count(1));
                far.publish("/in", BinValues.write(Value.real(0.1)));
                assertThat(here.poll(10, TimeUnit.SECONDS)).isEqualTo(Value.real(0.1));
                first.close();
                assertThat(statuses.poll(10, TimeUnit.SECONDS)).isEqualTo(Status.Code.PEER_LOST);
                for (int i = 2; i < 1000; i++) {
                    near.publish("/out", BinValues.write(Value.count(i)));
                }
                assertThat(statuses.poll(10, TimeUnit.SECONDS)).isEqualTo(Status.Code.PEER_UNAVAILABLE);
                try (WsServer again = new WsServer(at, WsConfig.DEFAULT, far)) {
                    again.start();
                    for (int i = 2; i < 1000; i++) {
                        assertThat(there.poll(10, TimeUnit.SECONDS)).isEqualTo(Value.count(i));
                    }
                    assertThat(here).isEmpty();
                    assertThat(there).isEmpty();
                    assertThat(bridge.unreadable() + bridge.refused()).isZero();
                }
            }
        }
    }
}

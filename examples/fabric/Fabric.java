import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.peer.PeerSettings;
import dev.tocsin.fabric.peer.Peers;
import dev.tocsin.fabric.peer.Security;
import java.io.IOException;
import java.nio.file.Files;

/** A node of the fabric on this machine: its hub and its links. Off the machine, give {@code Peers} certificates. */
final class Fabric implements AutoCloseable {
    final Hub hub;
    final Peers peers;

    Fabric(String name) throws IOException {
        hub = new Hub(name, Files.createTempDirectory("fabric"));
        peers = new Peers(hub, Security.LOOPBACK, PeerSettings.DEFAULT);
    }

    /** The address that was given on the command line, 127.0.0.1:9999 if none was. */
    static Endpoint address(String[] args) {
        return Endpoint.parse(args.length > 0 ? args[0] : "127.0.0.1:9999");
    }

    /** Waits until somebody this node is linked with wants the topic. */
    void awaitWanted(String topic) throws InterruptedException {
        while (peers.status().stream().noneMatch(p -> p.wants().stream().anyMatch(topic::startsWith))) {
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        peers.close();
        hub.close();
    }
}

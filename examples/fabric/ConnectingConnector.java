import dev.tocsin.fabric.Status;
import java.util.concurrent.CountDownLatch;

/** Connects to a peer, says so, and takes the link down. */
public class ConnectingConnector {
    public static void main(String[] args) throws Exception {
        CountDownLatch added = new CountDownLatch(1);
        try (Fabric node = new Fabric("connector")) {
            node.hub.onStatus(status -> {
                if (status.code() == Status.Code.PEER_ADDED) {
                    System.out.println("peer_added " + status.node());
                    added.countDown();
                }
            });
            node.peers.peer(Fabric.address(args));
            added.await();
            node.peers.unpeer("listener");
            // The farewell needs a moment to arrive.
            Thread.sleep(500);
        }
    }
}

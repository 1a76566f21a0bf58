import dev.tocsin.fabric.Status;
import java.util.concurrent.CountDownLatch;

/** Takes a peer, says so, and ends when it has gone. */
public class ConnectingListener {
    public static void main(String[] args) throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (Fabric node = new Fabric("listener")) {
            node.hub.onStatus(status -> {
                if (status.code() == Status.Code.PEER_ADDED || status.code() == Status.Code.PEER_REMOVED) {
                    System.out.println(status.code().text() + " " + status.node());
                }
                if (status.code() == Status.Code.PEER_REMOVED) {
                    gone.countDown();
                }
            });
            node.peers.listen(Fabric.address(args));
            gone.await();
        }
    }
}

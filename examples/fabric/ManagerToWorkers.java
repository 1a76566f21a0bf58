import dev.tocsin.fabric.cluster.NodeType;
import dev.tocsin.fabric.event.On;
import java.util.concurrent.CountDownLatch;

/** The manager sends an event to all workers: to the topic that all of them have subscribed to. */
public class ManagerToWorkers {
    private static final CountDownLatch ALL = new CountDownLatch(2);

    /** On each worker. */
    record Worker(String name) {
        @On
        void manager_to_workers(String text) {
            System.out.println(name + " got event from manager: " + text);
            ALL.countDown();
        }
    }

    public static void main(String[] args) throws Exception {
        try (SmallCluster cluster = new SmallCluster()) {
            cluster.nodes(NodeType.WORKER).forEach(w -> w.handle(new Worker(w.cluster.self().name())));
            SmallCluster.Node manager = cluster.node("manager");
            String topic = manager.cluster.topics().type(NodeType.WORKER);
            manager.fabric.awaitWanted(topic);
            Thread.sleep(500);
            manager.events.publish(topic, "manager_to_workers", "hello v0");
            ALL.await();
        }
    }
}

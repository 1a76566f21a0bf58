import dev.tocsin.fabric.cluster.NodeType;
import dev.tocsin.fabric.event.On;
import java.util.concurrent.CountDownLatch;

/** Workers send an event to the manager. */
public class WorkerToManager {
    private final CountDownLatch all = new CountDownLatch(2);

    @On
    void worker_to_manager(String worker) {
        System.out.println("got event from worker " + worker);
        all.countDown();
    }

    public static void main(String[] args) throws Exception {
        WorkerToManager manager = new WorkerToManager();
        try (SmallCluster cluster = new SmallCluster()) {
            cluster.node("manager").handle(manager);
            for (SmallCluster.Node worker : cluster.nodes(NodeType.WORKER)) {
                String topic = worker.cluster.topics().type(NodeType.MANAGER);
                worker.fabric.awaitWanted(topic);
                worker.events.publish(topic, "worker_to_manager", worker.cluster.self().name());
            }
            manager.all.await();
        }
    }
}

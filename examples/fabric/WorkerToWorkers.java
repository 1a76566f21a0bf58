import dev.tocsin.fabric.cluster.NodeType;
import dev.tocsin.fabric.event.On;
import java.util.concurrent.CountDownLatch;

/**
 * A worker sends an event to all workers, which are not linked with each other. It may publish to their topic as if they
 * were: the fabric finds the way. Or it chooses who passes it on: the manager, or the proxies in turn.
 */
public class WorkerToWorkers {
    private static final CountDownLatch ALL = new CountDownLatch(5);

    /** On each worker. */
    record Worker(String name) {
        @On
        void worker_to_workers(String from) {
            System.out.println(name + " got event from worker " + from);
            ALL.countDown();
        }
    }

    public static void main(String[] args) throws Exception {
        try (SmallCluster cluster = new SmallCluster()) {
            cluster.nodes(NodeType.WORKER).forEach(w -> w.handle(new Worker(w.cluster.self().name())));
            // Whoever passes events on has to listen; it needs no handler for them.
            for (String name : new String[]{"manager", "proxy-1", "proxy-2"}) {
                cluster.node(name).listen();
            }
            SmallCluster.Node worker = cluster.node("worker-1");
            String workers = worker.cluster.topics().type(NodeType.WORKER);
            String manager = worker.cluster.topics().type(NodeType.MANAGER);
            String proxy = worker.cluster.rrTopic(worker.cluster.proxies(), "example_key").orElseThrow();
            worker.fabric.awaitWanted(workers);
            worker.fabric.awaitWanted(manager);
            worker.fabric.awaitWanted(proxy);
            Thread.sleep(500);

            worker.events.publish(workers, "worker_to_workers", "worker-1");
            worker.events.relay(manager, workers, "worker_to_workers", "worker-1 (via manager)");
            worker.events.relay(proxy, workers, "worker_to_workers", "worker-1 (via a proxy)");
            ALL.await();
        }
    }
}

import dev.tocsin.fabric.cluster.NodeType;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.event.On;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * A worker spreads events evenly over the proxies by key. A key stays with its proxy as long as that is alive; when one goes,
 * its keys, and only its, move to others until it is back.
 */
public class WorkerToProxies {
    private static final int KEYS = 1000;
    private static final CountDownLatch ALL = new CountDownLatch(KEYS);
    private static final Map<String, Integer> COUNTS = new TreeMap<>();

    /** On each proxy. */
    record Proxy(String name) {
        @On
        void worker_to_proxies(String worker) {
            synchronized (COUNTS) {
                COUNTS.merge(name, 1, Integer::sum);
            }
            ALL.countDown();
        }
    }

    public static void main(String[] args) throws Exception {
        try (SmallCluster cluster = new SmallCluster()) {
            cluster.nodes(NodeType.PROXY).forEach(p -> p.handle(new Proxy(p.cluster.self().name())));
            SmallCluster.Node worker = cluster.node("worker-1");
            for (String proxy : worker.cluster.proxies().nodes()) {
                worker.fabric.awaitWanted(worker.cluster.topics().node(proxy));
            }
            for (int i = 1; i <= KEYS; i++) {
                String topic = worker.cluster.hrwTopic(worker.cluster.proxies(), Value.of("example_key" + i))
                        .orElseThrow();
                worker.events.publish(topic, "worker_to_proxies", "worker-1");
            }
            ALL.await();
            synchronized (COUNTS) {
                COUNTS.forEach((proxy, count) -> System.out.println(proxy + " got " + count + " of " + KEYS));
            }
        }
    }
}

package dev.tocsin.bench;

import dev.tocsin.base.Endpoint;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.peer.PeerSettings;
import dev.tocsin.fabric.peer.Peers;
import dev.tocsin.fabric.peer.Security;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Small events from one node to others over loopback TCP, as they come with all defaults and without any loss: the fabric,
 * beside JeroMQ's PUB and SUB alone without a high-water mark, and Debian's nats-server with jnats, in turns in one run.
 *
 * <p>Everything runs in this process (but nats-server), so publishers and receivers share its cores. Time is from the
 * first publish until the last receiver has the last event. The round trip is one event there, one back, one at a time.
 *
 * <p>Arguments: events per round (default 1000000; a quarter of it for eight receivers), rounds (default 3), round trips
 * (default 20000), where nats-server is (default /usr/sbin/nats-server; left out when it is not there).
 */
public final class FabricBench {
    static final int PAYLOAD_BYTES = 64;
    static final int RECEIVERS = 8;

    private static final int WARM_ROUNDS = 1;

    private FabricBench() {
    }

    /** One way to bring events from one to others. */
    interface Way extends AutoCloseable {
        String name();

        /** Brings so many to so many receivers; returns when all have all, or how many have not come long after. */
        long run(int events, int receivers) throws Exception;

        /** One event there and back. */
        void trip(byte[] payload) throws Exception;

        @Override
        void close() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        int trips = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 20_000;
        Path natsServer = Path.of(arguments.length > 3 ? arguments[3] : "/usr/sbin/nats-server");
        System.out.printf(Locale.ROOT, "%d events of %d bytes, %d rounds, JDK %s, %d processors%n", events,
                PAYLOAD_BYTES, rounds, Runtime.version(), Runtime.getRuntime().availableProcessors());
        List<Way> ways = new ArrayList<>(List.of(new FabricWay()));
        ways.addAll(FabricRivals.all(natsServer));
        rates(ways, events, 1, rounds);
        rates(ways, events / 4, RECEIVERS, rounds);
        for (int round = 0; round < 2; round++) {
            for (Way way : ways) {
                trips(way, trips, round == 0);
            }
        }
        for (Way way : ways) {
            way.close();
        }
        System.exit(0);
    }

    private static void rates(List<Way> ways, int events, int receivers, int rounds) throws Exception {
        double[][] rates = new double[ways.size()][rounds];
        long[] missing = new long[ways.size()];
        for (int round = -WARM_ROUNDS; round < rounds; round++) {
            for (int w = 0; w < ways.size(); w++) {
                long start = System.nanoTime();
                long lost = ways.get(w).run(events, receivers);
                double rate = ((double) events * receivers - lost) / (System.nanoTime() - start) * 1e9;
                missing[w] += lost;
                if (round >= 0) {
                    rates[w][round] = rate;
                }
                System.out.printf(Locale.ROOT, "1 to %d, round %d: %s %,.0f/s%s%n", receivers, round + 1, ways.get(w)
                        .name(), rate, lost == 0 ? "" : String.format(Locale.ROOT, ", %,d missing", lost));
            }
        }
        for (int w = 0; w < ways.size(); w++) {
            Arrays.sort(rates[w]);
            System.out.printf(Locale.ROOT, "1 to %d, median of %d: %s %,.0f deliveries/s, %,d lost%n", receivers,
                    rounds, ways.get(w).name(), rates[w][rounds / 2], missing[w]);
        }
    }

    private static void trips(Way way, int trips, boolean warm) throws Exception {
        long[] nanos = new long[trips];
        byte[] payload = new byte[PAYLOAD_BYTES];
        for (int i = 0; i < trips; i++) {
            long start = System.nanoTime();
            way.trip(payload);
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        if (!warm) {
            System.out.printf(Locale.ROOT, "round trip, %d: %s p50 %d us, p99 %d us%n", trips, way.name(), nanos[trips
                    / 2] / 1000, nanos[trips * 99 / 100] / 1000);
        }
    }

    /** Two to nine hubs, each with its own links over TCP. */
    private static final class FabricWay implements Way {
        private final List<Hub> hubs = new ArrayList<>();
        private final List<Peers> peers = new ArrayList<>();
        private final AtomicLong[] got = new AtomicLong[RECEIVERS];
        private final AtomicLong wrong = new AtomicLong();
        private volatile CountDownLatch all = new CountDownLatch(0);
        private volatile long last;
        private volatile CountDownLatch back = new CountDownLatch(0);
        private final Hub hub;

        FabricWay() throws Exception {
            Path directory = Files.createTempDirectory("fabric-bench");
            hub = node("publisher", directory);
            Endpoint at = peers.getFirst().listen(new Endpoint("127.0.0.1", 0));
            for (int i = 0; i < RECEIVERS; i++) {
                AtomicLong mine = new AtomicLong();
                got[i] = mine;
                Hub receiver = node("receiver-" + i, directory);
                receiver.subscribe(List.of("bench/8/", i == 0 ? "bench/1/" : "bench/8/"), m -> count(mine, m));
                if (i == 0) {
                    receiver.subscribe(List.of("ping"), m -> receiver.publish("pong", m.payload()));
                }
                peers.getLast().peer(at);
            }
            hub.subscribe(List.of("pong"), _ -> back.countDown());
            while (peers.getFirst().status().stream().filter(s -> s.wants().contains("bench/8/")).count() < RECEIVERS
                    || peers.get(1).status().stream().noneMatch(s -> s.wants().contains("pong"))) {
                LockSupport.parkNanos(1_000_000);
            }
        }

        private Hub node(String name, Path directory) {
            Hub made = new Hub(name, directory.resolve(name));
            hubs.add(made);
            peers.add(new Peers(made, Security.LOOPBACK, PeerSettings.DEFAULT));
            return made;
        }

        private void count(AtomicLong mine, Message message) {
            long number = mine.incrementAndGet();
            if (message.payload().length != PAYLOAD_BYTES) {
                wrong.incrementAndGet();
            }
            if (number == last) {
                all.countDown();
            }
        }

        @Override
        public String name() {
            return "fabric";
        }

        @Override
        public long run(int events, int receivers) throws Exception {
            for (AtomicLong each : got) {
                each.set(0);
            }
            all = new CountDownLatch(receivers);
            last = events;
            String topic = "bench/" + receivers + "/events";
            byte[] payload = new byte[PAYLOAD_BYTES];
            for (int i = 0; i < events; i++) {
                hub.publish(topic, payload);
            }
            if (!all.await(300, TimeUnit.SECONDS) || wrong.get() > 0) {
                throw new IllegalStateException("events are missing: " + Arrays.toString(got));
            }
            return 0;
        }

        @Override
        public void trip(byte[] payload) throws Exception {
            CountDownLatch came = new CountDownLatch(1);
            back = came;
            hub.publish("ping", payload);
            came.await();
        }

        @Override
        public void close() {
            peers.forEach(Peers::close);
            hubs.forEach(Hub::close);
        }
    }
}

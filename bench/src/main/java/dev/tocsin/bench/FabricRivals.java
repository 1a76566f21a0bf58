package dev.tocsin.bench;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** What {@link FabricBench} measures itself against. */
final class FabricRivals {
    private FabricRivals() {
    }

    /** @param natsServer where it is; it is left out when it is not there */
    static List<FabricBench.Way> all(Path natsServer) throws Exception {
        List<FabricBench.Way> all = new ArrayList<>(List.of(new JeroMq()));
        if (Files.isExecutable(natsServer)) {
            all.add(new NatsWay(natsServer));
        } else {
            System.out.println("without NATS: there is no " + natsServer);
        }
        return all;
    }

    /** Counts what each receiver has got. */
    private static final class Counters {
        private final AtomicLong[] got = new AtomicLong[FabricBench.RECEIVERS];
        private volatile CountDownLatch all = new CountDownLatch(0);
        private volatile long last;

        Counters() {
            for (int i = 0; i < got.length; i++) {
                got[i] = new AtomicLong();
            }
        }

        void start(int events, int receivers) {
            for (AtomicLong each : got) {
                each.set(0);
            }
            last = events;
            all = new CountDownLatch(receivers);
        }

        void count(int receiver) {
            if (got[receiver].incrementAndGet() == last) {
                all.countDown();
            }
        }

        long missing(int receivers) throws InterruptedException {
            all.await(20, TimeUnit.SECONDS);
            long missing = 0;
            for (int i = 0; i < receivers; i++) {
                missing += last - got[i].get();
            }
            return missing;
        }
    }

    /** PUB and SUB over TCP, one I/O thread in each of two contexts, no high-water mark. */
    private static final class JeroMq implements FabricBench.Way {
        private final ZContext here = new ZContext();
        private final ZContext there = new ZContext();
        private final ZMQ.Socket publisher = here.createSocket(SocketType.PUB);
        private final ZMQ.Socket pongs = here.createSocket(SocketType.SUB);
        private final Counters counters = new Counters();

        JeroMq() throws Exception {
            publisher.setHWM(0);
            int port = publisher.bindToRandomPort("tcp://127.0.0.1");
            CountDownLatch ready = new CountDownLatch(FabricBench.RECEIVERS);
            int pongPort = freePort();
            for (int i = 0; i < FabricBench.RECEIVERS; i++) {
                int number = i;
                Thread.ofPlatform().daemon().start(() -> receive(number, port, pongPort, ready));
            }
            ready.await();
            pongs.connect("tcp://127.0.0.1:" + pongPort);
            pongs.subscribe("pong");
            pongs.setReceiveTimeOut(200);
            do {
                publisher.sendMore("ping");
                publisher.send(new byte[FabricBench.PAYLOAD_BYTES]);
            } while (pongs.recv() == null);
            pongs.recv();
            pongs.setReceiveTimeOut(-1);
        }

        private void receive(int number, int port, int pongPort, CountDownLatch ready) {
            ZMQ.Socket pong = there.createSocket(SocketType.PUB);
            if (number == 0) {
                pong.bind("tcp://127.0.0.1:" + pongPort);
            }
            ZMQ.Socket in = there.createSocket(SocketType.SUB);
            in.setHWM(0);
            in.connect("tcp://127.0.0.1:" + port);
            in.subscribe("bench/8/");
            if (number == 0) {
                in.subscribe("bench/1/");
                in.subscribe("ping");
            }
            ready.countDown();
            while (true) {
                byte[] topic = in.recv();
                byte[] payload = in.recv();
                if (topic[0] == 'p') {
                    pong.sendMore("pong");
                    pong.send(payload);
                } else {
                    counters.count(number);
                }
            }
        }

        @Override
        public String name() {
            return "JeroMQ";
        }

        @Override
        public long run(int events, int receivers) throws Exception {
            counters.start(events, receivers);
            byte[] topic = ("bench/" + receivers + "/events").getBytes(StandardCharsets.US_ASCII);
            byte[] payload = new byte[FabricBench.PAYLOAD_BYTES];
            for (int i = 0; i < events; i++) {
                publisher.sendMore(topic);
                publisher.send(payload);
            }
            return counters.missing(receivers);
        }

        @Override
        public void trip(byte[] payload) {
            publisher.sendMore("ping");
            publisher.send(payload);
            pongs.recv();
            pongs.recv();
        }

        @Override
        public void close() {
            // Its threads and sockets end with the process.
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Core NATS: nats-server in its own process, jnats here, a connection for each receiver, no limits at the client. */
    private static final class NatsWay implements FabricBench.Way {
        private final Process server;
        private final Connection publisher;
        private final List<Connection> receivers = new ArrayList<>();
        private final Counters counters = new Counters();
        private volatile CountDownLatch back = new CountDownLatch(0);

        NatsWay(Path natsServer) throws Exception {
            int port = freePort();
            server = new ProcessBuilder(natsServer.toString(), "-a", "127.0.0.1", "-p", "" + port).redirectErrorStream(
                    true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            Options options = Options.builder().server("nats://127.0.0.1:" + port).maxReconnects(-1).reconnectWait(
                    Duration.ofMillis(100)).discardMessagesWhenOutgoingQueueFull().maxMessagesInOutgoingQueue(0)
                    .build();
            publisher = Nats.connectReconnectOnConnect(options);
            Dispatcher pongs = publisher.createDispatcher(_ -> back.countDown());
            pongs.subscribe("pong");
            for (int i = 0; i < FabricBench.RECEIVERS; i++) {
                int number = i;
                Connection connection = Nats.connectReconnectOnConnect(options);
                Dispatcher counted = connection.createDispatcher(_ -> counters.count(number));
                counted.setPendingLimits(-1, -1);
                counted.subscribe("bench.8.>");
                if (i == 0) {
                    counted.subscribe("bench.1.>");
                    connection.createDispatcher(m -> connection.publish("pong", m.getData())).subscribe("ping");
                }
                connection.flush(Duration.ofSeconds(5));
                receivers.add(connection);
            }
            publisher.flush(Duration.ofSeconds(5));
        }

        @Override
        public String name() {
            return "NATS";
        }

        @Override
        public long run(int events, int receivers) throws Exception {
            counters.start(events, receivers);
            String topic = "bench." + receivers + ".events";
            byte[] payload = new byte[FabricBench.PAYLOAD_BYTES];
            for (int i = 0; i < events; i++) {
                publisher.publish(topic, payload);
            }
            return counters.missing(receivers);
        }

        @Override
        public void trip(byte[] payload) throws Exception {
            CountDownLatch came = new CountDownLatch(1);
            back = came;
            publisher.publish("ping", payload);
            came.await();
        }

        @Override
        public void close() throws Exception {
            publisher.close();
            for (Connection each : receivers) {
                each.close();
            }
            server.destroy();
        }
    }
}

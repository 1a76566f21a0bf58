package dev.tocsin.fabric.zmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Nodes at a proxy such as the one in Zeek's manager. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ZeekNodeTest {
    @TempDir
    Path directory;

    private static ZeekNode.Settings settings(ZeekProxy proxy, String id, List<String> wanted, List<String> outgoing) {
        return new ZeekNode.Settings(id, "tcp://127.0.0.1:" + proxy.subscribeAt, "tcp://127.0.0.1:" + proxy.publishAt,
                wanted, outgoing, Delivery.DEFAULT);
    }

    private Hub hub(String name) {
        return new Hub(name, directory.resolve(name));
    }

    @Test
    void eventsGoBothWaysAsZeekWritesThem() throws Exception {
        try (ZeekProxy proxy = new ZeekProxy(); Hub hub = hub("n1"); ZContext context = new ZContext()) {
            LinkedBlockingQueue<EventCall> here = new LinkedBlockingQueue<>();
            hub.subscribe(List.of("/test/out"),
                    m -> here.add(EventCall.from(BinValues.read(m.payload())).orElseThrow()));
            ZMQ.Socket zeek = context.createSocket(SocketType.SUB);
            zeek.setReceiveTimeOut(20_000);
            zeek.subscribe("/test/in");
            zeek.setHandshakeIvl(ZeekProxy.HANDSHAKE_MILLIS);
            zeek.connect("tcp://127.0.0.1:" + proxy.subscribeAt);
            ZMQ.Socket says = context.createSocket(SocketType.PUB);
            says.setHandshakeIvl(ZeekProxy.HANDSHAKE_MILLIS);
            says.connect("tcp://127.0.0.1:" + proxy.publishAt);
            try (ZeekNode node = new ZeekNode(hub,
                    settings(proxy, "java-node-1", List.of("/test/out"), List.of("/test/in")))) {
                node.start();
                // The recorded answer of a Zeek, again and again until the subscription has reached the sender.
                byte[] pong = HexFormat.of().parseHex("0e030200000000000000010200000000000000010e020504706f6e670e02"
                        + "05096a617661206a61766102000000000000002a");
                await().atMost(Duration.ofSeconds(30)).until(() -> {
                    for (String part : List.of("/test/out", "zeromq__vm_3703", "broker-bin-v1")) {
                        says.send(part, ZMQ.SNDMORE);
                    }
                    says.send(pong, 0);
                    return !here.isEmpty();
                });
                assertThat(here.poll()).isEqualTo(EventCall.of("pong", Value.of("java java"), Value.count(42)));
                LinkedBlockingQueue<List<byte[]>> heard = new LinkedBlockingQueue<>();
                Thread listening = Thread.ofPlatform().start(() -> heard.add(Parts.receive(zeek)));
                await().atMost(Duration.ofSeconds(30)).until(() -> {
                    hub.publish("/test/in",
                            BinValues.write(EventCall.of("ping", Value.of("java"), Value.count(21)).toValue()));
                    return !heard.isEmpty();
                });
                listening.join();
                List<byte[]> parts = heard.take();
                assertThat(parts.subList(0, 3).stream().map(p -> new String(p, StandardCharsets.UTF_8)))
                        .containsExactly("/test/in", "java-node-1", "broker-bin-v1");
                assertThat(HexFormat.of().formatHex(parts.get(3))).isEqualTo("0e03020000000000000001020000000000000001"
                        + "0e02050470696e670e0205046a617661020000000000000015");
                assertThat(node.unreadable()).isZero();
            }
        }
    }

    /** Half a minute for one in twenty, before the node was told to try again sooner. */
    @Test
    void eachOfManyIsThereSoon() throws Exception {
        try (ZeekProxy proxy = new ZeekProxy(); Hub from = hub("from"); Hub to = hub("to")) {
            Set<String> heard = ConcurrentHashMap.newKeySet();
            to.subscribe(List.of("hello/"), m -> heard.add(m.topic()));
            List<ZeekNode> nodes = new ArrayList<>();
            try {
                nodes.add(new ZeekNode(to, settings(proxy, "to", List.of("hello/"), List.of())));
                for (int i = 0; i < 40; i++) {
                    nodes.add(new ZeekNode(from, settings(proxy, "n" + i, List.of(), List.of("hello/" + i + "."))));
                }
                nodes.forEach(ZeekNode::start);
                await().atMost(Duration.ofSeconds(25)).until(() -> {
                    for (int i = 0; i < 40; i++) {
                        from.publish("hello/" + i + ".", BinValues.write(Value.count(i)));
                    }
                    return heard.size() == 40;
                });
            } finally {
                nodes.parallelStream().forEach(ZeekNode::close);
            }
        }
    }

    @Test
    void twoHubsExchangeAllThroughAProxyAndNobodyHearsItself() throws Exception {
        try (ZeekProxy proxy = new ZeekProxy(); Hub one = hub("n1"); Hub two = hub("n2")) {
            LinkedBlockingQueue<Long> heard = new LinkedBlockingQueue<>();
            LinkedBlockingQueue<Long> own = new LinkedBlockingQueue<>();
            two.subscribe(List.of("a/"), m -> heard.add(((Value.Count) BinValues.read(m.payload())).value()));
            try (ZeekNode first = new ZeekNode(one, settings(proxy, "one", List.of("a/"), List.of("a/")));
                    ZeekNode second = new ZeekNode(two, settings(proxy, "two", List.of("a/"), List.of("a/")))) {
                one.subscribe(List.of("a/"), m -> own.add(1L));
                first.start();
                second.start();
                await().atMost(Duration.ofSeconds(30)).until(() -> {
                    one.publish("a/hello", BinValues.write(Value.count(1_000_000)));
                    return !heard.isEmpty();
                });
                for (int i = 0; i < 20_000; i++) {
                    one.publish("a/n", BinValues.write(Value.count(i)));
                }
                await().atMost(Duration.ofSeconds(60)).until(() -> heard.contains(19_999L));
                assertThat(heard.stream().filter(n -> n < 1_000_000))
                        .containsExactlyElementsOf(IntStream.range(0, 20_000).mapToObj(i -> (long) i).toList());
                assertThat(own).isEmpty();
            }
        }
    }
}

package dev.tocsin.source;

import dev.tocsin.fabric.Delivery;
import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Receiver;
import dev.tocsin.fabric.Subscription;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.data.Vector;
import dev.tocsin.fabric.data.ZeekJson;
import dev.tocsin.fabric.zmq.ZeekNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The other half of {@link ZeekSource}: events of the cluster, each a JSON object with {@code _topic}, the network's time in
 * {@code ts} if the caller told it, {@code event} (its name) and {@code args}. They come over the hub, where anybody else may
 * subscribe them, too; of what other nodes of the fabric publish on these topics nothing is taken, since it is theirs to take.
 */
final class ZeekEvents implements AutoCloseable {
    private static final int BATCH = 500;

    private final Hub hub;
    private final BiConsumer<List<Frame>, String> taker;
    private final ZeekNode node;
    private final @Nullable Subscription subscription;
    private final AtomicLong missing = new AtomicLong();

    /** @param taker is given what came, and from where */
    ZeekEvents(Hub hub, ZeekSourceConfig.Cluster cluster, String name, BiConsumer<List<Frame>, String> taker) {
        this.hub = hub;
        this.taker = taker;
        node = new ZeekNode(hub,
                new ZeekNode.Settings("tocsin_" + name + "_" + hub.id(), "tcp://" + cluster.subscribe(),
                        "tcp://" + cluster.publish(), cluster.topics(), cluster.outgoing(), Delivery.DEFAULT));
        subscription = cluster.topics().isEmpty() ? null : hub.subscribe(cluster.topics(), new Events());
        node.start();
    }

    /** Messages that did not get through, or were none. */
    long lost() {
        return missing.get() + node.unreadable();
    }

    private static Frame frame(Message message) {
        try {
            EventCall call = EventCall.from(BinValues.read(message.payload())).orElse(null);
            if (call == null) {
                return new Frame(message.payload(), "what came on topic " + message.topic() + " is no event of Zeek");
            }
            ZeekJson json = new ZeekJson().field("_topic", message.topic());
            call.networkTime().ifPresent(time -> json.field("ts", time));
            return Frame.good(json.field("event", Value.of(call.name())).field("args", new Vector(call.args())).end());
        } catch (ValueException e) {
            return new Frame(message.payload(), "what came on topic " + message.topic() + ": " + e.getMessage());
        }
    }

    /** Gathers what comes at once; called by one thread at a time. */
    private final class Events implements Receiver {
        private final List<Frame> frames = new ArrayList<>();

        @Override
        public void message(Message message) {
            if (message.origin().equals(hub.id())) {
                frames.add(frame(message));
                if (frames.size() == BATCH) {
                    idle();
                }
            }
        }

        @Override
        public void gap(Gap gap) {
            missing.addAndGet(gap.count());
        }

        @Override
        public void idle() {
            if (!frames.isEmpty()) {
                taker.accept(List.copyOf(frames), "events");
                frames.clear();
            }
        }
    }

    /** What still waits for it is thrown away, as ZeroMQ would. */
    @Override
    public void close() {
        node.close();
        if (subscription != null) {
            subscription.close();
        }
    }
}

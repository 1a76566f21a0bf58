package dev.tocsin.source;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of {@link ZeekSource}. */
@Tag("zeek")
@Doc("A logger of a Zeek cluster whose backend is ZeroMQ (Zeek 8.0 and later); optionally takes the cluster's events, too.")
public record ZeekSourceConfig(
        @Doc("Where the cluster's nodes push their logs to; one of their connect_log_endpoints.") @Default("127.0.0.1:5557") Endpoint listen,
        @Doc("Whose the events are.") @Default("main") String customer,
        @Doc("How the events are written.") @Default("zeek") String format,
        @Doc("What kind of log it is, where a record's own log does not say it.") @Default("{}") LogSourceHint logsource,
        @Doc("Raise an alarm when nothing came for so long; left out, silence is none.") @Nullable Duration silentAfter,
        @Doc("A longer record becomes a dead letter that keeps its first 64 KiB.") @Default("1MiB") ByteSize messageMax,
        @Doc("A node that sends a larger batch is cut off; it connects again by itself, but the batch is lost.") @Default("32MiB") ByteSize batchMax,
        @Doc("How much the system may hold of each sender's that was not read; it is lost when this process is killed. Over a"
                + " long distance a larger one is faster.") @Default("64KiB") ByteSize receiveBuffer,
        @Doc("Bytes read but not yet durable; when it is reached no batch is read.") @Default("64MiB") ByteSize inFlightMax,
        @Doc("Listen beyond this machine, though here ZeroMQ neither authenticates nor encrypts, so that anybody on the"
                + " network may read and forge logs.") @Default("false") boolean plaintext,
        @Doc("Take events of the cluster, or send it some.") @Nullable Cluster cluster)
        implements
            SourceConfig {

    public ZeekSourceConfig {
        Limits.checkSilence(silentAfter);
        Limits.check("message_max", messageMax, 16, 4 << 20);
        Limits.check("batch_max", batchMax, 1024, 1 << 30);
        Limits.check("receive_buffer", receiveBuffer, 4 << 10, 64 << 20);
        Limits.check("in_flight_max", inFlightMax, 1 << 20, Integer.MAX_VALUE);
    }

    @Doc("The cluster's central XPUB/XSUB proxy, which runs in its manager.")
    public record Cluster(
            @Doc("The proxy's XPUB, where events come from.") @Default("127.0.0.1:5555") Endpoint subscribe,
            @Doc("The proxy's XSUB, where events go to.") @Default("127.0.0.1:5556") Endpoint publish,
            @Doc("Topic prefixes of events that become events here.") @Default("[]") List<String> topics,
            @Doc("Topic prefixes of what is published on the fabric here and goes to the cluster.") @Default("[]") List<String> outgoing) {
        public Cluster {
            topics = List.copyOf(topics);
            outgoing = List.copyOf(outgoing);
            if (topics.isEmpty() && outgoing.isEmpty()) {
                throw new IllegalArgumentException("cluster wants topics, outgoing or both");
            }
        }
    }
}

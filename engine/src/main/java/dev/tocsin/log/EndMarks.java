package dev.tocsin.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the end marks of transactions that the broker has forgotten to write.
 *
 * <p>A transaction is decided by one record of its coordinator, which then writes a mark into each partition concerned, and
 * then notes that it is complete. Kafka 4.3.1, started again after a kill, can note that without the marks: in the moment
 * in which its only broker registers anew, no partition has a leader, and the coordinator takes "no leader" for "deleted"
 * ({@code KRaftMetadataCache.getPartitionLeaderEndpoint} returns empty where earlier versions returned no node). What was
 * committed, and perhaps acknowledged, then stays open for ever, and every reader of committed records waits before it.
 *
 * <p>So, before anybody writes: a partition that has an open transaction of a producer whose coordinator says that it is
 * complete gets the mark that the coordinator had decided on. What the coordinator still has in hand is left to it.
 */
final class EndMarks {
    private static final Logger LOG = LoggerFactory.getLogger(EndMarks.class);
    private static final int WAIT_MILLIS = 10_000;
    /** Marks of all versions of the protocol that a 4.x broker speaks have this form. */
    private static final short REQUEST_VERSION = 1;

    /** An open transaction in a partition, and how it ended. */
    private record Open(TopicPartition partition, ProducerState producer, TransactionDescription end) {
    }

    private EndMarks() {
    }

    /**
     * To be called when nobody has a transaction open.
     *
     * @return how many marks were missing
     */
    static int complete(Admin admin, String bootstrapServers) {
        try {
            List<Open> open = open(admin);
            if (!open.isEmpty()) {
                LOG.warn(
                        "after the last end, {} partitions had no mark of a transaction that was decided; it is written now",
                        open.size());
                write(bootstrapServers, open);
            }
            return open.size();
        } catch (ExecutionException | IOException e) {
            throw new LogException("the marks of decided transactions cannot be written: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted while starting", e);
        }
    }

    private static List<Open> open(Admin admin) throws ExecutionException, InterruptedException {
        Collection<TopicPartition> all = partitions(admin);
        Set<Long> producers = admin.describeProducers(all).all().get().values().stream()
                .flatMap(p -> p.activeProducers().stream())
                .filter(EndMarks::isOpen).map(ProducerState::producerId).collect(Collectors.toSet());
        if (producers.isEmpty()) {
            return List.of();
        }
        Map<Long, TransactionDescription> known = transactions(admin, producers);
        List<Open> open = new ArrayList<>();
        // Asked again: the coordinator may have written the mark and noted the end since. Its note comes behind the marks, so
        // what is open after the note is without a mark.
        admin.describeProducers(all).all().get()
                .forEach((partition, state) -> state.activeProducers().stream().filter(EndMarks::isOpen).forEach(p -> {
                    TransactionDescription end = known.get(p.producerId());
                    if (end != null && isComplete(end.state()) && p.producerEpoch() <= end.producerEpoch()) {
                        open.add(new Open(partition, p, end));
                    }
                }));
        return open;
    }

    private static boolean isOpen(ProducerState producer) {
        return producer.currentTransactionStartOffset().isPresent();
    }

    /** The coordinator knows nothing until it has its partition and has read it; each of these producers it must know. */
    private static Map<Long, TransactionDescription> transactions(Admin admin, Set<Long> producers)
            throws ExecutionException, InterruptedException {
        Map<Long, TransactionDescription> known = new HashMap<>();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
        while (!known.keySet().containsAll(producers) && System.nanoTime() < deadline) {
            List<String> ids = admin.listTransactions().all().get().stream()
                    .filter(t -> producers.contains(t.producerId())).map(TransactionListing::transactionalId).toList();
            admin.describeTransactions(ids).all().get().values().forEach(t -> known.put(t.producerId(), t));
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return known;
    }

    private static boolean isComplete(TransactionState state) {
        return state == TransactionState.COMPLETE_COMMIT || state == TransactionState.COMPLETE_ABORT;
    }

    private static Collection<TopicPartition> partitions(Admin admin) throws ExecutionException, InterruptedException {
        Collection<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
        List<TopicPartition> partitions = new ArrayList<>();
        admin.describeTopics(names).allTopicNames().get().values().forEach(
                topic -> topic.partitions()
                        .forEach(p -> partitions.add(new TopicPartition(topic.name(), p.partition()))));
        return partitions;
    }

    private static void write(String bootstrapServers, List<Open> open) throws IOException {
        Time time = Time.SYSTEM;
        LogContext context = new LogContext();
        AdminClientConfig config = new AdminClientConfig(
                Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
        int colon = bootstrapServers.lastIndexOf(':');
        Node node = new Node(1, bootstrapServers.substring(0, colon),
                Integer.parseInt(bootstrapServers.substring(colon + 1)));
        try (Metrics metrics = new Metrics();
                Selector selector = new Selector(WAIT_MILLIS, metrics, time, "end-marks",
                        ClientUtils.createChannelBuilder(config, time, context), context);
                NetworkClient client = new NetworkClient(selector, new ManualMetadataUpdater(), "end-marks", 1, 50,
                        1_000,
                        1 << 16, 1 << 16, WAIT_MILLIS, WAIT_MILLIS, WAIT_MILLIS, time, false, new ApiVersions(),
                        context,
                        MetadataRecoveryStrategy.NONE)) {
            if (!NetworkClientUtils.awaitReady(client, node, time, WAIT_MILLIS)) {
                throw new IOException("the broker does not answer");
            }
            // One request for each: a producer can have several partitions, each with a coordinator epoch of its own.
            for (Open one : open) {
                ClientResponse response = NetworkClientUtils.sendAndReceive(client,
                        client.newClientRequest(node.idString(),
                                new WriteTxnMarkersRequest.Builder(List.of(mark(one))) {
                                    @Override
                                    public short latestAllowedVersion() {
                                        return REQUEST_VERSION;
                                    }
                                }, time.milliseconds(), true, WAIT_MILLIS, null),
                        time);
                check(one, response);
            }
        }
    }

    private static WriteTxnMarkersRequest.TxnMarkerEntry mark(Open open) {
        TransactionResult result = open.end.state() == TransactionState.COMPLETE_COMMIT
                ? TransactionResult.COMMIT
                : TransactionResult.ABORT;
        return new WriteTxnMarkersRequest.TxnMarkerEntry(open.end.producerId(), (short) open.end.producerEpoch(),
                Math.max(0, open.producer.coordinatorEpoch().orElse(0)), result, List.of(open.partition), (short) 0);
    }

    private static void check(Open open, ClientResponse response) throws IOException {
        if (!(response.responseBody() instanceof WriteTxnMarkersResponse answer)) {
            throw new IOException("no answer for " + open.partition);
        }
        Errors error = answer.errorsByProducerId().getOrDefault(open.end.producerId(), Map.of())
                .getOrDefault(open.partition, Errors.UNKNOWN_SERVER_ERROR);
        if (error != Errors.NONE) {
            throw new IOException(open.partition + ": " + error.message());
        }
        LOG.info("{}: {} of the transaction of producer {} that began at {}", open.partition, open.end.state(),
                open.end.producerId(), open.producer.currentTransactionStartOffset());
    }
}

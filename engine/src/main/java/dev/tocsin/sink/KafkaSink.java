package dev.tocsin.sink;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.log.Commit;
import dev.tocsin.log.KafkaDelivery;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Writes into a topic of a Kafka cluster, exactly once.
 *
 * <p>How it works. The log and the target are two systems that commit one after the other: first the target, events and
 * mark in one transaction, then the log. Both count the events of a partition: the state says how many the log has seen
 * delivered, the mark how many the target has. If the process dies between the two, the mark is ahead, and whoever comes
 * next skips as many events as the mark is ahead: they are the same ones, since the log does not change. Each partition has
 * a writer of its own, named by the sink and the partition; to open it fences whoever had it before.
 *
 * <p>A loop whose input can come in another order after a crash, such as one that polls an API, cannot count. It asks
 * {@link #resumeFrom} which commit the target saw last, and begins there.
 */
public final class KafkaSink implements Stage {
    private final KafkaSinkConfig config;
    private final String name;
    private final SinkCounts counts;
    private final Consumer<Problem> alarms;
    private final boolean keepsCommit;
    private final LineFormat format;
    private final TreeMap<Integer, KafkaLane> lanes = new TreeMap<>();

    /**
     * @param name of this sink, such that no other installation writes to the cluster under it
     * @param keepsCommit whether each mark holds {@link Commit#ledger()}, for {@link #resumeFrom}
     * @param alarms told when the target's mark is of another log; called by the worker
     */
    public KafkaSink(KafkaSinkConfig config, String name, boolean keepsCommit, SinkCounts counts,
            Consumer<Problem> alarms) {
        this.config = config;
        this.name = name;
        this.counts = counts;
        this.alarms = alarms;
        this.keepsCommit = keepsCommit;
        this.format = LineFormat.of(config.format(), false);
    }

    /** @throws dev.tocsin.log.LogException when the target is away */
    @Override
    public void assigned(int partition, State state) {
        revoked(partition);
        lanes.put(partition, new KafkaLane(KafkaDelivery.open("tocsin-" + name + "-" + partition, target()), state,
                "kafka/" + config.topic(), alarms));
    }

    private KafkaDelivery.Target target() {
        Map<String, String> client = new HashMap<>();
        TlsConfig tls = config.tls();
        if (tls != null) {
            client.putAll(settings(tls, config.client().containsKey("sasl.mechanism")));
        }
        client.putAll(config.client());
        config.clientSecrets().forEach((setting, secret) -> client.put(setting, secret.value()));
        return new KafkaDelivery.Target(config.bootstrapServers(), config.topic(), config.marks(), client);
    }

    private static Map<String, String> settings(TlsConfig tls, boolean sasl) {
        Map<String, String> settings = new HashMap<>();
        settings.put("security.protocol", sasl ? "SASL_SSL" : "SSL");
        settings.put("ssl.endpoint.identification.algorithm", tls.verifyHostname() ? "https" : "");
        var ca = tls.ca();
        var certificate = tls.certificate();
        var key = tls.key();
        try {
            if (ca != null) {
                settings.put("ssl.truststore.type", "PEM");
                settings.put("ssl.truststore.certificates", Files.readString(ca));
            }
            if (certificate != null && key != null) {
                settings.put("ssl.keystore.type", "PEM");
                settings.put("ssl.keystore.certificate.chain", Files.readString(certificate));
                settings.put("ssl.keystore.key", Files.readString(key));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + e.getMessage(), e);
        }
        return settings;
    }

    /**
     * For a loop that can begin at a commit: {@link Commit#ledger()} of the last one that the target saw, empty when it saw
     * none. Whoever asks begins there; nothing is skipped then. To be called after {@link #assigned}.
     */
    public Optional<String> resumeFrom(int partition) {
        return lane(partition).resumeFrom();
    }

    @Override
    public void revoked(int partition) {
        KafkaLane lane = lanes.remove(partition);
        if (lane != null) {
            lane.close();
        }
    }

    @Override
    public void rewound(int partition) {
        lane(partition).rewound();
    }

    @Override
    public void handle(int partition, List<Event> events, Output out) {
        KafkaLane lane = lane(partition);
        for (Event event : events) {
            byte[] value = config.format() == SinkFormat.JSON ? JsonLine.of(event) : format.line(event);
            if (value.length > lane.valueBytesMax()) {
                counts.refused.increment();
                out.dead(event, "it has " + value.length + " bytes; the topic " + config.topic() + " takes "
                        + lane.valueBytesMax());
            } else {
                lane.take(event, value);
                out.done(event);
            }
        }
        lane.note();
    }

    private KafkaLane lane(int partition) {
        KafkaLane lane = lanes.get(partition);
        if (lane == null) {
            throw new IllegalStateException("partition " + partition + " was not assigned");
        }
        return lane;
    }

    /** @throws dev.tocsin.log.LogException when the target is away, or somebody else has taken over */
    @Override
    public void flush(Commit commit) {
        for (KafkaLane lane : lanes.values()) {
            counts.written.add(lane.flush(keepsCommit ? commit.ledger() : ""));
        }
    }

    @Override
    public Duration commitInterval() {
        return config.stream().commitInterval();
    }

    @Override
    public void close() {
        List.copyOf(lanes.keySet()).forEach(this::revoked);
    }
}

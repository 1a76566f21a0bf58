package dev.tocsin.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows topics without a group: every committed record from the beginning, or from now on. Survives a broker that is
 * away; ends when closed. The receiver is called on the tailer's own thread.
 */
final class Tailer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tailer.class);

    private static final long PATIENCE_MILLIS = 2_000;

    private final org.apache.kafka.clients.consumer.Consumer<String, byte[]> reader;
    private final Consumer<ConsumerRecord<String, byte[]>> receiver;
    private final Thread thread;
    private final Map<TopicPartition, Long> end;
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private volatile boolean closing;

    Tailer(KafkaClients clients, Topics topics, String topic, boolean fromBeginning,
            Consumer<ConsumerRecord<String, byte[]>> receiver) {
        this.reader = clients.freeReader();
        this.receiver = receiver;
        List<TopicPartition> all = partitions(topics, topic);
        reader.assign(all);
        if (fromBeginning) {
            end = clients.ends(all);
            reader.seekToBeginning(all);
        } else {
            end = Map.of();
            reader.seekToEnd(all);
            all.forEach(reader::position);
        }
        this.thread = Thread.ofPlatform().daemon().name("tail-" + topic).start(this::follow);
        awaitCaughtUp();
    }

    /** Whether everything that was there at the beginning was received. */
    boolean hasCaughtUp() {
        return caughtUp.getCount() == 0;
    }

    /** Usually at once; a transaction that a killed process left open can hold the end back until its writer is back. */
    private void awaitCaughtUp() {
        try {
            if (!caughtUp.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("{} is still reading what was there before", thread.getName());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    static List<TopicPartition> partitions(Topics topics, String topic) {
        List<TopicPartition> all = new ArrayList<>();
        for (int i = 0; i < topics.partitions(); i++) {
            all.add(new TopicPartition(topics.name(topic), i));
        }
        return all;
    }

    private void follow() {
        try (reader) {
            while (!closing) {
                if (!hasCaughtUp() && Restore.isAt(reader, end)) {
                    caughtUp.countDown();
                }
                reader.poll(Duration.ofMillis(hasCaughtUp() ? 1_000 : 50)).forEach(receiver);
            }
        } catch (WakeupException | InterruptException _) {
            // Closed: that is how it ends.
        } catch (RuntimeException e) {
            LOG.warn("following {} ended", thread.getName(), e);
        }
    }

    @Override
    public void close() {
        closing = true;
        reader.wakeup();
    }
}

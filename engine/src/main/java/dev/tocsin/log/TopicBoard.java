package dev.tocsin.log;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes in a compacted topic of one partition, followed by a thread of its own. */
final class TopicBoard implements Board {
    private static final Logger LOG = LoggerFactory.getLogger(TopicBoard.class);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KafkaClients clients;
    private final TopicPartition partition;
    private final String transactionalId;
    private final Map<String, byte[]> notes = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Object writing = new Object();
    private volatile @Nullable Consumer<String, byte[]> reader;
    private @Nullable Producer<String, byte[]> producer;
    private volatile boolean current;

    TopicBoard(KafkaClients clients, String topic, String member) {
        this.clients = clients;
        this.partition = new TopicPartition(topic, 0);
        this.transactionalId = topic + "-" + member;
        Thread.ofPlatform().daemon().name("follow-" + topic).start(this::followAlways);
    }

    private void followAlways() {
        while (!isClosing()) {
            try (Consumer<String, byte[]> next = clients.freeReader()) {
                reader = next;
                follow(next);
            } catch (WakeupException | InterruptException _) {
                LOG.debug("following {} ends", partition);
            } catch (RuntimeException e) {
                LOG.warn("{} cannot be read, which is tried again: {}", partition.topic(), e.getMessage());
                await();
            } finally {
                current = false;
                reader = null;
            }
        }
    }

    private void follow(Consumer<String, byte[]> from) {
        from.assign(List.of(partition));
        from.seekToBeginning(List.of(partition));
        long end = clients.ends(List.of(partition)).getOrDefault(partition, 0L);
        while (!isClosing()) {
            if (!current && from.position(partition, PATIENCE) >= end) {
                current = true;
            }
            for (ConsumerRecord<String, byte[]> record : from.poll(Duration.ofMillis(current ? 1_000 : 50))) {
                if (record.key() != null && record.value() == null) {
                    notes.remove(record.key());
                } else if (record.key() != null) {
                    notes.put(record.key(), record.value());
                }
            }
        }
    }

    @Override
    public void put(String key, byte[] value) {
        write(key, value);
    }

    @Override
    public void remove(String key) {
        write(key, null);
    }

    private void write(String key, byte @Nullable [] value) {
        synchronized (writing) {
            KafkaException failure = null;
            for (int attempt = 0; attempt < ATTEMPTS && !isClosing(); attempt++) {
                try {
                    Producer<String, byte[]> writer = writer();
                    writer.beginTransaction();
                    writer.send(new ProducerRecord<>(partition.topic(), partition.partition(), key, value));
                    writer.commitTransaction();
                    return;
                } catch (KafkaException e) {
                    discardWriter();
                    failure = e;
                }
            }
            String what = partition.topic() + " cannot be written: ";
            throw failure == null
                    ? new LogException(what + "the node stops")
                    : new LogException(what + failure.getMessage(), failure);
        }
    }

    private Producer<String, byte[]> writer() {
        if (producer == null) {
            Producer<String, byte[]> opened = clients.producer(transactionalId, TRANSACTION_TIMEOUT);
            producer = opened;
            opened.initTransactions();
        }
        return producer;
    }

    @Override
    public Map<String, byte[]> notes() {
        return Map.copyOf(notes);
    }

    @Override
    public boolean isCurrent() {
        return current;
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void await() {
        try {
            closing.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void discardWriter() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public void close() {
        closing.countDown();
        Consumer<String, byte[]> follows = reader;
        if (follows != null) {
            follows.wakeup();
        }
        synchronized (writing) {
            discardWriter();
        }
    }
}

package dev.tocsin.log;

import dev.tocsin.event.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes in a compacted topic of one partition. Each has a key of its own, its revision, so compaction keeps them all.
 *
 * <p>Compare-and-set by the broker's fence, as in {@link FencedAppender}: all writers have one transactional id. Who begins
 * to write throws out whoever wrote before; then it reads to the end, and what it commits after that is the next revision,
 * because if anybody had begun to write meanwhile, the commit would fail. A writer that nobody has thrown out need not read
 * again, so a change costs one transaction. When the answer to a commit is lost, the end of the topic says what became of it.
 *
 * <p>Following does not trust silence: a topic that is gone answers nothing, so its end is asked for again and again.
 */
final class TopicChangeLog implements ChangeLog {
    private static final Logger LOG = LoggerFactory.getLogger(TopicChangeLog.class);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long ASK_NANOS = Duration.ofSeconds(3).toNanos();
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 5;
    private static final String TOKEN = "token";

    private final KafkaClients clients;
    private final Topics topics;
    private final TopicPartition partition;
    private final Object writing = new Object();
    private final CountDownLatch closing = new CountDownLatch(1);
    private @Nullable Thread thread;
    private volatile @Nullable Consumer<String, byte[]> reader;
    private @Nullable Producer<String, byte[]> producer;
    /** The last change that this writer knows of; right as long as the producer was not thrown out. */
    private Last last = new Last(0, "");

    /** @param token by which a writer knows its own change again */
    private record Last(long revision, String token) {
    }

    /** @param topic without the prefix */
    TopicChangeLog(KafkaClients clients, Topics topics, String topic) {
        this.clients = clients;
        this.topics = topics;
        this.partition = new TopicPartition(topics.name(topic), 0);
    }

    @Override
    public void follow(Follower follower) {
        if (thread != null) {
            throw new IllegalStateException(partition.topic() + " is followed already");
        }
        thread = Thread.ofPlatform().daemon().name("follow-" + partition.topic()).start(() -> followAlways(follower));
    }

    private void followAlways(Follower follower) {
        while (!isClosing()) {
            try (Consumer<String, byte[]> next = clients.freeReader()) {
                reader = next;
                follower.begin();
                follow(next, follower);
            } catch (org.apache.kafka.common.errors.WakeupException | InterruptException _) {
                LOG.debug("following {} ends", partition);
            } catch (RuntimeException e) {
                LOG.warn("{} cannot be read: {}", partition.topic(), e.getMessage());
                follower.unreadable(partition.topic() + " cannot be read: " + e.getMessage());
                await(AGAIN);
            } finally {
                reader = null;
            }
        }
    }

    private void follow(Consumer<String, byte[]> from, Follower follower) {
        from.assign(List.of(partition));
        from.seekToBeginning(List.of(partition));
        long end = clients.ends(List.of(partition)).getOrDefault(partition, 0L);
        boolean isCurrent = false;
        long given = 0;
        long asked = System.nanoTime();
        while (!isClosing()) {
            if (!isCurrent && from.position(partition, PATIENCE) >= end) {
                isCurrent = true;
                follower.current();
            }
            for (ConsumerRecord<String, byte[]> record : from.poll(Duration.ofMillis(isCurrent ? 1_000 : 50))) {
                given = give(record, given, follower);
            }
            if (System.nanoTime() - asked > ASK_NANOS) {
                Map<TopicPartition, Long> now = from.endOffsets(List.of(partition), PATIENCE);
                if (now.getOrDefault(partition, 0L) < from.position(partition, PATIENCE)) {
                    throw new LogException("it has lost records that were read before");
                }
                asked = System.nanoTime();
            }
        }
    }

    private static long give(ConsumerRecord<String, byte[]> record, long given, Follower follower) {
        long revision = revision(record);
        if (revision <= given || record.value() == null) {
            LOG.warn("{} at {} is no change after revision {}; it is passed over", record.topic(), record.offset(),
                    given);
            return given;
        }
        if (revision != given + 1) {
            throw new LogException("revision " + (given + 1) + " is missing before " + revision);
        }
        follower.change(new Change(revision, record.value()));
        return revision;
    }

    /** 0 for what is not ours. */
    private static long revision(ConsumerRecord<String, byte[]> record) {
        String key = record.key();
        return key != null && key.matches("\\d{1,18}") ? Long.parseLong(key) : 0;
    }

    @Override
    public long append(long expected, byte[] value) {
        return append(expected, _ -> value);
    }

    @Override
    public long append(long expected, Stream stream, Event mark, Function<long[], byte[]> value) {
        return append(expected, writer -> value.apply(mark(writer, stream, mark)));
    }

    /** @param value sends what belongs to the change, and makes it */
    private long append(long expected, Function<Producer<String, byte[]>, byte[]> value) {
        String token = UUID.randomUUID().toString();
        synchronized (writing) {
            KafkaException failure = null;
            for (int attempt = 0; attempt < ATTEMPTS && !isClosing(); attempt++) {
                try {
                    Producer<String, byte[]> writer = writer();
                    if (last.token.equals(token)) {
                        return last.revision;
                    }
                    if (last.revision != expected) {
                        throw new ConflictException(expected, last.revision);
                    }
                    write(writer, expected + 1, value, token);
                    last = new Last(expected + 1, token);
                    return expected + 1;
                } catch (LogException | IllegalArgumentException | Unavailable e) {
                    discardWriter(); // With its transaction.
                    throw e;
                } catch (KafkaException e) {
                    LOG.debug("{}: change {} is tried again", partition, expected + 1, e);
                    failure = e;
                    discardWriter();
                }
            }
            if (failure == null) {
                throw new LogException("the change was not written: the node stops");
            }
            throw new LogException("the change could not be written to " + partition.topic() + ": "
                    + failure.getMessage(), failure);
        }
    }

    private void write(Producer<String, byte[]> writer, long revision, Function<Producer<String, byte[]>, byte[]> value,
            String token) {
        writer.beginTransaction();
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(partition.topic(), partition.partition(),
                Long.toString(revision), value.apply(writer));
        record.headers().add(TOKEN, token.getBytes(StandardCharsets.UTF_8));
        writer.send(record);
        writer.commitTransaction();
    }

    /** @return the offset that it has in each partition, which it keeps if the transaction is committed */
    private long[] mark(Producer<String, byte[]> writer, Stream stream, Event mark) {
        List<Future<RecordMetadata>> sent = IntStream.range(0, topics.partitions())
                .mapToObj(p -> writer.send(Records.of(topics.name(stream), p, mark))).toList();
        writer.flush();
        long[] offsets = new long[sent.size()];
        for (int p = 0; p < offsets.length; p++) {
            try {
                offsets[p] = sent.get(p).get().offset();
            } catch (ExecutionException e) {
                throw new KafkaException("the mark was not written to " + stream.topic() + "-" + p, e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptException(e);
            }
        }
        return offsets;
    }

    private Producer<String, byte[]> writer() {
        if (producer == null) {
            Producer<String, byte[]> opened = clients.producer(partition.topic(), TRANSACTION_TIMEOUT);
            producer = opened;
            opened.initTransactions();
            last = readLast();
        }
        return producer;
    }

    /** After the writers before were thrown out: what is there now is all there is. */
    private Last readLast() {
        Last[] found = {new Last(0, "")};
        read(r -> {
            if (revision(r) > found[0].revision && r.value() != null) {
                Header token = r.headers().lastHeader(TOKEN);
                found[0] = new Last(revision(r), token == null
                        ? ""
                        : new String(token.value(), StandardCharsets.UTF_8));
            }
        });
        return found[0];
    }

    private void read(Restore.Each each) {
        try (Consumer<String, byte[]> all = clients.freeReader()) {
            Restore.readAll(clients, all, List.of(partition), each);
        }
    }

    private void discardWriter() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public List<Change> last(int count) {
        Deque<Change> kept = new ArrayDeque<>();
        try {
            read(r -> {
                if (revision(r) > (kept.isEmpty() ? 0 : kept.getLast().revision()) && r.value() != null) {
                    kept.add(new Change(revision(r), r.value()));
                    if (kept.size() > count) {
                        kept.removeFirst();
                    }
                }
            });
        } catch (KafkaException e) {
            throw new LogException(partition.topic() + " cannot be read: " + e.getMessage(), e);
        }
        return new ArrayList<>(kept);
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void await(Duration time) {
        try {
            closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
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

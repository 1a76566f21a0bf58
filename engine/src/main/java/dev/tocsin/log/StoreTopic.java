package dev.tocsin.log;

import dev.tocsin.fabric.store.StoreLog;
import dev.tocsin.fabric.store.StoreTerm;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fabric store's changes in a compacted topic of one partition. The fence is that of {@link FencedAppender}: who begins a
 * term raises the epoch of the store's one transactional id, which throws out whoever wrote before. The lease is in the same
 * topic, in each transaction.
 *
 * <p>Keys are any bytes; as text they stand byte for byte as ISO 8859-1. One that begins with {@code lease/} is the lease's.
 */
final class StoreTopic implements StoreLog {
    private static final Logger LOG = LoggerFactory.getLogger(StoreTopic.class);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
    /** The lease is written again and again, so its last record is among the last; if not, its holder says so soon. */
    private static final long LEASE_RECORDS = 20_000;
    private static final String NOTE = "n";
    private static final byte[] NO_NOTE = new byte[0];

    private final KafkaClients clients;
    private final String store;
    private final String transactionalId;
    private final String member;
    private final Duration lease;
    private final LongSupplier nanos;
    private final TopicPartition partition;
    private final String instance = UUID.randomUUID().toString();
    private final String id;
    private final String leaseKey;
    private final Consumer<String, byte[]> reader;
    private @Nullable LeaseWatch watch;
    private @Nullable StoreTopicTerm term;

    /** @param id of the topic: of one that was deleted and made again it is another */
    StoreTopic(String store, String id, KafkaClients clients, Topics topics, String member, Duration lease,
            LongSupplier nanos) {
        this.store = store;
        this.id = id;
        this.leaseKey = LeaseRecord.key(store);
        this.clients = clients;
        this.transactionalId = topics.name("store-" + store);
        this.member = member;
        this.lease = lease;
        this.nanos = nanos;
        this.partition = new TopicPartition(topics.store(store), 0);
        this.reader = clients.freeReader();
        reader.assign(List.of(partition));
        reader.seekToBeginning(List.of(partition));
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public boolean seek(long position) {
        if (position == 0) {
            reader.seekToBeginning(List.of(partition));
            return true;
        }
        List<TopicPartition> one = List.of(partition);
        long begin = reader.beginningOffsets(one).getOrDefault(partition, 0L);
        long end = clients.ends(one).getOrDefault(partition, 0L);
        if (position < begin || position > end) {
            return false;
        }
        reader.seek(partition, position);
        return true;
    }

    @Override
    public long position() {
        return reader.position(partition);
    }

    /** What the last answer to a fetch said, so it costs no question; the broker cleans only what is committed. */
    @Override
    public long end() {
        long position = reader.position(partition);
        OptionalLong lag = reader.currentLag(partition);
        return lag.isPresent()
                ? position + lag.getAsLong()
                : reader.endOffsets(List.of(partition)).getOrDefault(partition, position);
    }

    @Override
    public List<Kept> poll(Duration patience) {
        List<Kept> records = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : reader.poll(patience)) {
            if (record.key() != null && !record.key().equals(leaseKey)) {
                Header note = record.headers().lastHeader(NOTE);
                records.add(new Kept(record.key().getBytes(StandardCharsets.ISO_8859_1), record.value(), note == null
                        ? NO_NOTE
                        : note.value()));
            }
        }
        return records;
    }

    @Override
    public Optional<StoreTerm> tryLead() {
        if (term != null && !term.isOver()) {
            return Optional.empty();
        }
        try {
            if (watch == null) {
                watch = new LeaseWatch(clients, partition, store, nanos, LEASE_RECORDS);
            }
            return isFree(watch) ? begin(watch) : Optional.empty();
        } catch (InterruptException e) {
            throw new LogException("interrupted", e);
        } catch (KafkaException e) {
            closeWatch();
            throw new LogException("the log cannot be asked who leads the store " + store + ": " + e.getMessage(), e);
        }
    }

    private boolean isFree(LeaseWatch watching) {
        watching.look();
        LeaseRecord last = watching.last();
        return last.released() || last.instance().equals(instance) || watching.silence().compareTo(lease) >= 0;
    }

    private Optional<StoreTerm> begin(LeaseWatch watching) {
        Producer<String, byte[]> producer = clients.producer(transactionalId, TRANSACTION_TIMEOUT);
        StoreTopicTerm next = null;
        try {
            // To make a producer takes a while, in which another may have begun, and would be thrown out for nothing.
            if (!isFree(watching)) {
                return Optional.empty();
            }
            producer.initTransactions();
            long end = clients.ends(List.of(partition)).getOrDefault(partition, 0L);
            // Epochs are at least the time, since compaction may have left nothing of the lease where it was looked for.
            StoreTopicTerm begun = new StoreTopicTerm(this, producer, Math.max(watching.last().epoch() + 1,
                    System.currentTimeMillis()), end);
            begun.append(List.of());
            next = begun;
            term = begun;
            return Optional.of(begun);
        } catch (FencedException e) {
            LOG.debug("store {}: another was quicker", store, e);
            return Optional.empty();
        } finally {
            if (next == null) {
                producer.close(Duration.ZERO);
            }
        }
    }

    ProducerRecord<String, byte[]> record(Kept kept) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(partition.topic(), partition.partition(),
                new String(kept.key(), StandardCharsets.ISO_8859_1), kept.value());
        if (kept.note().length > 0) {
            record.headers().add(NOTE, kept.note());
        }
        return record;
    }

    ProducerRecord<String, byte[]> leaseRecord(long epoch, long beat, boolean released) {
        return new ProducerRecord<>(partition.topic(), partition.partition(), LeaseRecord.key(store), new LeaseRecord(
                epoch, instance, member, beat, released).text().getBytes(StandardCharsets.UTF_8));
    }

    String store() {
        return store;
    }

    Duration lease() {
        return lease;
    }

    LongSupplier nanos() {
        return nanos;
    }

    private void closeWatch() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }

    @Override
    public void close() {
        closeWatch();
        reader.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}

package dev.tocsin.log;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door for a source of which one process at a time may bring in events: several contend, one leads, and its events, the
 * place from which to go on, and the ledger's rows are one transaction.
 *
 * <p><b>The fence</b> is the broker's: all contenders write as {@code src-<source>}, and who begins a term raises that
 * producer's epoch, which aborts what a leader before had not committed and refuses whatever it does later. Only then the
 * new leader reads the place; so it is that of the last transaction that was accepted, and none comes after it.
 *
 * <p><b>The lease</b> only says when to begin: each transaction of a leader has a record under {@code lease/<source>} in the
 * topic of the cursors, and a standby that has seen none for a lease, by its own monotonic clock, begins. A leader that ends
 * says so in a last one.
 *
 * <p>A producer is never opened again within a term: that would throw out whoever leads meanwhile. What goes wrong for good
 * ends the term. Methods of the appender are called by one thread at a time.
 */
public final class FencedAppender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FencedAppender.class);
    /** A leader that dies in a transaction holds back the readers of committed records for so long, if nobody follows it. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

    private final KafkaClients clients;
    private final Topics topics;
    private final String source;
    private final String member;
    private final Duration lease;
    private final BooleanSupplier mustWait;
    private final LongSupplier nanos;
    private final String instance = UUID.randomUUID().toString();
    private final StageCounts counts = new StageCounts();
    private final TopicPartition partition;
    private @Nullable LeaseWatch watch;
    private volatile @Nullable FencedTerm term;
    private volatile String leader = "";
    private volatile boolean closed;

    /** @param mustWait whether the log takes nothing at present, such as at the disk's ceiling */
    FencedAppender(String source, KafkaClients clients, Topics topics, String member, Duration lease,
            BooleanSupplier mustWait, LongSupplier nanos) {
        this.source = source;
        this.clients = clients;
        this.topics = topics;
        this.member = member;
        this.lease = lease;
        this.mustWait = mustWait;
        this.nanos = nanos;
        this.partition = new TopicPartition(topics.name(Topics.CURSORS),
                Records.partition(source, topics.partitions()));
    }

    /**
     * Begins a term when nobody leads, or when the leader has said nothing for a lease.
     *
     * @return empty while another leads, and while a term of this appender is not over
     * @throws LogException when the log is away; nothing has changed then
     */
    public synchronized Optional<FencedTerm> tryLead() {
        FencedTerm own = term;
        if (closed || (own != null && !own.isOver())) {
            return Optional.empty();
        }
        try {
            LeaseWatch watching = watch();
            watching.look();
            LeaseRecord last = watching.last();
            leader = last.released() ? "" : last.leader();
            boolean free = last.released() || last.instance().equals(instance)
                    || watching.silence().compareTo(lease) >= 0;
            return free ? begin() : Optional.empty();
        } catch (InterruptException e) {
            throw new LogException("interrupted", e);
        } catch (KafkaException e) {
            closeWatch();
            throw new LogException("the log cannot be asked who leads " + source + ": " + e.getMessage(), e);
        }
    }

    private LeaseWatch watch() {
        if (watch == null) {
            watch = new LeaseWatch(clients, partition, source, nanos);
        }
        return watch;
    }

    private Optional<FencedTerm> begin() {
        Producer<String, byte[]> producer = clients.producer(topics.name("src-" + source), TRANSACTION_TIMEOUT);
        FencedTerm next = null;
        try {
            producer.initTransactions();
            Place place = new Place();
            try (Consumer<String, byte[]> reader = clients.freeReader()) {
                Restore.readAll(clients, reader, List.of(partition), r -> {
                    if (r.key() != null && r.key().equals(key())) {
                        place.document = r.value() == null ? "" : new String(r.value(), StandardCharsets.UTF_8);
                    } else if (r.key() != null && r.key().equals(LeaseRecord.key(source))) {
                        place.epoch = LeaseRecord.parse(r.value()).epoch();
                    }
                });
            }
            FencedTerm begun = new FencedTerm(this, producer, place.epoch + 1, place.document);
            begun.renew();
            next = begun;
            term = begun;
            leader = member;
            LOG.info("{}: this process leads, epoch {}", source, begun.epoch());
            return Optional.of(begun);
        } catch (FencedException e) {
            LOG.debug("{}: another was quicker", source, e);
            return Optional.empty();
        } finally {
            if (next == null) {
                producer.close(Duration.ZERO);
            }
        }
    }

    private static final class Place {
        private long epoch;
        private String document = "";
    }

    /** Who leads, for people; empty when nobody does or it is not known. */
    public String leader() {
        return leader;
    }

    /** What it did since it was opened. */
    public StageStatus status() {
        FencedTerm own = term;
        boolean leads = own != null && !own.isOver();
        String error = leads && own != null ? own.error() : "";
        String state = closed ? "stopped" : !error.isEmpty() ? "failing" : leads ? "running" : "waiting";
        return new StageStatus("collect-" + source, state, counts.get("in"), 0, counts.get("out"), counts.dropped(),
                counts.get("dead"), 0, counts.perSecond(), 0, error);
    }

    String key() {
        return "source/" + source;
    }

    String source() {
        return source;
    }

    String member() {
        return member;
    }

    Duration lease() {
        return lease;
    }

    Topics topics() {
        return topics;
    }

    StageCounts counts() {
        return counts;
    }

    LongSupplier nanos() {
        return nanos;
    }

    boolean mustWait() {
        return mustWait.getAsBoolean();
    }

    boolean isClosed() {
        return closed;
    }

    LeaseRecord leaseRecord(long epoch, long beat, boolean released) {
        return new LeaseRecord(epoch, instance, member, beat, released);
    }

    /** A record of the partition in which everything of this source is that is replaced by what comes later. */
    ProducerRecord<String, byte[]> kept(String key, String value) {
        return new ProducerRecord<>(partition.topic(), partition.partition(), key,
                value.getBytes(StandardCharsets.UTF_8));
    }

    private synchronized void closeWatch() {
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }

    /** Ends the term, if there is one, so that another may begin at once. */
    @Override
    public void close() {
        closed = true;
        FencedTerm own = term;
        if (own != null) {
            own.close();
        }
        closeWatch();
    }
}

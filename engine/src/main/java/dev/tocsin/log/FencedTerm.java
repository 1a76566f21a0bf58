package dev.tocsin.log;

import dev.tocsin.event.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A term of leadership of one source in the log. Thread-safe; one call at a time writes.
 *
 * @see FencedAppender
 */
public final class FencedTerm implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FencedTerm.class);
    private static final String STAGE = "collect";
    private static final long WAIT_MIN_MILLIS = 100;
    private static final long WAIT_MAX_MILLIS = 5_000;
    private static final int DOCUMENT_BYTES_MAX = 8 << 20;
    private static final int CLOSE_SECONDS = 5;

    private final FencedAppender owner;
    private final Producer<String, byte[]> producer;
    private final long epoch;
    private final String document;
    private final LedgerBook book;
    private final ReentrantLock writing = new ReentrantLock();
    private final long held;
    private long beat;
    private volatile long renewed;
    private volatile @Nullable Throwable over;
    private volatile boolean closing;
    private volatile String error = "";

    FencedTerm(FencedAppender owner, Producer<String, byte[]> producer, long epoch, String document) {
        this.owner = owner;
        this.producer = producer;
        this.epoch = epoch;
        this.document = document;
        this.held = owner.lease().toNanos() / 10 * 9;
        this.renewed = owner.nanos().getAsLong();
        this.book = new LedgerBook(STAGE, ("src-" + owner.source() + "-" + owner.member()).replace('|', '_'));
    }

    /** Greater than that of any term of the source before; 1 or more. */
    public long epoch() {
        return epoch;
    }

    /** What was written last as the source's place when this term began, or empty. */
    public String document() {
        return document;
    }

    /**
     * Writes events for {@code intake}, what could not be made an event, and the place from which to go on: all of it or
     * nothing, and durably when this returns. Waits while the log takes nothing (disk ceiling, broker away) for as long as
     * that takes; what the broker refused for now is tried again.
     *
     * @param place replaces the document; empty leaves it as it is
     * @throws FencedException when another term has begun; nothing was written
     * @throws LogException when this process is closing or the producer broke; the term is over then, and the next one's
     *         document says whether it was written
     * @throws IllegalArgumentException when an event or the place is larger than the log takes; nothing was written
     */
    public void append(List<Event> events, List<Appender.DeadLetter> dead, String place) throws InterruptedException {
        events.forEach(Records::checkSize);
        dead.forEach(d -> Records.checkSize(d.event()));
        if (place.length() > DOCUMENT_BYTES_MAX / 3
                && place.getBytes(StandardCharsets.UTF_8).length > DOCUMENT_BYTES_MAX) {
            throw new IllegalArgumentException("the place of a source may have " + DOCUMENT_BYTES_MAX
                    + " bytes at most");
        }
        while (owner.mustWait() && !isEnding() && !(events.isEmpty() && dead.isEmpty())) {
            // The lease goes on: another leader would have to wait for the same disk.
            if (owner.nanos().getAsLong() - renewed > owner.lease().toNanos() / 3) {
                renew();
            }
            TimeUnit.MILLISECONDS.sleep(Math.min(WAIT_MIN_MILLIS * 2, owner.lease().toMillis() / 4));
        }
        writing.lockInterruptibly();
        try {
            transact(false, out -> send(out, events, dead, place));
            owner.counts().add("in", events.size() + (long) dead.size());
            owner.counts().add("out", events.size());
            owner.counts().add("dead", dead.size());
        } finally {
            writing.unlock();
        }
    }

    /**
     * Says that the leader lives; nothing to do while it writes.
     *
     * @throws FencedException when another term has begun
     */
    public void renew() {
        if (!writing.tryLock()) {
            return;
        }
        try {
            transact(false, _ -> {
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted", e);
        } finally {
            writing.unlock();
        }
    }

    /** Whether, by this process's monotonic clock, nobody else can have begun. A hint to stop early, not the fence. */
    public boolean isHeld() {
        return over == null && owner.nanos().getAsLong() - renewed < held;
    }

    boolean isOver() {
        return over != null;
    }

    /** What troubles it and what happens now, or empty. */
    String error() {
        return error;
    }

    private boolean isEnding() {
        return closing || owner.isClosed();
    }

    private void send(Producer<String, byte[]> out, List<Event> events, List<Appender.DeadLetter> dead, String place) {
        Topics topics = owner.topics();
        for (Event event : events) {
            out.send(Records.of(topics.name(Stream.INTAKE), partition(event), event));
            count("in", BatchOutput.NOWHERE, event);
            count("out", Stream.INTAKE.topic(), event);
        }
        for (Appender.DeadLetter d : dead) {
            Event wrapped = DeadLetters.wrap(d.event(), STAGE, Stream.INTAKE.topic(), d.cause());
            out.send(Records.of(topics.name(Stream.DEAD), partition(d.event()), wrapped));
            count("in", BatchOutput.NOWHERE, d.event());
            count("dead", BatchOutput.NOWHERE, d.event());
        }
        if (!place.isEmpty()) {
            out.send(owner.kept(owner.key(), place));
        }
        int partition = Math.floorMod(STAGE.hashCode(), topics.partitions());
        book.changes().forEach((key, value) -> out.send(new ProducerRecord<>(topics.name(Topics.LEDGER), partition, key,
                value.getBytes(StandardCharsets.UTF_8))));
    }

    private int partition(Event event) {
        return Records.partition(event.key(), owner.topics().partitions());
    }

    private void count(String kind, String stream, Event e) {
        book.add(kind, stream, e.customer(), e.time(), e.id());
    }

    /** Tries until it is committed, or the term is over. */
    private void transact(boolean released, Consumer<Producer<String, byte[]>> sends) throws InterruptedException {
        for (long wait = WAIT_MIN_MILLIS;; wait = Math.min(WAIT_MAX_MILLIS, wait * 2)) {
            checkTerm();
            long sent = owner.nanos().getAsLong();
            try {
                producer.beginTransaction();
                beat++;
                sends.accept(producer);
                producer.send(owner.kept(LeaseRecord.key(owner.source()),
                        owner.leaseRecord(epoch, beat, released).text()));
                insist(producer::commitTransaction);
                book.written();
                renewed = sent;
                error = "";
                return;
            } catch (RuntimeException e) {
                checkEnd(e);
                book.newRun();
                error = e.getMessage() + "; trying again in " + wait + " ms, nothing is lost";
                LOG.warn("{}: {}", owner.source(), error);
                abort(e);
                if (isEnding()) {
                    throw end(e);
                }
                TimeUnit.MILLISECONDS.sleep(wait);
            }
        }
    }

    private void checkTerm() {
        Throwable ended = over;
        if (ended != null) {
            throw new FencedException("epoch " + epoch + " of " + owner.source() + " is over: " + ended.getMessage(),
                    ended);
        }
    }

    /** Nothing of it is there afterwards; a producer that cannot even say that is of no use any more. */
    private void abort(RuntimeException cause) throws InterruptedException {
        try {
            insist(producer::abortTransaction);
        } catch (RuntimeException e) {
            checkEnd(e);
            cause.addSuppressed(e);
            throw end(cause);
        }
    }

    /** @throws FencedException when that is what the failure means */
    private void checkEnd(RuntimeException e) throws InterruptedException {
        if (e instanceof InterruptException) {
            end(e);
            throw (InterruptedException) new InterruptedException("interrupted while writing").initCause(e);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
                throw fenced(e);
            }
        }
    }

    /** How a transaction ends must be known; asking again after a time-out asks for the same end. */
    private void insist(Runnable end) {
        while (true) {
            try {
                end.run();
                return;
            } catch (TimeoutException e) {
                error = e.getMessage() + "; trying again, nothing is lost";
                if (isEnding()) {
                    throw e;
                }
            }
        }
    }

    private FencedException fenced(RuntimeException e) {
        end(e);
        return new FencedException("epoch " + epoch + " of " + owner.source()
                + " is over, another has begun; nothing was written", e);
    }

    private LogException end(RuntimeException e) {
        over = e;
        producer.close(Duration.ZERO);
        return new LogException("epoch " + epoch + " of " + owner.source() + " ends: " + e.getMessage(), e);
    }

    /** Says that it ends, so that another begins at once. What fails here is left to the lease. */
    @Override
    public void close() {
        closing = true;
        try {
            if (!writing.tryLock(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                // Whoever writes is waiting for a broker that is away.
                end(new LogException("it was ended here"));
                return;
            }
            try {
                if (over == null) {
                    transact(true, _ -> {
                    });
                    end(new LogException("it was ended here"));
                }
            } finally {
                writing.unlock();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (LogException e) {
            LOG.debug("{}: the lease must run out: {}", owner.source(), e.getMessage());
        }
    }
}

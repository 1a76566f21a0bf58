package dev.tocsin.log;

import dev.tocsin.fabric.store.StoreLog;
import dev.tocsin.fabric.store.StoreTerm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** A term of a master of a store. What goes wrong ends it: who comes next reads from the log what was committed. */
final class StoreTopicTerm implements StoreTerm {
    private final StoreTopic topic;
    private final Producer<String, byte[]> producer;
    private final long epoch;
    private final long end;
    private long beat;
    private long renewed;
    private boolean over;

    StoreTopicTerm(StoreTopic topic, Producer<String, byte[]> producer, long epoch, long end) {
        this.topic = topic;
        this.producer = producer;
        this.epoch = epoch;
        this.end = end;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long end() {
        return end;
    }

    boolean isOver() {
        return over;
    }

    /** @throws FencedException when another term has begun. @throws LogException when it is not known what became of it */
    @Override
    public long append(List<StoreLog.Kept> records) {
        return transact(records, false);
    }

    private long transact(List<StoreLog.Kept> records, boolean released) {
        if (over) {
            throw new LogException("epoch " + epoch + " of the store " + topic.store() + " is over");
        }
        long sent = topic.nanos().getAsLong();
        try {
            producer.beginTransaction();
            beat++;
            records.forEach(r -> producer.send(topic.record(r)));
            Future<RecordMetadata> last = producer.send(topic.leaseRecord(epoch, beat, released));
            producer.commitTransaction();
            renewed = sent;
            return last.get().offset() + 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw end(e);
        } catch (RuntimeException | ExecutionException e) {
            throw end(e);
        }
    }

    private LogException end(Exception e) {
        over = true;
        producer.close(Duration.ZERO);
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
                return new FencedException("epoch " + epoch + " of the store " + topic.store()
                        + " is over, another has begun", e);
            }
        }
        return new LogException("epoch " + epoch + " of the store " + topic.store() + " ends: " + e.getMessage(), e);
    }

    @Override
    public boolean isHeld() {
        return !over && topic.nanos().getAsLong() - renewed < topic.lease().toNanos() / 10 * 9;
    }

    @Override
    public void close() {
        if (!over) {
            try {
                transact(List.of(), true);
                over = true;
                producer.close(Duration.ZERO);
            } catch (LogException e) {
                // The lease must run out, then; nothing is lost.
                over = true;
            }
        }
    }
}

package dev.tocsin.log;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a stage takes up its work: by the log's offsets, or by those that its own results carry. */
final class Place {
    private static final Logger LOG = LoggerFactory.getLogger(Place.class);

    /**
     * The stage's results are not where the log is: what must be written to bring the log to them. When they are behind,
     * the log's mark must go back at once, or what is still to be read again could be deleted as handled.
     */
    record Differs(Map<TopicPartition, Long> offsets, Map<String, String> ledger) {
    }

    private Place() {
    }

    /**
     * Seeks each partition to where the stage stands and sets the ledger's generation.
     *
     * @param own the last commit kept with the stage's results; NONE for a stage that has none outside the log
     */
    static Optional<Differs> resume(String stage, Collection<TopicPartition> assigned,
            Consumer<String, byte[]> consumer,
            Commit own, Topics topics, LedgerBook book) {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(new HashSet<>(assigned));
        int generation = book.generation();
        for (OffsetAndMetadata offset : committed.values()) {
            generation = Math.max(generation, offset == null ? 0 : generation(offset.metadata()));
        }
        book.generation(generation);
        if (own.offsets().isEmpty() && !own.ledger().equals(Commit.LOST)) {
            return Optional.empty();
        }
        Map<TopicPartition, Long> end = consumer.endOffsets(assigned);
        Map<TopicPartition, Long> begin = consumer.beginningOffsets(assigned);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        boolean ahead = false;
        boolean behind = false;
        for (TopicPartition tp : assigned) {
            OffsetAndMetadata inLog = committed.get(tp);
            long log = inLog == null ? 0 : inLog.offset();
            long mine = own.offsets().getOrDefault(topics.plain(tp.topic()) + "-" + tp.partition(), 0L);
            long last = end.getOrDefault(tp, 0L);
            if (mine > last) {
                LOG.warn(
                        "stage {} is at offset {} of {}, which ends at {}: its results are of another log; reading anew",
                        stage, mine, tp, last);
                mine = 0;
            }
            ahead |= mine > log;
            behind |= mine < log;
            if (mine != log) {
                offsets.put(tp, mine);
            }
            consumer.seek(tp, Math.max(mine, begin.getOrDefault(tp, 0L)));
        }
        if (behind) {
            book.generation(generation + 1);
            LOG.warn("stage {}: its results are older than the log's mark; reading again what is missing", stage);
        }
        return offsets.isEmpty()
                ? Optional.empty()
                : Optional.of(new Differs(offsets, ahead ? LedgerBook.fromText(own.ledger()) : Map.of()));
    }

    private static int generation(String metadata) {
        return metadata.matches("g=\\d{1,9}") ? Integer.parseInt(metadata.substring(2)) : 0;
    }
}

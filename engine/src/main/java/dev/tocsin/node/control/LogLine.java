package dev.tocsin.node.control;

import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.Vector;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A line of a node's own log, or something that happened to its part of the fabric. On the fabric a row of the log
 * {@code tocsin}: {@code [time, node, level, logger, message]}.
 *
 * @param level INFO, WARN or ERROR
 * @param logger which part of the node said it; {@code fabric} for what happened to the fabric
 */
public record LogLine(Instant time, String node, String level, String logger, String message) {
    static final String STREAM = "tocsin";

    Value toValue() {
        long nanos = TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
        return Value.vector(new Value.Timestamp(nanos), Value.of(node), Value.of(level), Value.of(logger), Value.of(
                message));
    }

    /** @return empty when it is none */
    static Optional<LogLine> of(Value value) {
        if (value instanceof Vector row && row.size() == 5 && row.get(0) instanceof Value.Timestamp time
                && row.get(1) instanceof Value.Text node && row.get(2) instanceof Value.Text level
                && row.get(3) instanceof Value.Text logger && row.get(4) instanceof Value.Text message) {
            return Optional.of(new LogLine(Instant.ofEpochSecond(0, time.nanos()), node.utf8(), level.utf8(), logger
                    .utf8(), message.utf8()));
        }
        return Optional.empty();
    }
}

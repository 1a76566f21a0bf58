package dev.tocsin.fabric.cluster;

import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Rows on their way to a logger. Sender and numbers name them: a batch that is sent again has the same ones.
 *
 * @param sender endpoint id of the node that wrote them
 * @param number of the batch, from 1 on
 * @param firstRow number of the first row, from 1 on; the others follow
 */
public record LogBatch(String sender, long number, long firstRow, List<LogRow> rows) {
    static final String WRITE = "Tocsin::log_write";
    static final String KEPT = "Tocsin::log_kept";

    public LogBatch {
        Objects.requireNonNull(sender);
        rows = List.copyOf(rows);
    }

    EventCall toCall() {
        List<Value> values = new ArrayList<>(rows.size());
        rows.forEach(r -> values.add(Value.vector(Value.of(r.stream()), r.value())));
        return EventCall.of(WRITE, Value.of(sender), Value.count(number), Value.count(firstRow), new Vector(values));
    }

    /** @return empty if it is none */
    static Optional<LogBatch> of(EventCall call) {
        if (!call.name().equals(WRITE) || call.args().size() != 4 || !(call.args().get(0) instanceof Value.Text sender)
                || !(call.args().get(1) instanceof Value.Count number)
                || !(call.args().get(2) instanceof Value.Count first)
                || !(call.args().get(3) instanceof Vector values)) {
            return Optional.empty();
        }
        List<LogRow> rows = new ArrayList<>(values.size());
        for (Value value : values.items()) {
            if (!(value instanceof Vector pair) || pair.size() != 2 || !(pair.get(0) instanceof Value.Text stream)) {
                return Optional.empty();
            }
            rows.add(new LogRow(stream.utf8(), pair.get(1)));
        }
        return Optional.of(new LogBatch(sender.utf8(), number.value(), first.value(), rows));
    }
}

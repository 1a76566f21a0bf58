package dev.tocsin.log;

import dev.tocsin.event.Digest;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one worker counts. Rows are cumulative within a run and are written, as they stand, in the transaction of the
 * events they count; so a reader needs only the last value of each row, and a worker that starts needs to read nothing:
 * it begins a new run at zero. After a transaction that failed a new run begins, too. Owned by the worker's thread.
 */
final class LedgerBook {
    /** Old minutes are not needed once written; a new run after so many rows keeps the book small. */
    private static final int ROWS_MAX = 5_000;

    private record Cell(String stream, String customer, long minute, String kind) {
    }

    private record Recent(Cell cell, Digest.Adder adder) {
        static final Recent NONE = new Recent(new Cell("", "", Long.MIN_VALUE, ""), new Digest.Adder());

        boolean is(String stream, String customer, long minute, String kind) {
            return cell.minute == minute && cell.kind.equals(kind) && cell.stream.equals(stream)
                    && cell.customer.equals(customer);
        }
    }

    private final String stage;
    private final String worker;
    private final Map<Cell, Digest.Adder> cells = new HashMap<>();
    private final Set<Cell> changed = new HashSet<>();
    /** Where the last events were counted; what is here is in {@link #changed}. */
    private Recent recent = Recent.NONE;
    private Recent before = Recent.NONE;
    private String run = "";
    private int generation;

    LedgerBook(String stage, String worker) {
        this.stage = stage;
        this.worker = worker;
        newRun();
    }

    int generation() {
        return generation;
    }

    /** From now on the stage reads its input another time: what was counted before no longer counts. */
    void generation(int next) {
        if (next != generation) {
            generation = next;
            newRun();
        }
    }

    /** Forgets what was counted and not committed, and all that was. */
    void newRun() {
        cells.clear();
        changed.clear();
        forgetRecent();
        run = Long.toString(System.currentTimeMillis(), 36) + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    void add(String kind, String stream, String customer, Instant time, EventId id) {
        long minute = Math.floorDiv(time.getEpochSecond(), 60L);
        // Most events count where one of the last two did: as what came in, and as what became of it.
        Recent hit = recent.is(stream, customer, minute, kind)
                ? recent
                : before.is(stream, customer, minute, kind) ? before : look(stream, customer, minute, kind);
        hit.adder.add(id);
    }

    private Recent look(String stream, String customer, long minute, String kind) {
        Cell cell = new Cell(stream, customer, minute, kind);
        before = recent;
        recent = new Recent(cell, cells.computeIfAbsent(cell, _ -> new Digest.Adder()));
        changed.add(cell);
        return recent;
    }

    private void forgetRecent() {
        recent = Recent.NONE;
        before = Recent.NONE;
    }

    /** The rows that changed since {@link #written}, as key and value of ledger records. */
    Map<String, String> changes() {
        Map<String, String> out = new HashMap<>();
        for (Cell c : changed) {
            Digest.Adder adder = cells.get(c);
            if (adder != null) {
                out.put(new LedgerRow.Key(stage, generation, worker, run, c.stream, c.customer, c.minute, c.kind)
                        .text(),
                        LedgerRow.value(adder.digest()));
            }
        }
        return out;
    }

    /** The changes are committed. */
    void written() {
        changed.clear();
        forgetRecent();
        if (cells.size() > ROWS_MAX) {
            newRun();
        }
    }

    static String toText(Map<String, String> changes) {
        ObjectNode json = Json.object();
        changes.forEach(json::put);
        return json.toString();
    }

    static Map<String, String> fromText(String text) {
        Map<String, String> out = new HashMap<>();
        if (!text.isEmpty()) {
            Json.read(text).properties().forEach(e -> out.put(e.getKey(), e.getValue().asString()));
        }
        return out;
    }
}

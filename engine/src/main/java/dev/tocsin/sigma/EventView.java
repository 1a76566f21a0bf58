package dev.tocsin.sigma;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One event while it is matched: each field is looked up once, each distinct item is decided once. Owned by one thread. */
final class EventView {
    private static final byte HOLDS = 1;
    private static final byte FAILS = 2;

    private final JsonNode event;
    private final FieldTable table;
    private final @Nullable FieldValues[] values;
    private final byte[] decided;
    private @Nullable FieldValues everything;

    EventView(JsonNode event, FieldTable table) {
        this.event = event;
        this.table = table;
        values = new FieldValues[table.size()];
        decided = new byte[table.itemCount()];
    }

    FieldValues field(int slot) {
        FieldValues found = values[slot];
        if (found == null) {
            found = FieldValues.read(event, table.paths(slot));
            values[slot] = found;
        }
        return found;
    }

    FieldValues everything() {
        if (everything == null) {
            everything = FieldValues.all(event);
        }
        return everything;
    }

    boolean holds(CompiledItem item) {
        byte known = decided[item.number()];
        if (known == 0) {
            known = item.decide(this) ? HOLDS : FAILS;
            decided[item.number()] = known;
        }
        return known == HOLDS;
    }
}

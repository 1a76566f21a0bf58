package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Table;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueSet;
import dev.tocsin.fabric.data.Vector;

/** How many bytes a value takes as broker-bin-v1, or a few more, without writing it. */
final class Weights {
    private static final int SCALAR_BYTES = 18;

    private Weights() {
    }

    static long bytes(Value value) {
        return switch (value) {
            case Value.Text text -> 6L + text.bytes().length();
            case Value.Enumerator name -> 6L + name.name().length();
            case Vector vector -> vector.items().stream().mapToLong(Weights::bytes).sum() + 6;
            case ValueSet set -> set.items().stream().mapToLong(Weights::bytes).sum() + 6;
            case Table table -> table.entries().stream().mapToLong(e -> bytes(e.key()) + bytes(e.value())).sum() + 6;
            default -> SCALAR_BYTES;
        };
    }
}

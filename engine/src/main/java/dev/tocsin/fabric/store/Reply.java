package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.data.Vector;
import org.jspecify.annotations.Nullable;

/** How a request ended. @param fault null if it was done. @param text what went wrong, for people */
record Reply(long id, @Nullable StoreFault fault, String text, Value value, long revision) {
    static Reply done(long id, Value value, long revision) {
        return new Reply(id, null, "", value, revision);
    }

    static Reply refused(long id, StoreException e, long revision) {
        return new Reply(id, e.fault(), String.valueOf(e.getMessage()), Value.NONE, revision);
    }

    Value toValue() {
        return Operation.vector(Value.integer(id), Value.of(fault == null ? "" : fault.text()), Value.of(text), value,
                Value.count(revision));
    }

    byte[] toBytes() {
        return BinValues.write(toValue());
    }

    /** @throws ValueException if it is none */
    static Reply of(Value value) {
        if (value instanceof Vector v && v.size() == 5 && v.get(0) instanceof Value.Int id
                && v.get(1) instanceof Value.Text fault && v.get(2) instanceof Value.Text text
                && v.get(4) instanceof Value.Count revision) {
            return new Reply(id.value(), fault.utf8().isEmpty() ? null : StoreFault.of(fault.utf8()), text.utf8(), v
                    .get(3), revision.value());
        }
        throw new ValueException("not a reply of a store");
    }
}

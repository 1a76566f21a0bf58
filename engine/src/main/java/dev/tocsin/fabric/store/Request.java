package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.data.Vector;
import java.util.UUID;

/**
 * What a client asks a master.
 *
 * @param id of a mutation: 1, 2 and so on, in the order in which they are to be made; of a query: negative
 * @param oldest the first mutation that the client still waits for; those before may be forgotten
 */
record Request(UUID client, long id, long oldest, Operation operation) {
    byte[] toBytes() {
        return BinValues.write(Operation.vector(Value.of(client.toString()), Value.integer(id), Value.integer(oldest),
                operation.toValue()));
    }

    /** @throws ValueException if it is none */
    static Request read(byte[] bytes) {
        if (BinValues.read(bytes) instanceof Vector v && v.size() == 4 && v.get(0) instanceof Value.Text client
                && v.get(1) instanceof Value.Int id && v.get(2) instanceof Value.Int oldest) {
            Operation operation = Operation.of(v.get(3));
            if (operation instanceof Mutation == id.value() > 0 && oldest.value() <= Math.max(0, id.value())) {
                return new Request(id(client), id.value(), oldest.value(), operation);
            }
        }
        throw new ValueException("not a request of a store");
    }

    private static UUID id(Value.Text text) {
        try {
            return UUID.fromString(text.utf8());
        } catch (IllegalArgumentException _) {
            throw new ValueException("not a client of a store");
        }
    }
}

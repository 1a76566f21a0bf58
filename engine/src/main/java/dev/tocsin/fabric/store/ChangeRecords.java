package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.data.Vector;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a store stands in its log. The first byte of the key says what it is: {@code e} an entry, followed by its key;
 * {@code c} the last clear, which ends everything before it; {@code s} a client's session, followed by its id; {@code m}
 * how far the master had come.
 */
final class ChangeRecords {
    private static final byte[] CLEAR = {'c'};
    private static final byte[] MARK = {'m'};
    private static final byte[] NO_NOTE = new byte[0];
    private static final Map<Value, Change.Kind> KINDS = Arrays.stream(Change.Kind.values()).collect(Collectors.toMap(
            Operation::name, kind -> kind));

    /** What a master says of itself after each transaction. */
    record Beat(String master, long epoch, long revision, long size, long digest, long atMillis) {
    }

    /** What can be done with what was read. */
    interface Reader {
        void change(Change.Kind kind, Value key, @Nullable Entry after, long revision, String publisher);

        /** @param told empty when it is to be forgotten */
        void session(UUID client, byte[] told);

        void beat(Beat beat);
    }

    private ChangeRecords() {
    }

    static StoreLog.Kept of(Change change) {
        byte[] note = BinValues.write(Operation.vector(Operation.name(change.kind()), Value.count(change.revision()),
                Value.of(change.publisher())));
        if (change.kind() == Change.Kind.CLEAR) {
            return new StoreLog.Kept(CLEAR, note, note);
        }
        byte[] key = prefixed('e', BinValues.write(change.key()));
        Entry after = change.after();
        return new StoreLog.Kept(key, after == null
                ? null
                : BinValues.write(Operation.vector(after.value(), Value.count(after.revision()), Value.count(after
                        .spanMillis()), Value.count(after.dueMillis()))),
                note);
    }

    static StoreLog.Kept of(UUID client, byte[] told) {
        byte[] id = ByteBuffer.allocate(16).putLong(client.getMostSignificantBits()).putLong(client
                .getLeastSignificantBits()).array();
        return new StoreLog.Kept(prefixed('s', id), told.length == 0 ? null : told, NO_NOTE);
    }

    static StoreLog.Kept of(Beat beat) {
        return new StoreLog.Kept(MARK, BinValues.write(Operation.vector(Value.of(beat.master), Value.count(beat.epoch),
                Value.count(beat.revision), Value.count(beat.size), Value.count(beat.digest), Value.integer(
                        beat.atMillis))),
                NO_NOTE);
    }

    /** @throws ValueException if it is not a record of a store */
    static void read(StoreLog.Kept record, Reader reader) {
        byte[] value = record.value();
        switch (record.key().length == 0 ? 0 : record.key()[0]) {
            case 'e' -> {
                Value key = BinValues.read(record.key(), 1, record.key().length);
                Note note = Note.read(record.note());
                reader.change(note.kind, key, value == null ? null : entry(key, value), note.revision, note.publisher);
            }
            case 'c' -> {
                Note note = Note.read(record.note());
                reader.change(note.kind, Value.NONE, null, note.revision, note.publisher);
            }
            case 's' -> {
                ByteBuffer id = ByteBuffer.wrap(record.key(), 1, 16);
                reader.session(new UUID(id.getLong(), id.getLong()), value == null ? NO_NOTE : value);
            }
            case 'm' -> reader.beat(beat(value));
            default -> throw new ValueException("not a record of a store");
        }
    }

    private record Note(Change.Kind kind, long revision, String publisher) {
        static Note read(byte[] bytes) {
            if (BinValues.read(bytes) instanceof Vector v && v.size() == 3 && v.get(0) instanceof Value.Text kind
                    && v.get(1) instanceof Value.Count revision && v.get(2) instanceof Value.Text publisher) {
                return new Note(kindOf(kind), revision.value(), publisher.utf8());
            }
            throw new ValueException("not a note of a store");
        }
    }

    private static Change.Kind kindOf(Value.Text name) {
        Change.Kind kind = KINDS.get(name);
        if (kind == null) {
            throw new ValueException("not a change of a store: " + name.utf8());
        }
        return kind;
    }

    private static Entry entry(Value key, byte[] bytes) {
        if (BinValues.read(bytes) instanceof Vector v && v.size() == 4 && v.get(1) instanceof Value.Count revision
                && v.get(2) instanceof Value.Count span && v.get(3) instanceof Value.Count due) {
            return Entry.of(key, v.get(0), revision.value(), span.value(), due.value());
        }
        throw new ValueException("not an entry of a store");
    }

    private static Beat beat(byte @Nullable [] bytes) {
        if (bytes != null && BinValues.read(bytes) instanceof Vector v && v.size() == 6
                && v.get(0) instanceof Value.Text master && v.get(1) instanceof Value.Count epoch
                && v.get(2) instanceof Value.Count revision && v.get(3) instanceof Value.Count size
                && v.get(4) instanceof Value.Count digest && v.get(5) instanceof Value.Int at) {
            return new Beat(master.utf8(), epoch.value(), revision.value(), size.value(), digest.value(), at
                    .value());
        }
        throw new ValueException("not a mark of a store");
    }

    private static byte[] prefixed(char kind, byte[] rest) {
        byte[] all = Arrays.copyOf(new byte[]{(byte) kind}, rest.length + 1);
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}

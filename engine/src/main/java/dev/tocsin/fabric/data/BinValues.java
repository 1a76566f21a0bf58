package dev.tocsin.fabric.data;

import dev.tocsin.fabric.data.Value.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values in {@value #FORMAT}: one byte of type, then the content, big endian; lengths with seven bits in a byte.
 *
 * <p>Reading is strict: sets and tables must be sorted and without repetition, lengths no longer than needed, nothing
 * may follow the value. No length is believed before as many bytes are there.
 */
public final class BinValues {
    /** How Zeek names the format in its messages. */
    public static final String FORMAT = "broker-bin-v1";

    private static final Type[] TYPES = Type.values();

    private BinValues() {
    }

    public static byte[] write(Value value) {
        BinWriter out = new BinWriter();
        write(value, out);
        return out.toByteArray();
    }

    /** @throws ValueException if it is not exactly one value */
    public static Value read(byte[] bytes) {
        return read(bytes, 0, bytes.length);
    }

    /** Reads bytes {@code from} to before {@code to}. @throws ValueException if they are not exactly one value */
    public static Value read(byte[] bytes, int from, int to) {
        BinReader in = new BinReader(bytes, from, to);
        Value value = read(in);
        in.end();
        return value;
    }

    private static void write(Value value, BinWriter out) {
        out.u8(value.type().ordinal());
        switch (value) {
            case Value.None _ -> {
            }
            case Value.Bool v -> out.u8(v.value() ? 1 : 0);
            case Value.Count v -> out.u64(v.value());
            case Value.Int v -> out.u64(v.value());
            case Value.Real v -> out.f64(v.value());
            case Value.Text v -> string(v.bytes(), out);
            case Value.Enumerator v -> string(v.name(), out);
            case Value.Timestamp v -> out.u64(v.nanos());
            case Value.Timespan v -> out.u64(v.nanos());
            case Address v -> address(v, out);
            case Subnet v -> {
                address(v.network(), out);
                out.u8(v.bits());
            }
            case Port v -> {
                out.u16(v.number());
                out.u8(v.protocol().ordinal());
            }
            case Vector v -> items(v.items(), out);
            case ValueSet v -> items(v.items(), out);
            case Table v -> {
                out.varbyte(v.size());
                for (Table.Entry entry : v.entries()) {
                    write(entry.key(), out);
                    write(entry.value(), out);
                }
            }
        }
    }

    private static void string(Bytes bytes, BinWriter out) {
        out.varbyte(bytes.length());
        out.bytes(bytes);
    }

    private static void address(Address address, BinWriter out) {
        out.u64(address.high());
        out.u64(address.low());
    }

    private static void items(List<Value> items, BinWriter out) {
        out.varbyte(items.size());
        for (Value item : items) {
            write(item, out);
        }
    }

    /** Keeps its own stack of containers that are not yet complete, so depth costs no stack of ours. */
    private static Value read(BinReader in) {
        Open open = null;
        int depth = 0;
        while (true) {
            Type type = type(in);
            Value value;
            if (type == Type.VECTOR || type == Type.SET || type == Type.TABLE) {
                if (depth == Value.MAX_DEPTH) {
                    throw in.fail("nested deeper than " + Value.MAX_DEPTH);
                }
                int each = type == Type.TABLE ? 2 : 1;
                open = new Open(type, each * in.varbyte("the size of a " + type.text(), each), open);
                depth++;
                value = open.left == 0 ? open.complete(in) : null;
            } else {
                value = scalar(type, in);
            }
            if (value == null) {
                continue;
            }
            if (open != null && open.left == 0) {
                open = open.outer;
                depth--;
            }
            while (open != null && open.add(value)) {
                value = open.complete(in);
                open = open.outer;
                depth--;
            }
            if (open == null) {
                return value;
            }
        }
    }

    /** A container of which elements are still to come; a table's keys and values stand in turn. */
    private static final class Open {
        private final Type type;
        private final @Nullable Open outer;
        private final List<Value> items;
        private int left;

        Open(Type type, int size, @Nullable Open outer) {
            this.type = type;
            this.left = size;
            this.outer = outer;
            this.items = new ArrayList<>(Math.min(size, 64));
        }

        /** Whether it was the last. */
        boolean add(Value value) {
            items.add(value);
            return --left == 0;
        }

        Value complete(BinReader in) {
            return switch (type) {
                case SET -> set(items, in);
                case TABLE -> table(items, in);
                default -> new Vector(items);
            };
        }
    }

    private static Type type(BinReader in) {
        int tag = in.u8("a type");
        if (tag >= TYPES.length) {
            throw in.fail("no such type: " + tag);
        }
        return TYPES[tag];
    }

    private static Value scalar(Type type, BinReader in) {
        return switch (type) {
            case BOOLEAN -> bool(in);
            case COUNT -> new Value.Count(in.u64("a count"));
            case INTEGER -> new Value.Int(in.u64("an integer"));
            case REAL -> new Value.Real(in.f64("a real"));
            case STRING -> new Value.Text(in.bytes(in.varbyte("the length of a string", 1), "a string"));
            case ENUM -> new Value.Enumerator(in.bytes(in.varbyte("the length of an enum", 1), "an enum"));
            case ADDRESS -> address(in);
            case SUBNET -> subnet(in);
            case PORT -> port(in);
            case TIMESTAMP -> new Value.Timestamp(in.u64("a timestamp"));
            case TIMESPAN -> new Value.Timespan(in.u64("a timespan"));
            case NONE, VECTOR, SET, TABLE -> Value.NONE;
        };
    }

    private static Value bool(BinReader in) {
        int value = in.u8("a boolean");
        if (value > 1) {
            throw in.fail("a boolean is 0 or 1, not " + value);
        }
        return Value.of(value == 1);
    }

    private static Address address(BinReader in) {
        return new Address(in.u64("an address"), in.u64("an address"));
    }

    private static Subnet subnet(BinReader in) {
        Address network = address(in);
        int bits = in.u8("a subnet");
        if (bits > 128) {
            throw in.fail("a subnet has at most 128 bits, not " + bits);
        }
        return new Subnet(network, bits);
    }

    private static Port port(BinReader in) {
        int number = in.u16("a port");
        int protocol = in.u8("a port");
        if (protocol > 3) {
            throw in.fail("no such protocol of a port: " + protocol);
        }
        return new Port(number, Port.Protocol.values()[protocol]);
    }

    private static Value set(List<Value> items, BinReader in) {
        for (int i = 1; i < items.size(); i++) {
            if (items.get(i - 1).compareTo(items.get(i)) >= 0) {
                throw in.fail("a set is not sorted or repeats a value");
            }
        }
        return ValueSet.of(items);
    }

    private static Value table(List<Value> items, BinReader in) {
        List<Table.Entry> entries = new ArrayList<>(items.size() / 2);
        for (int i = 0; i < items.size(); i += 2) {
            if (i > 0 && items.get(i - 2).compareTo(items.get(i)) >= 0) {
                throw in.fail("a table is not sorted or repeats a key");
            }
            entries.add(new Table.Entry(items.get(i), items.get(i + 1)));
        }
        return Table.ofUnique(entries).orElseThrow(() -> in.fail("a table repeats a key"));
    }
}

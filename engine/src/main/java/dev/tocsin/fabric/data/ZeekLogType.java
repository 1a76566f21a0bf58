package dev.tocsin.fabric.data;

import java.util.ArrayList;
import java.util.List;

/** Zeek's types of log fields and how their values are written. */
public final class ZeekLogType {
    public static final int BOOL = 1;
    public static final int INT = 2;
    public static final int COUNT = 3;
    public static final int DOUBLE = 4;
    public static final int TIME = 5;
    public static final int INTERVAL = 6;
    public static final int STRING = 7;
    public static final int ENUM = 9;
    public static final int PORT = 10;
    public static final int ADDR = 11;
    public static final int SUBNET = 12;
    public static final int SET = 14;
    public static final int FUNC = 17;
    public static final int FILE = 18;
    public static final int VECTOR = 19;

    private static final double BILLION = 1e9;
    private static final double SECONDS_MAX = Long.MAX_VALUE / BILLION - 1;

    private ZeekLogType() {
    }

    static Value read(BinReader in) {
        return read(in, true);
    }

    private static Value read(BinReader in, boolean outermost) {
        int type = in.u32("a value's type");
        in.u32("a value's subtype");
        if (in.u8("a value") == 0) {
            return Value.NONE;
        }
        return switch (type) {
            case BOOL -> Value.of(in.u64("a bool") != 0);
            case INT -> new Value.Int(in.u64("an int"));
            case COUNT -> new Value.Count(in.u64("a count"));
            case DOUBLE -> new Value.Real(in.f64("a double"));
            case TIME -> time(in.f64("a time"));
            case INTERVAL -> interval(in.f64("an interval"));
            case STRING, FUNC, FILE -> new Value.Text(in.string32("a string"));
            case ENUM -> new Value.Enumerator(in.string32("an enum"));
            case PORT -> port(in);
            case ADDR -> address(in, in.u8("an addr"));
            case SUBNET -> subnet(in);
            case SET -> ValueSet.of(items(in, outermost));
            case VECTOR -> new Vector(items(in, outermost));
            default -> throw in.fail("no such type of a log's value: " + type);
        };
    }

    private static List<Value> items(BinReader in, boolean outermost) {
        if (!outermost) {
            throw in.fail("a set or vector within another");
        }
        int count = in.bounded(in.u64("a size"), 9, "a size");
        List<Value> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(read(in, false));
        }
        return items;
    }

    private static Port port(BinReader in) {
        long number = in.u64("a port");
        int protocol = in.u32("a port");
        if (number < 0 || number > 0xffff || protocol < 0 || protocol > 3) {
            throw in.fail("no such port: " + number + " of protocol " + protocol);
        }
        return new Port((int) number, Port.Protocol.values()[protocol]);
    }

    private static Address address(BinReader in, int family) {
        return switch (family) {
            case 4 -> Address.v4(in.u32("an addr"));
            case 6 -> new Address(in.u64("an addr"), in.u64("an addr"));
            default -> throw in.fail("no such family of addresses: " + family);
        };
    }

    private static Subnet subnet(BinReader in) {
        int length = in.u8("a subnet");
        int family = in.u8("a subnet");
        Address network = address(in, family);
        if (length > (family == 4 ? 32 : 128)) {
            throw in.fail("a prefix of " + length + " bits");
        }
        return new Subnet(network, family == 4 ? length + 96 : length);
    }

    /** What no time of ours can hold stays the number of seconds that it was. */
    private static Value time(double seconds) {
        return Math.abs(seconds) < SECONDS_MAX ? new Value.Timestamp(nanos(seconds)) : new Value.Real(seconds);
    }

    private static Value interval(double seconds) {
        return Math.abs(seconds) < SECONDS_MAX ? new Value.Timespan(nanos(seconds)) : new Value.Real(seconds);
    }

    /** To the nearest; the whole seconds apart, as a double of both has no room for nanoseconds. */
    private static long nanos(double seconds) {
        long whole = (long) seconds;
        return whole * 1_000_000_000L + Math.round((seconds - whole) * BILLION);
    }

    private static double seconds(long nanos) {
        return nanos / 1_000_000_000L + nanos % 1_000_000_000L / BILLION;
    }

    static void write(Value value, int type, int subtype, BinWriter out) {
        out.u32(type);
        out.u32(subtype);
        out.u8(value instanceof Value.None ? 0 : 1);
        switch (value) {
            case Value.None _ -> {
            }
            case Value.Bool v when type == BOOL -> out.u64(v.value() ? 1 : 0);
            case Value.Int v when type == INT -> out.u64(v.value());
            case Value.Count v when type == COUNT -> out.u64(v.value());
            case Value.Real v when type == DOUBLE || type == TIME || type == INTERVAL -> out.f64(v.value());
            case Value.Timestamp v when type == TIME -> out.f64(seconds(v.nanos()));
            case Value.Timespan v when type == INTERVAL -> out.f64(seconds(v.nanos()));
            case Value.Text v when type == STRING || type == FUNC || type == FILE -> out.string32(v.bytes());
            case Value.Enumerator v when type == ENUM -> out.string32(v.name());
            case Port v when type == PORT -> {
                out.u64(v.number());
                out.u32(v.protocol().ordinal());
            }
            case Address v when type == ADDR -> address(v, v.isV4(), out);
            case Subnet v when type == SUBNET -> {
                out.u8(v.length());
                address(v.network(), v.network().isV4() && v.bits() >= 96, out);
            }
            case ValueSet v when type == SET -> items(v.items(), subtype, out);
            case Vector v when type == VECTOR -> items(v.items(), subtype, out);
            default -> throw new ValueException("a value of type " + value.type().text() + " for Zeek's type " + type);
        }
    }

    private static void address(Address address, boolean v4, BinWriter out) {
        out.u8(v4 ? 4 : 6);
        if (v4) {
            out.u32((int) address.low());
        } else {
            out.u64(address.high());
            out.u64(address.low());
        }
    }

    private static void items(List<Value> items, int subtype, BinWriter out) {
        if (subtype == SET || subtype == VECTOR) {
            throw new ValueException("a log has no set or vector within another");
        }
        out.u64(items.size());
        for (Value item : items) {
            write(item, subtype, 0, out);
        }
    }
}

package dev.tocsin.fabric.data;

import java.util.List;

/** The total order of {@link Value}. */
final class ValueOrder {
    private ValueOrder() {
    }

    static int compare(Value a, Value b) {
        if (a == b) {
            return 0;
        }
        if (a.type() != b.type()) {
            return a.type().compareTo(b.type());
        }
        return switch (a) {
            case Value.None _ -> 0;
            case Value.Bool v -> Boolean.compare(v.value(), ((Value.Bool) b).value());
            case Value.Count v -> Long.compareUnsigned(v.value(), ((Value.Count) b).value());
            case Value.Int v -> Long.compare(v.value(), ((Value.Int) b).value());
            case Value.Real v -> Double.compare(v.value(), ((Value.Real) b).value());
            case Value.Text v -> v.bytes().compareTo(((Value.Text) b).bytes());
            case Value.Enumerator v -> v.name().compareTo(((Value.Enumerator) b).name());
            case Value.Timestamp v -> Long.compare(v.nanos(), ((Value.Timestamp) b).nanos());
            case Value.Timespan v -> Long.compare(v.nanos(), ((Value.Timespan) b).nanos());
            case Address v -> address(v, (Address) b);
            case Subnet v -> subnet(v, (Subnet) b);
            case Port v -> port(v, (Port) b);
            case Vector v -> items(v.items(), ((Vector) b).items());
            case ValueSet v -> items(v.items(), ((ValueSet) b).items());
            case Table v -> entries(v.entries(), ((Table) b).entries());
        };
    }

    private static int address(Address a, Address b) {
        int high = Long.compareUnsigned(a.high(), b.high());
        return high != 0 ? high : Long.compareUnsigned(a.low(), b.low());
    }

    private static int subnet(Subnet a, Subnet b) {
        int network = address(a.network(), b.network());
        return network != 0 ? network : Integer.compare(a.bits(), b.bits());
    }

    private static int port(Port a, Port b) {
        int number = Integer.compare(a.number(), b.number());
        return number != 0 ? number : a.protocol().compareTo(b.protocol());
    }

    private static int items(List<Value> a, List<Value> b) {
        int shared = Math.min(a.size(), b.size());
        for (int i = 0; i < shared; i++) {
            int order = compare(a.get(i), b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    private static int entries(List<Table.Entry> a, List<Table.Entry> b) {
        int shared = Math.min(a.size(), b.size());
        for (int i = 0; i < shared; i++) {
            int key = compare(a.get(i).key(), b.get(i).key());
            if (key != 0) {
                return key;
            }
            int value = compare(a.get(i).value(), b.get(i).value());
            if (value != 0) {
                return value;
            }
        }
        return Integer.compare(a.size(), b.size());
    }
}

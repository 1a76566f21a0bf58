package dev.tocsin.fabric.store;

import dev.tocsin.fabric.data.Value;
import org.jspecify.annotations.Nullable;

/** Increment and decrement. Where Broker wraps round or keeps silent, these refuse. */
final class Arithmetic {
    private Arithmetic() {
    }

    /**
     * What increment makes of it: a count of counts, an integer of integers, a real of reals, a timestamp or timespan and a
     * timespan. A key that is not there counts as 0, and for a timespan as the timestamp of 1970.
     */
    static Value plus(@Nullable Value value, Value amount) {
        return switch (amount) {
            case Value.Count by when value == null -> by;
            case Value.Int by when value == null -> by;
            case Value.Real by when value == null -> finite(by.value());
            case Value.Timespan by when value == null -> new Value.Timestamp(by.nanos());
            case Value.Count by when value instanceof Value.Count v -> {
                long sum = v.value() + by.value();
                yield Value.count(checked(Long.compareUnsigned(sum, v.value()) >= 0, sum));
            }
            case Value.Int by when value instanceof Value.Int v -> Value.integer(sum(v.value(), by.value()));
            case Value.Real by when value instanceof Value.Real v -> finite(v.value() + by.value());
            case Value.Timespan by when value instanceof Value.Timestamp v -> new Value.Timestamp(sum(v.nanos(),
                    by.nanos()));
            case Value.Timespan by when value instanceof Value.Timespan v -> new Value.Timespan(sum(v.nanos(),
                    by.nanos()));
            default -> throw clash("incremented", value, amount);
        };
    }

    /** The reverse of it, for a key that is there. */
    static Value minus(Value value, Value amount) {
        return switch (amount) {
            case Value.Count by when value instanceof Value.Count v -> Value.count(checked(Long.compareUnsigned(v
                    .value(), by.value()) >= 0, v.value() - by.value()));
            case Value.Int by when value instanceof Value.Int v -> Value.integer(difference(v.value(), by.value()));
            case Value.Real by when value instanceof Value.Real v -> finite(v.value() - by.value());
            case Value.Timespan by when value instanceof Value.Timestamp v -> new Value.Timestamp(difference(v.nanos(),
                    by.nanos()));
            case Value.Timespan by when value instanceof Value.Timespan v -> new Value.Timespan(difference(v.nanos(), by
                    .nanos()));
            default -> throw clash("decremented", value, amount);
        };
    }

    private static long sum(long a, long b) {
        long sum = a + b;
        return checked(((a ^ sum) & (b ^ sum)) >= 0, sum);
    }

    private static long difference(long a, long b) {
        long difference = a - b;
        return checked(((a ^ b) & (a ^ difference)) >= 0, difference);
    }

    private static Value finite(double value) {
        if (!Double.isFinite(value)) {
            throw new StoreException(StoreFault.OVERFLOW, "the result is no finite real");
        }
        return Value.real(value);
    }

    private static long checked(boolean fits, long value) {
        if (!fits) {
            throw new StoreException(StoreFault.OVERFLOW, "the result does not fit its type");
        }
        return value;
    }

    private static StoreException clash(String what, @Nullable Value value, Value amount) {
        String of = value == null ? "a key that is not there" : "a " + value.type().text();
        return new StoreException(StoreFault.TYPE_CLASH, of + " cannot be " + what + " by a " + amount.type().text());
    }
}

package dev.tocsin.fabric.data;

import java.util.List;

/**
 * A value of Zeek's data model: immutable, comparable, never null. The order is that of the model's own sets: by type in
 * the order of {@link Type}, then by value; counts unsigned, strings by unsigned bytes, vectors, sets and tables element by
 * element, a shorter one first. Equal is what compares as 0. Reals compare as {@link Double#compare}, so -0.0 is before 0.0
 * and NaN is last and equal to itself.
 */
public sealed interface Value extends Comparable<Value>
        permits Value.None, Value.Bool, Value.Count, Value.Int, Value.Real,
        Value.Text, Value.Enumerator, Value.Timestamp, Value.Timespan, Address, Subnet, Port, Vector, ValueSet, Table {
    /** How deep vectors, sets and tables may nest, the outermost counted; deeper is refused wherever it would arise. */
    int MAX_DEPTH = 1024;

    Value NONE = new None();

    Type type();

    /** 1 for a scalar; for a container one more than its deepest element. */
    default int depth() {
        return 1;
    }

    @Override
    default int compareTo(Value other) {
        return ValueOrder.compare(this, other);
    }

    static Bool of(boolean value) {
        return value ? Bool.TRUE : Bool.FALSE;
    }

    static Text of(String text) {
        return new Text(Bytes.of(text));
    }

    static Text of(byte[] bytes) {
        return new Text(Bytes.of(bytes));
    }

    /** @param value read as unsigned */
    static Count count(long value) {
        return new Count(value);
    }

    static Int integer(long value) {
        return new Int(value);
    }

    static Real real(double value) {
        return new Real(value);
    }

    static Enumerator enumerator(String name) {
        return new Enumerator(Bytes.of(name));
    }

    static Vector vector(Value... items) {
        return new Vector(List.of(items));
    }

    /** The kinds of value, in the model's order; the position is the tag of {@code broker-bin-v1}. */
    enum Type {
        NONE("none"),
        BOOLEAN("boolean"),
        COUNT("count"),
        INTEGER("integer"),
        REAL("real"),
        STRING("string"), //
        ADDRESS("address"),
        SUBNET("subnet"),
        PORT("port"),
        TIMESTAMP("timestamp"),
        TIMESPAN("timespan"), //
        ENUM("enum-value"),
        SET("set"),
        TABLE("table"),
        VECTOR("vector");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        /** The name in the JSON form's {@code @data-type}. */
        public String text() {
            return text;
        }
    }

    /** The absent value. */
    record None() implements Value {
        @Override
        public Type type() {
            return Type.NONE;
        }

        @Override
        public String toString() {
            return "none";
        }
    }

    /** A boolean. */
    record Bool(boolean value) implements Value {
        private static final Bool TRUE = new Bool(true);
        private static final Bool FALSE = new Bool(false);

        @Override
        public Type type() {
            return Type.BOOLEAN;
        }

        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** A whole number from 0 to 2^64-1; {@code value} holds its 64 bits, so above 2^63-1 it looks negative. */
    record Count(long value) implements Value {
        @Override
        public Type type() {
            return Type.COUNT;
        }

        @Override
        public String toString() {
            return Long.toUnsignedString(value);
        }
    }

    /** A whole number of 64 bits with a sign. */
    record Int(long value) implements Value {
        @Override
        public Type type() {
            return Type.INTEGER;
        }

        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /** An IEEE double. */
    record Real(double value) implements Value {
        @Override
        public Type type() {
            return Type.REAL;
        }

        @Override
        public String toString() {
            return Double.toString(value);
        }
    }

    /** A string of bytes; usually UTF-8, never required to be. */
    record Text(Bytes bytes) implements Value {
        public String utf8() {
            return bytes.utf8();
        }

        @Override
        public Type type() {
            return Type.STRING;
        }

        @Override
        public String toString() {
            return bytes.toString();
        }
    }

    /** A name of an enum's value, {@code Notice::LOG}. */
    record Enumerator(Bytes name) implements Value {
        @Override
        public Type type() {
            return Type.ENUM;
        }

        @Override
        public String toString() {
            return name.toString();
        }
    }

    /** A point in time in nanoseconds since 1970-01-01T00:00:00Z; reaches from 1677 to 2262. */
    record Timestamp(long nanos) implements Value {
        @Override
        public Type type() {
            return Type.TIMESTAMP;
        }
    }

    /** A duration in nanoseconds, either sign. */
    record Timespan(long nanos) implements Value {
        @Override
        public Type type() {
            return Type.TIMESPAN;
        }
    }
}

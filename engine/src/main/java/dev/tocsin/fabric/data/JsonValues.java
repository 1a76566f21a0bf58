package dev.tocsin.fabric.data;

import dev.tocsin.fabric.data.Value.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Values in the JSON form of the WebSocket wire, version 1: each is {@code {"@data-type":T,"data":D}}.
 *
 * <p>Reading is lenient where Broker and Zeek are and the meaning is plain: see {@link JsonTape}, {@link ScalarText} and
 * docs/reference/websocket.md. It never changes a value silently: what does not fit its type is refused.
 */
public final class JsonValues {
    private static final Map<String, Type> TYPES = new HashMap<>();

    static {
        for (Type type : Type.values()) {
            TYPES.put(type.text(), type);
        }
    }

    private final JsonTape tape;
    private boolean repeated;

    private JsonValues(JsonTape tape) {
        this.tape = tape;
    }

    /** @throws JsonException if it is not one value */
    public static Value read(byte[] json) {
        return read(JsonTape.of(json), 0);
    }

    /** The value that the object {@code node} is; its other members are ignored. @throws JsonException if it is none */
    public static Value read(JsonTape tape, int node) {
        JsonValues reader = new JsonValues(tape);
        Value value = reader.value(node);
        if (reader.repeated) {
            throw JsonException.duplicate("a set or table says something twice");
        }
        return value;
    }

    /** As {@link JsonWriter} writes it by default: reals with 6 decimals, times in ms. */
    public static byte[] write(Value value) {
        JsonWriter out = new JsonWriter(JsonWriter.Precision.COMPATIBLE);
        out.value(value);
        return out.toByteArray();
    }

    /** Keeps its own stack of containers that are not yet complete, so depth costs no stack of ours. */
    private Value value(int root) {
        Open open = null;
        int node = root;
        while (true) {
            Type type = type(node);
            int data = type == Type.NONE ? node : data(node, type);
            Value value = null;
            if (type == Type.VECTOR || type == Type.SET || type == Type.TABLE) {
                open = open(type, data, open);
            } else {
                value = type == Type.NONE ? Value.NONE : scalar(type, data);
            }
            while (open != null) {
                if (value != null) {
                    open.items.add(value);
                }
                node = next(open);
                if (node >= 0) {
                    break;
                }
                value = complete(open);
                open = open.outer;
            }
            if (open == null) {
                return value == null ? Value.NONE : value;
            }
        }
    }

    /** A container of which elements are still to come; a table's keys and values stand in turn. */
    private static final class Open {
        private final Type type;
        private final @Nullable Open outer;
        private final int depth;
        private final int end;
        private final List<Value> items = new ArrayList<>();
        private int at;
        private int valueAt = -1;

        Open(Type type, int at, int end, @Nullable Open outer) {
            this.type = type;
            this.at = at;
            this.end = end;
            this.outer = outer;
            this.depth = outer == null ? 1 : outer.depth + 1;
        }
    }

    private Open open(Type type, int array, @Nullable Open outer) {
        if (!tape.isArray(array)) {
            throw JsonException.invalid("the data of a " + type.text() + " is an array");
        }
        Open open = new Open(type, array + 1, tape.next(array), outer);
        if (open.depth > Value.MAX_DEPTH) {
            throw JsonException.invalid("values nest deeper than " + Value.MAX_DEPTH);
        }
        return open;
    }

    /** The node of the next value in the container, -1 after the last. */
    private int next(Open open) {
        if (open.valueAt >= 0) {
            int value = open.valueAt;
            open.valueAt = -1;
            return value;
        }
        if (open.at >= open.end) {
            return -1;
        }
        int item = open.at;
        open.at = tape.next(item);
        if (open.type != Type.TABLE) {
            return item;
        }
        int key = tape.isObject(item) ? tape.find(item, "key") : -1;
        open.valueAt = key < 0 ? -1 : tape.find(item, "value");
        if (open.valueAt < 0) {
            throw JsonException.invalid("an element of a table is an object with \"key\" and \"value\"");
        }
        return key;
    }

    private Value complete(Open open) {
        if (open.type == Type.VECTOR) {
            return new Vector(open.items);
        }
        Optional<? extends Value> unique = open.type == Type.SET ? ValueSet.ofUnique(open.items) : table(open.items);
        repeated |= unique.isEmpty();
        return unique.isPresent() ? unique.get() : Value.NONE;
    }

    private static Optional<Table> table(List<Value> items) {
        List<Table.Entry> entries = new ArrayList<>(items.size() / 2);
        for (int i = 0; i < items.size(); i += 2) {
            entries.add(new Table.Entry(items.get(i), items.get(i + 1)));
        }
        return Table.ofUnique(entries);
    }

    private Type type(int node) {
        if (!tape.isObject(node)) {
            throw JsonException.invalid("a value is an object with \"@data-type\" and \"data\"");
        }
        int named = tape.find(node, "@data-type");
        Type type = named >= 0 && tape.isString(named) ? TYPES.get(tape.string(named).utf8()) : null;
        if (type == null) {
            throw JsonException.invalid(named < 0 ? "a value lacks its \"@data-type\"" : "no such \"@data-type\"");
        }
        return type;
    }

    private int data(int node, Type type) {
        int data = tape.find(node, "data");
        if (data < 0) {
            throw JsonException.invalid("a value of type " + type.text() + " lacks its \"data\"");
        }
        return data;
    }

    private Value scalar(Type type, int data) {
        byte kind = tape.kind(data);
        switch (type) {
            case BOOLEAN -> {
                if (kind == JsonTape.TRUE || kind == JsonTape.FALSE) {
                    return Value.of(kind == JsonTape.TRUE);
                }
            }
            case COUNT -> {
                if (kind == JsonTape.INTEGER && !tape.isNegative(data)) {
                    return new Value.Count(tape.integer(data));
                }
            }
            case INTEGER -> {
                long number = kind == JsonTape.INTEGER ? tape.integer(data) : 0;
                if (kind == JsonTape.INTEGER && (number >= 0 || tape.isNegative(data))) {
                    return new Value.Int(number);
                }
            }
            case REAL -> {
                double number = kind == JsonTape.DECIMAL ? Double.parseDouble(tape.number(data)) : Double.NaN;
                if (Double.isFinite(number)) {
                    return new Value.Real(number);
                }
            }
            default -> {
                if (kind == JsonTape.STRING) {
                    return ScalarText.parse(type, tape.string(data)).orElseThrow(() -> unfit(type));
                }
            }
        }
        throw unfit(type);
    }

    private static JsonException unfit(Type type) {
        return JsonException.invalid(switch (type) {
            case BOOLEAN -> "a boolean is true or false";
            case COUNT -> "a count is a whole number from 0 to 2^64-1";
            case INTEGER -> "an integer is a whole number of 64 bits";
            case REAL -> "a real is a finite number with a point or an exponent";
            case ADDRESS -> "an address is IPv4 or IPv6 as text";
            case SUBNET -> "a subnet is an address, a slash and how many bits count";
            case PORT -> "a port is a number up to 65535, a slash and tcp, udp, icmp or ?";
            case TIMESTAMP ->
                "a timestamp is yyyy-mm-ddThh:mm:ss from 1677 to 2262, up to 9 decimals and an offset may follow";
            case TIMESPAN -> "a timespan is a number and ns, us, ms, s, min or h";
            default -> "the data of a " + type.text() + " is a string";
        });
    }
}

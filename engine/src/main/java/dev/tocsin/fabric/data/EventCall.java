package dev.tocsin.fabric.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A call of an event by name, as Zeek writes it: {@code [count 1, count 1, [name, [args], [metadata]]]}, the metadata only
 * if there are any.
 *
 * @param metadata what else is said about the call
 */
public record EventCall(String name, List<Value> args, List<Metadata> metadata) {
    /** The metadata that says the network's time, a timestamp. */
    public static final long NETWORK_TIME = 1;

    private static final Value ONE = Value.count(1);

    /** @param id below 200 is Zeek's own */
    public record Metadata(long id, Value value) {
    }

    public EventCall {
        args = List.copyOf(args);
        metadata = List.copyOf(metadata);
    }

    public static EventCall of(String name, Value... args) {
        return new EventCall(name, List.of(args), List.of());
    }

    public Value toValue() {
        List<Value> call = new ArrayList<>(List.of(Value.of(name), new Vector(args)));
        if (!metadata.isEmpty()) {
            call.add(new Vector(metadata.stream().map(m -> Value.vector(Value.count(m.id()), m.value())).toList()));
        }
        return Value.vector(ONE, ONE, new Vector(call));
    }

    /**
     * Reads one leniently where Zeek does: metadata that is not as it should be is as if absent.
     *
     * @return empty if it is no event call
     */
    public static Optional<EventCall> from(Value value) {
        if (!(value instanceof Vector v) || v.size() != 3 || !v.get(0).equals(ONE) || !v.get(1).equals(ONE)
                || !(v.get(2) instanceof Vector call) || call.size() < 2 || call.size() > 3
                || !(call.get(0) instanceof Value.Text name) || !(call.get(1) instanceof Vector args)) {
            return Optional.empty();
        }
        List<Metadata> metadata = call.size() == 3 ? metadata(call.get(2)) : List.of();
        return Optional.of(new EventCall(name.utf8(), args.items(), metadata));
    }

    private static List<Metadata> metadata(Value value) {
        List<Metadata> metadata = new ArrayList<>();
        if (value instanceof Vector all) {
            for (Value item : all.items()) {
                if (!(item instanceof Vector pair) || pair.size() != 2 || !(pair.get(0) instanceof Value.Count id)) {
                    return List.of();
                }
                metadata.add(new Metadata(id.value(), pair.get(1)));
            }
        }
        return metadata;
    }

    /** The time in the network that the event belongs to, if the caller told. */
    public Optional<Value.Timestamp> networkTime() {
        return metadata.stream().filter(m -> m.id() == NETWORK_TIME && m.value() instanceof Value.Timestamp)
                .map(m -> (Value.Timestamp) m.value()).findFirst();
    }
}

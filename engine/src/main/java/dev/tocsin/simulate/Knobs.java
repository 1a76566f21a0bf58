package dev.tocsin.simulate;

import dev.tocsin.config.DurationText;
import dev.tocsin.event.Json;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How all knobs stand. Immutable. */
public final class Knobs {
    private static final double RATE_MIN = 0.001;
    private static final double RATE_MAX = 1_000_000;
    private static final long COUNT_MAX = 1_000_000_000_000L;

    /** As they were written, and what that means: Double, Long (counts, microseconds), Boolean or String. */
    private final Map<Knob, String> texts;
    private final Map<Knob, Object> values = new EnumMap<>(Knob.class);

    private Knobs(Map<Knob, String> texts) {
        this.texts = texts;
        texts.forEach((knob, text) -> values.put(knob, parse(knob, text)));
        ordered(Knob.VISIBLE_MIN, Knob.VISIBLE_MAX);
        ordered(Knob.LATE_MIN, Knob.LATE_MAX);
        ordered(Knob.LATENCY_MIN, Knob.LATENCY_MAX);
    }

    /** All as they usually stand. */
    public static Knobs usual() {
        Map<Knob, String> texts = new EnumMap<>(Knob.class);
        for (Knob knob : Knob.values()) {
            texts.put(knob, knob.usual());
        }
        return new Knobs(texts);
    }

    /**
     * With one of them turned. A {@code _min} takes its {@code _max} along when it would pass it, and the other way round.
     *
     * @throws IllegalArgumentException when the text is no value for it; the message is for people
     */
    public Knobs with(Knob knob, String text) {
        Map<Knob, String> all = new EnumMap<>(texts);
        all.put(knob, text);
        pair(knob).ifPresent(other -> {
            boolean isMin = knob.name().endsWith("_MIN");
            long one = (Long) parse(knob, text);
            if (isMin ? one > micros(other) : one < micros(other)) {
                all.put(other, text);
            }
        });
        return new Knobs(all);
    }

    /**
     * With those turned that the object names; all or none.
     *
     * @throws IllegalArgumentException when there is no such knob or the value does not fit
     */
    public Knobs merged(JsonNode object) {
        if (!object.isObject()) {
            throw new IllegalArgumentException("knobs are a JSON object, such as {\"rate\": 100}");
        }
        Map<Knob, String> all = new EnumMap<>(texts);
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            Knob knob = Knob.of(entry.getKey()).orElseThrow(
                    () -> new IllegalArgumentException("there is no knob \"" + entry.getKey() + "\""));
            if (!entry.getValue().isValueNode() || entry.getValue().isNull()) {
                throw new IllegalArgumentException(knob.label() + " is one value");
            }
            all.put(knob, entry.getValue().asString());
        }
        return new Knobs(all);
    }

    private static Optional<Knob> pair(Knob knob) {
        String name = knob.name();
        String other = name.endsWith("_MIN") ? name.replace("_MIN", "_MAX") : name.replace("_MAX", "_MIN");
        return other.equals(name)
                ? Optional.empty()
                : Knob.of(other.toLowerCase(Locale.ROOT));
    }

    double number(Knob knob) {
        return (Double) value(knob);
    }

    long count(Knob knob) {
        return (Long) value(knob);
    }

    long micros(Knob knob) {
        return (Long) value(knob);
    }

    Duration duration(Knob knob) {
        return Duration.ofNanos(micros(knob) * 1000);
    }

    boolean flag(Knob knob) {
        return (Boolean) value(knob);
    }

    String word(Knob knob) {
        return (String) value(knob);
    }

    private Object value(Knob knob) {
        return Objects.requireNonNull(values.get(knob));
    }

    /** Whether both make the same events. */
    boolean makesAs(Knobs other) {
        for (Knob knob : Knob.values()) {
            if (knob.isMaking() && !value(knob).equals(other.value(knob))) {
                return false;
            }
        }
        return true;
    }

    public ObjectNode json() {
        ObjectNode json = Json.object();
        for (Knob knob : Knob.values()) {
            switch (value(knob)) {
                case Double d -> json.put(knob.label(), d);
                case Boolean b -> json.put(knob.label(), b);
                case Long l when knob.kind() == Knob.Kind.COUNT -> json.put(knob.label(), l);
                default -> json.put(knob.label(), texts.get(knob));
            }
        }
        return json;
    }

    private void ordered(Knob min, Knob max) {
        if (micros(min) > micros(max)) {
            throw new IllegalArgumentException(min.label() + " is greater than " + max.label());
        }
    }

    private static Object parse(Knob knob, String text) {
        try {
            return switch (knob.kind()) {
                case NUMBER -> rate(Double.parseDouble(text));
                case CHANCE -> bounded(Double.parseDouble(text), 1);
                case COUNT -> (long) bounded(Long.parseLong(text), COUNT_MAX);
                case DURATION -> micros(text);
                case SIGNED_DURATION -> text.startsWith("-") ? -micros(text.substring(1)) : micros(text);
                case FLAG -> {
                    if (!text.equals("true") && !text.equals("false")) {
                        throw new IllegalArgumentException("it is true or false");
                    }
                    yield text.equals("true");
                }
                case WORD -> {
                    if (!knob.words().contains(text)) {
                        throw new IllegalArgumentException("it is one of " + String.join(", ", knob.words()));
                    }
                    yield text;
                }
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(knob.label() + ": not a number: \"" + text + "\"", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(knob.label() + ": " + e.getMessage(), e);
        }
    }

    private static long micros(String text) {
        return DurationText.parse(text).toNanos() / 1000;
    }

    private static double rate(double value) {
        if (value > 0 && value < RATE_MIN) {
            throw new IllegalArgumentException("it is 0 or at least " + RATE_MIN);
        }
        return bounded(value, RATE_MAX);
    }

    private static double bounded(double value, double max) {
        if (!(value >= 0 && value <= max)) {
            throw new IllegalArgumentException("it is from 0 to " + (long) max);
        }
        return value;
    }
}

package dev.tocsin.fabric.event;

import dev.tocsin.fabric.data.Address;
import dev.tocsin.fabric.data.Table;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.data.ValueSet;
import dev.tocsin.fabric.data.Vector;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Java's types and the model's. A {@link Value} stands for itself; otherwise:
 *
 * <table>
 * <caption>Types</caption>
 * <tr><td>boolean</td><td>boolean</td></tr>
 * <tr><td>byte, short, int, long</td><td>integer; a count is read too</td></tr>
 * <tr><td>BigInteger</td><td>count; an integer is read too</td></tr>
 * <tr><td>float, double</td><td>real; an integer or a count is read too</td></tr>
 * <tr><td>String</td><td>string in UTF-8; the name of an enum is read too</td></tr>
 * <tr><td>byte[]</td><td>string, byte by byte</td></tr>
 * <tr><td>enum</td><td>enum-value; a name before {@code ::} does not count when it is read</td></tr>
 * <tr><td>InetAddress</td><td>address</td></tr>
 * <tr><td>Instant, Duration</td><td>timestamp, timespan; nanoseconds</td></tr>
 * <tr><td>List, Set, Map</td><td>vector, set, table</td></tr>
 * <tr><td>record</td><td>vector of its components in their order, as Zeek writes records; a wrong length is refused</td></tr>
 * <tr><td>null, empty Optional</td><td>none</td></tr>
 * </table>
 */
public final class JavaValues {
    private static final long NANOS = 1_000_000_000L;

    private JavaValues() {
    }

    /** @throws ValueException when there is no such value */
    public static Value of(@Nullable Object object) {
        return switch (object) {
            case null -> Value.NONE;
            case Value value -> value;
            case Boolean truth -> Value.of(truth);
            case Byte number -> Value.integer(number);
            case Short number -> Value.integer(number);
            case Integer number -> Value.integer(number);
            case Long number -> Value.integer(number);
            case BigInteger number -> count(number);
            case Float number -> Value.real(number);
            case Double number -> Value.real(number);
            case String text -> Value.of(text);
            case byte[] bytes -> Value.of(bytes);
            case Enum<?> name -> Value.enumerator(name.name());
            case InetAddress address -> Address.of(address);
            case Instant time -> new Value.Timestamp(nanos(time));
            case Duration span -> new Value.Timespan(nanos(span));
            case Optional<?> maybe -> of(maybe.orElse(null));
            case Set<?> set -> ValueSet.of(all(set));
            case Collection<?> items -> new Vector(all(items));
            case Map<?, ?> map -> table(map);
            case Record fields -> fields(fields);
            default -> throw new ValueException("the fabric has no value for a " + object.getClass().getName());
        };
    }

    private static List<Value> all(Collection<?> items) {
        List<Value> values = new ArrayList<>(items.size());
        items.forEach(i -> values.add(of(i)));
        return values;
    }

    private static Value table(Map<?, ?> map) {
        Map<Value, Value> values = new LinkedHashMap<>();
        map.forEach((key, value) -> values.put(of(key), of(value)));
        return Table.of(values);
    }

    private static Value fields(Record fields) {
        List<Value> values = new ArrayList<>();
        for (RecordComponent component : fields.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                values.add(of(component.getAccessor().invoke(fields)));
            } catch (ReflectiveOperationException e) {
                throw new ValueException(fields.getClass() + "." + component.getName() + " cannot be read: " + e);
            }
        }
        return new Vector(values);
    }

    private static Value count(BigInteger number) {
        if (number.signum() < 0 || number.bitLength() > 64) {
            throw new ValueException("a count is from 0 to 2^64-1, not " + number);
        }
        return Value.count(number.longValue());
    }

    private static long nanos(Instant time) {
        try {
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS), time.getNano());
        } catch (ArithmeticException _) {
            throw new ValueException("a timestamp is from 1677 to 2262, not " + time);
        }
    }

    private static long nanos(Duration span) {
        try {
            return span.toNanos();
        } catch (ArithmeticException _) {
            throw new ValueException("a timespan is of 292 years at most, not " + span);
        }
    }

    /**
     * @param type as of a method's parameter
     * @return null only for none
     * @throws ValueException when the value is not of that type
     */
    public static @Nullable Object to(Value value, Type type) {
        if (type instanceof ParameterizedType generic) {
            return to(value, (Class<?>) generic.getRawType(), generic.getActualTypeArguments());
        }
        if (type instanceof Class<?> plain) {
            return to(value, plain, new Type[0]);
        }
        throw new ValueException("a parameter of type " + type + " cannot be filled");
    }

    private static @Nullable Object to(Value value, Class<?> type, Type[] of) {
        if (type.isInstance(value)) {
            return value;
        }
        if (type == Optional.class) {
            return value.equals(Value.NONE) ? Optional.empty() : Optional.ofNullable(to(value, element(of, 0)));
        }
        if (value.equals(Value.NONE) && !type.isPrimitive()) {
            return null;
        }
        Object found = switch (value) {
            case Value.Bool truth when is(type, boolean.class, Boolean.class) -> truth.value();
            case Value.Int number -> number(number.value(), BigInteger.valueOf(number.value()), type);
            case Value.Count number -> number(number.value(), new BigInteger(Long.toUnsignedString(number.value())),
                    type);
            case Value.Real number when is(type, double.class, Double.class) -> number.value();
            case Value.Real number when is(type, float.class, Float.class) -> (float) number.value();
            case Value.Text text when type == String.class -> text.utf8();
            case Value.Text text when type == byte[].class -> text.bytes().toArray();
            case Value.Enumerator name when type == String.class -> name.name().utf8();
            case Value.Enumerator name when type.isEnum() -> constant(type, name.name().utf8());
            case Address address when type == InetAddress.class -> address.toInetAddress();
            case Value.Timestamp time when type == Instant.class ->
                Instant.ofEpochSecond(Math.floorDiv(time.nanos(), NANOS), Math.floorMod(time.nanos(), NANOS));
            case Value.Timespan span when type == Duration.class -> Duration.ofNanos(span.nanos());
            case Vector items when type == List.class || type == Collection.class -> list(items.items(), of);
            case Vector items when type.isRecord() -> record(items, type);
            case ValueSet items when type == Set.class || type == Collection.class ->
                new java.util.LinkedHashSet<>(list(items.items(), of));
            case Table table when type == Map.class -> map(table, of);
            default -> null;
        };
        if (found == null) {
            throw new ValueException("a " + value.type().text() + " cannot be read as " + type.getSimpleName());
        }
        return found;
    }

    private static boolean is(Class<?> type, Class<?> primitive, Class<?> boxed) {
        return type == primitive || type == boxed;
    }

    private static Type element(Type[] of, int at) {
        return at < of.length ? of[at] : Object.class;
    }

    private static @Nullable Object number(long bits, BigInteger number, Class<?> type) {
        if (type == BigInteger.class) {
            return number;
        }
        if (is(type, double.class, Double.class)) {
            return number.doubleValue();
        }
        if (is(type, float.class, Float.class)) {
            return number.floatValue();
        }
        int width = is(type, long.class, Long.class)
                ? 64
                : is(type, int.class, Integer.class)
                        ? 32
                        : is(type, short.class, Short.class) ? 16 : is(type, byte.class, Byte.class) ? 8 : 0;
        if (width > 0 && number.bitLength() >= width) {
            throw new ValueException(number + " is too large for " + type.getSimpleName());
        }
        Object found = switch (width) {
            case 64 -> bits;
            case 32 -> (int) bits;
            case 16 -> (short) bits;
            case 8 -> (byte) bits;
            default -> null;
        };
        return found;
    }

    private static Object constant(Class<?> type, String name) {
        String plain = name.substring(name.lastIndexOf(':') + 1);
        return Arrays.stream(type.getEnumConstants()).filter(c -> ((Enum<?>) c).name().equals(plain)).findFirst()
                .orElseThrow(() -> new ValueException(type.getSimpleName() + " has no " + name));
    }

    private static List<@Nullable Object> list(List<Value> items, Type[] of) {
        List<@Nullable Object> list = new ArrayList<>(items.size());
        items.forEach(i -> list.add(to(i, element(of, 0))));
        return list;
    }

    private static Map<@Nullable Object, @Nullable Object> map(Table table, Type[] of) {
        Map<@Nullable Object, @Nullable Object> map = HashMap.newHashMap(table.size());
        table.entries().forEach(e -> map.put(to(e.key(), element(of, 0)), to(e.value(), element(of, 1))));
        return map;
    }

    private static Object record(Vector items, Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        if (items.size() != components.length) {
            throw new ValueException(type.getSimpleName() + " has " + components.length + " fields, not "
                    + items.size());
        }
        @Nullable
        Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            try {
                values[i] = to(items.get(i), components[i].getGenericType());
            } catch (ValueException e) {
                throw new ValueException(type.getSimpleName() + "." + components[i].getName() + ": " + e.getMessage());
            }
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new ValueException(type.getSimpleName() + ": " + e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new ValueException(type.getSimpleName() + " cannot be made: " + e);
        }
    }
}

package dev.tocsin.fabric.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.fabric.data.Vector;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JavaValuesTest {
    enum Proto {
        TCP,
        UDP
    }

    record Conn(String uid, InetAddress from, int port, Proto proto, @Nullable String service, Optional<Duration> took,
            List<Long> sizes, Set<String> tags, Map<String, Double> weights) {
    }

    @SuppressWarnings("unused")
    private static void all(boolean a, byte b, short c, int d, long e, BigInteger f, float g, double h, String i,
            byte[] j, Proto k, InetAddress l, Instant m, Duration n, List<String> o, Set<Long> p,
            Map<String, List<Integer>> q, Conn r, Optional<String> s, Value t, Object u) {
        throw new IllegalStateException("is never called");
    }

    @Test
    void everyTypeComesBackEqual() throws Exception {
        Conn conn = new Conn("C1", InetAddress.getByName("10.0.0.1"), 443, Proto.TCP, null, Optional.of(Duration
                .ofNanos(5)), List.of(1L, -2L), Set.of("a", "ü"), Map.of("x", 0.5));
        Object[] objects = {true, (byte) -128, (short) 7, -1, Long.MIN_VALUE, new BigInteger("18446744073709551615"),
                1.5f, -0.0, "tëxt", new byte[]{0, (byte) 255}, Proto.UDP, InetAddress.getByName("2001:db8::1"),
                Instant.parse("1969-12-31T23:59:59.999999999Z"), Duration.ofNanos(-1), List.of("b", "a"),
                Set.of(3L, 1L),
                Map.of("k", List.of(1, 2)), conn, Optional.empty(), Value.count(3), Value.of("any")};
        Method all = Arrays.stream(getClass().getDeclaredMethods()).filter(m -> m.getName().equals("all")).findFirst()
                .orElseThrow();
        Type[] types = all.getGenericParameterTypes();
        assertThat(types).hasSameSizeAs(objects);
        for (int i = 0; i < types.length; i++) {
            assertThat(JavaValues.to(JavaValues.of(objects[i]), types[i])).as("" + types[i]).isEqualTo(objects[i]);
        }
        assertThat(JavaValues.to(Value.NONE, String.class)).isNull();
        assertThat(JavaValues.of(conn)).isInstanceOfSatisfying(Vector.class, v -> assertThat(v.get(4)).isEqualTo(
                Value.NONE));
    }

    @Test
    void whatDoesNotFitIsSaidToPeople() {
        refused(Value.of("x"), long.class, "a string cannot be read as long");
        refused(Value.integer(300), byte.class, "300 is too large for byte");
        refused(Value.count(-1), long.class, "18446744073709551615 is too large for long");
        refused(Value.NONE, int.class, "none");
        refused(Value.enumerator("Proto::ICMP"), Proto.class, "Proto has no Proto::ICMP");
        refused(Value.vector(Value.of("only one")), Conn.class, "Conn has 9 fields, not 1");
        refused(Value.of(true), double.class, "boolean");
        assertThatThrownBy(() -> JavaValues.of(new StringBuilder())).hasMessageContaining("StringBuilder");
        assertThatThrownBy(() -> JavaValues.of(new BigInteger("-1"))).hasMessageContaining("2^64-1");
        assertThatThrownBy(() -> JavaValues.of(Instant.MAX)).hasMessageContaining("2262");
        assertThat(JavaValues.to(Value.enumerator("My::UDP"), Proto.class)).isEqualTo(Proto.UDP);
        assertThat(JavaValues.to(Value.count(7), double.class)).isEqualTo(7.0);
    }

    private static void refused(Value value, Class<?> type, String why) {
        assertThatThrownBy(() -> JavaValues.to(value, type)).isInstanceOf(ValueException.class)
                .hasMessageContaining(why);
    }
}

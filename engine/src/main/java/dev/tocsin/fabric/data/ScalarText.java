package dev.tocsin.fabric.data;

import dev.tocsin.fabric.data.Value.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The types that JSON writes as strings: reads leniently, prints as Broker does.
 *
 * <p>A port without a protocol is TCP, one with an unknown protocol is {@code ?}, an empty one is 0/tcp. A timestamp
 * without an offset is UTC. A timespan is one number with one unit.
 */
final class ScalarText {
    private static final Pattern PORT = Pattern.compile("(\\d{0,9})(?:/(.*))?", Pattern.DOTALL);
    private static final Pattern TIMESTAMP = Pattern.compile(
            "(\\d{4,6})-(\\d\\d)-(\\d\\d)T(\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{0,9}))?(?:Z|([+-])(\\d\\d)(?::?(\\d\\d))?)?");
    private static final Pattern TIMESPAN = Pattern
            .compile("([+-]?(?:\\d{1,30}(?:\\.\\d{0,30})?|\\.\\d{1,30}))(ns|us|ms|s|min|h)");
    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final long BILLION = 1_000_000_000L;
    private static final int TEXT_MAX = 128;

    private ScalarText() {
    }

    /** @return empty if the text is none of that type */
    static Optional<Value> parse(Type type, Bytes bytes) {
        if (type == Type.STRING) {
            return Optional.of(new Value.Text(bytes));
        }
        if (type == Type.ENUM) {
            return Optional.of(new Value.Enumerator(bytes));
        }
        if (bytes.length() > TEXT_MAX) {
            return Optional.empty();
        }
        String text = bytes.utf8();
        return switch (type) {
            case ADDRESS -> Address.parse(text).map(v -> v);
            case SUBNET -> subnet(text);
            case PORT -> port(text);
            case TIMESTAMP -> timestamp(text);
            case TIMESPAN -> timespan(text);
            default -> Optional.empty();
        };
    }

    private static Optional<Value> subnet(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            return Optional.empty();
        }
        int length = Integer.parseInt(text.substring(slash + 1));
        return Address.parse(text.substring(0, slash)).filter(a -> length <= (a.isV4() ? 32 : 128))
                .map(a -> new Subnet(a, a.isV4() ? length + 96 : length));
    }

    private static Optional<Value> port(String text) {
        Matcher m = PORT.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        int number = m.group(1).isEmpty() ? 0 : Integer.parseInt(m.group(1));
        String protocol = m.group(2) == null ? "tcp" : m.group(2);
        return number > 0xffff ? Optional.empty() : Optional.of(new Port(number, Port.Protocol.named(protocol)));
    }

    private static Optional<Value> timestamp(String text) {
        Matcher m = TIMESTAMP.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        try {
            String fraction = m.group(7) == null ? "" : m.group(7);
            int nanos = Integer.parseInt((fraction + "000000000").substring(0, 9));
            LocalDateTime time = LocalDateTime.of(part(m, 1), part(m, 2), part(m, 3), part(m, 4), part(m, 5),
                    part(m, 6), nanos);
            int offset = m.group(8) == null ? 0 : part(m, 9) * 3600 + (m.group(10) == null ? 0 : part(m, 10) * 60);
            long seconds = time.toEpochSecond(ZoneOffset.UTC) - ("-".equals(m.group(8)) ? -offset : offset);
            return Optional.of(new Value.Timestamp(nanos(seconds, nanos)));
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static int part(Matcher m, int group) {
        return Integer.parseInt(m.group(group));
    }

    /** Reaches also what lies in the first second of the range, whose whole seconds are out of it. */
    private static long nanos(long seconds, int nanos) {
        return seconds < 0
                ? Math.addExact(Math.multiplyExact(seconds + 1, BILLION), nanos - BILLION)
                : Math.addExact(Math.multiplyExact(seconds, BILLION), nanos);
    }

    private static Optional<Value> timespan(String text) {
        Matcher m = TIMESPAN.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        long unit = switch (m.group(2)) {
            case "ns" -> 1;
            case "us" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> BILLION;
            case "min" -> 60 * BILLION;
            default -> 3600 * BILLION;
        };
        BigInteger nanos = new BigDecimal(m.group(1)).multiply(BigDecimal.valueOf(unit))
                .setScale(0, RoundingMode.DOWN).toBigInteger();
        return nanos.compareTo(LONG_MIN) < 0 || nanos.compareTo(LONG_MAX) > 0
                ? Optional.empty()
                : Optional.of(new Value.Timespan(nanos.longValue()));
    }

    /** In the largest unit up to seconds that leaves no remainder. */
    static String print(Value.Timespan span) {
        long nanos = span.nanos();
        if (nanos % BILLION == 0) {
            return nanos / BILLION + "s";
        }
        if (nanos % 1_000_000 == 0) {
            return nanos / 1_000_000 + "ms";
        }
        return nanos % 1_000 == 0 ? nanos / 1_000 + "us" : nanos + "ns";
    }

    /** In UTC without saying so; with three decimals, cut, or if {@code exact} with nine where three do not suffice; so
     * is the first millisecond of the range, of which the beginning is out of it. */
    static String print(Value.Timestamp time, boolean exact) {
        int nanos = (int) Math.floorMod(time.nanos(), BILLION);
        LocalDateTime at = LocalDateTime.ofInstant(Instant.ofEpochSecond(Math.floorDiv(time.nanos(), BILLION)),
                ZoneOffset.UTC);
        StringBuilder out = new StringBuilder(29);
        padded(out, at.getYear(), 4).append('-');
        padded(out, at.getMonthValue(), 2).append('-');
        padded(out, at.getDayOfMonth(), 2).append('T');
        padded(out, at.getHour(), 2).append(':');
        padded(out, at.getMinute(), 2).append(':');
        padded(out, at.getSecond(), 2).append('.');
        boolean nine = nanos % 1_000_000 != 0 && (exact || time.nanos() < Long.MIN_VALUE + 1_000_000);
        return padded(out, nine ? nanos : nanos / 1_000_000, nine ? 9 : 3).toString();
    }

    private static StringBuilder padded(StringBuilder out, int number, int width) {
        String digits = Integer.toString(number);
        return out.append("0".repeat(Math.max(0, width - digits.length()))).append(digits);
    }
}

package dev.tocsin.index;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;
import org.jspecify.annotations.Nullable;

/**
 * Ranges. Bounds that are numbers are compared with numbers, also those written as text; dates with dates, addresses with
 * addresses; anything else in the order of its characters. A date without a time means the whole day.
 */
final class Ranges {
    private static final Pattern NOW = Pattern.compile("now(?:([+-]\\d{1,6})([smhdw]))?");
    private static final Pattern NETWORK = Pattern.compile("([0-9.]{7,15})/(\\d{1,2})");
    private static final long DAY_MICROS = Duration.ofDays(1).toNanos() / 1000;

    private final Instant now;

    Ranges(Instant now) {
        this.now = now;
    }

    /** The longs that a bound stands for, first and last. */
    private record Span(long first, long last) {
    }

    /** @param from in lower case, or null for no bound; not both are null */
    Query of(String path, @Nullable String from, @Nullable String to, boolean fromInclusive, boolean toInclusive) {
        return points(path, Fields.NUMBER, Ranges::number, from, to, fromInclusive, toInclusive)
                .or(() -> points(path, Fields.DATE, this::date, from, to, fromInclusive, toInclusive))
                .or(() -> points(path, Fields.ADDRESS, Ranges::address, from, to, fromInclusive, toInclusive))
                .orElseGet(() -> new TermRangeQuery(Fields.EXACT,
                        new BytesRef(Fields.prefix(path) + (from == null ? "" : from)),
                        new BytesRef(to == null ? path + '\u0001' : Fields.prefix(path) + to),
                        from == null || fromInclusive, to != null && toInclusive));
    }

    /** What is equal to the value without being written alike: 1.0 and 1, a day and its hours, a network's addresses. */
    Optional<Query> equal(String path, String value) {
        Span number = number(value);
        if (number != null) {
            return Optional.of(point(path, Fields.NUMBER, number.first, number.last));
        }
        Span date = date(value);
        if (date != null) {
            return Optional.of(point(path, Fields.DATE, date.first, date.last));
        }
        Matcher network = NETWORK.matcher(value);
        if (network.matches() && Integer.parseInt(network.group(2)) <= 32) {
            OptionalLong address = Values.address(network.group(1));
            long size = 1L << 32 - Integer.parseInt(network.group(2));
            if (address.isPresent()) {
                long first = address.getAsLong() & -size;
                return Optional.of(point(path, Fields.ADDRESS, first, first + size - 1));
            }
        }
        return Optional.empty();
    }

    private static Optional<Query> points(String path, String field, Function<String, @Nullable Span> reading,
            @Nullable String from, @Nullable String to, boolean fromInclusive, boolean toInclusive) {
        Span low = from == null ? new Span(Long.MIN_VALUE, Long.MIN_VALUE) : reading.apply(from);
        Span high = to == null ? new Span(Long.MAX_VALUE, Long.MAX_VALUE) : reading.apply(to);
        if (low == null || high == null) {
            return Optional.empty();
        }
        long first = from == null || fromInclusive ? low.first : Math.addExact(low.last, 1);
        long last = to == null || toInclusive ? high.last : Math.subtractExact(high.first, 1);
        return Optional.of(point(path, field, first, last));
    }

    private static Query point(String path, String field, long first, long last) {
        long hash = Fields.hash(path);
        return LongPoint.newRangeQuery(field, new long[]{hash, first}, new long[]{hash, last});
    }

    private static @Nullable Span number(String text) {
        OptionalDouble number = Values.number(text);
        if (number.isEmpty()) {
            return null;
        }
        long sortable = NumericUtils.doubleToSortableLong(number.getAsDouble() + 0.0);
        return new Span(sortable, sortable);
    }

    private static @Nullable Span address(String text) {
        OptionalLong address = Values.address(text);
        return address.isEmpty() ? null : new Span(address.getAsLong(), address.getAsLong());
    }

    private @Nullable Span date(String text) {
        Matcher relative = NOW.matcher(text);
        if (relative.matches()) {
            long micros = Fields.micros(now) + (relative.group(1) == null
                    ? 0
                    : Long.parseLong(relative.group(1)) * unit(relative.group(2)) * 1_000_000);
            return new Span(micros, micros);
        }
        OptionalLong date = Values.date(text);
        if (date.isEmpty()) {
            return null;
        }
        return new Span(date.getAsLong(), text.length() == 10 ? date.getAsLong() + DAY_MICROS - 1 : date.getAsLong());
    }

    private static long unit(String letter) {
        return switch (letter) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3600;
            case "d" -> 86_400;
            default -> 604_800;
        };
    }
}

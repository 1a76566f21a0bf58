package dev.tocsin.index;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** What a value can be besides text: a number, a date, an IPv4 address. Documents and queries are read alike. */
final class Values {
    private static final int NUMBER_CHARS_MAX = 40;
    private static final int DATE_CHARS_MAX = 40;
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d{1,4})?");
    private static final DateTimeFormatter DATE = new DateTimeFormatterBuilder().parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE).optionalStart().appendPattern("['T'][' ']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME).optionalStart().appendPattern("[XXX][XX][X]").toFormatter();

    private Values() {
    }

    /** Numbers too large for a double count as infinite. */
    static OptionalDouble number(String text) {
        if (text.isEmpty() || text.length() > NUMBER_CHARS_MAX || text.charAt(0) > '9') {
            return OptionalDouble.empty();
        }
        return NUMBER.matcher(text).matches() ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    }

    /** As people write it: 1.0 is 1, and only what is very large or small has an exponent. Can be read as a number. */
    static String plain(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "1e999" : "-1e999";
        }
        double size = Math.abs(value);
        if (size != 0 && (size < 1e-9 || size > 1e18)) {
            return Double.toString(value);
        }
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    /** ISO 8601, with T or a space, without an offset taken as UTC. Microseconds since 1970. */
    static OptionalLong date(String text) {
        if (!looksLikeDate(text)) {
            return OptionalLong.empty();
        }
        try {
            TemporalAccessor parsed = DATE.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            return OptionalLong.of(Fields.micros(switch (parsed) {
                case OffsetDateTime t -> t.toInstant();
                case LocalDateTime t -> t.toInstant(ZoneOffset.UTC);
                default -> LocalDate.from(parsed).atStartOfDay().toInstant(ZoneOffset.UTC);
            }));
        } catch (DateTimeException _) {
            return OptionalLong.empty();
        }
    }

    private static boolean looksLikeDate(String text) {
        return text.length() >= 10 && text.length() <= DATE_CHARS_MAX && text.charAt(4) == '-' && text.charAt(7) == '-'
                && Character.isDigit(text.charAt(0)) && Character.isDigit(text.charAt(8));
    }

    /** An IPv4 address as a number from 0 to 2^32 - 1. */
    static OptionalLong address(String text) {
        if (text.length() < 7 || text.length() > 15) {
            return OptionalLong.empty();
        }
        long address = 0;
        int octet = -1;
        int dots = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                octet = Math.max(octet, 0) * 10 + c - '0';
            } else if (c == '.' && octet >= 0 && ++dots <= 3) {
                address = address << 8 | octet;
                octet = -1;
            } else {
                return OptionalLong.empty();
            }
            if (octet > 255) {
                return OptionalLong.empty();
            }
        }
        return dots == 3 && octet >= 0 ? OptionalLong.of(address << 8 | octet) : OptionalLong.empty();
    }
}

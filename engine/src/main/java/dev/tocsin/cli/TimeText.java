package dev.tocsin.cli;

import dev.tocsin.config.DurationText;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A time as a person writes it: {@code now}, {@code -1h}, {@code now-7d}, {@code 2026-03-01},
 * {@code 2026-03-01T12:00:00Z}, with an offset, or without one (then it is UTC).
 */
record TimeText(String text) {
    /** @throws IllegalArgumentException when the text is none of these */
    Instant at(Instant now) {
        String rest = text.startsWith("now") ? text.substring(3) : text;
        if (text.equals("now")) {
            return now;
        }
        if (rest.startsWith("-")) {
            return now.minus(DurationText.parse(rest.substring(1)));
        }
        try {
            if (!text.contains("T")) {
                return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            boolean zoned = text.matches(".*T.*([zZ]|[+-]\\d\\d:?\\d\\d)");
            return zoned
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("not a time: \"" + text + "\" (write now, -1h, 2026-03-01,"
                    + " 2026-03-01T12:00:00Z)", e);
        }
    }

    /** Refuses at once what {@link #at} would refuse later. */
    static final class Converter implements ITypeConverter<TimeText> {
        @Override
        public TimeText convert(String value) {
            try {
                TimeText time = new TimeText(value);
                time.at(Instant.EPOCH);
                return time;
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}

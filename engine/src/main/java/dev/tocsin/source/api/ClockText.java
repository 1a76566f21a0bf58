package dev.tocsin.source.api;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Times as APIs write them: ISO 8601 with 0 to 9 digits of a fraction and any offset (none is UTC), or seconds,
 * milliseconds, micro- or nanoseconds since 1970, told apart by their size.
 */
final class ClockText {
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    /** Seconds until the year 5138; a greater number has a finer unit. */
    private static final BigDecimal SECONDS_MAX = new BigDecimal("1e11");

    private ClockText() {
    }

    static Optional<Instant> parse(JsonNode node) {
        try {
            if (node.isNumber()) {
                return Optional.of(epoch(node.decimalValue()));
            }
            if (!node.isString()) {
                return Optional.empty();
            }
            String text = node.asString().strip();
            return Optional.of(text.matches("\\d{9,20}(\\.\\d{1,9})?") ? epoch(new BigDecimal(text)) : iso(text));
        } catch (DateTimeException | ArithmeticException | JacksonException e) {
            return Optional.empty();
        }
    }

    private static Instant epoch(BigDecimal number) {
        BigDecimal seconds = number;
        while (seconds.abs().compareTo(SECONDS_MAX) >= 0) {
            seconds = seconds.divide(THOUSAND);
        }
        long whole = seconds.setScale(0, RoundingMode.FLOOR).longValueExact();
        return Instant.ofEpochSecond(whole,
                seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).setScale(0, RoundingMode.FLOOR)
                        .longValueExact());
    }

    private static Instant iso(String text) {
        String iso = text.replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) +", "$1T").replaceFirst(" ?(?:UTC|GMT)$", "Z")
                .replaceFirst("([+-]\\d{2})(\\d{2})$", "$1:$2").replaceFirst(" (?=[+-]\\d)", "");
        if (iso.length() == 10) {
            return LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        boolean zoned = iso.endsWith("Z") || iso.endsWith("z") || iso.matches(".*T.*[+-]\\d{2}(:\\d{2})?");
        return zoned ? OffsetDateTime.parse(iso).toInstant() : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
    }
}

package dev.tocsin.simulate;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Parameters of a request, read and written. */
final class Parameters {
    private static final int NUMBER_DIGITS_MAX = 9;

    private Parameters() {
    }

    static Map<String, String> parse(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                parameters.put(decode(parts[0]), parts.length > 1 ? decode(parts[1]) : "");
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw RefusedException.bad("a broken escape: " + text);
        }
    }

    static String write(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(e -> URLEncoder.encode(e.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    static long number(Map<String, String> parameters, String name, long otherwise, long min) {
        String text = parameters.getOrDefault(name, "");
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.matches("-?\\d{1," + NUMBER_DIGITS_MAX + "}")) {
            throw RefusedException.bad(name + " is not a number: " + text);
        }
        long number = Long.parseLong(text);
        if (number < min) {
            throw RefusedException.invalid(name + " is less than " + min);
        }
        return number;
    }

    /** Microseconds since 1970 of an ISO 8601 time; what is finer than a microsecond is rounded up. */
    static long time(Map<String, String> parameters, String name, long otherwise) {
        String text = parameters.getOrDefault(name, "");
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            Instant instant = text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
            return SimulatedClock.micros(instant.plusNanos(999));
        } catch (DateTimeException | ArithmeticException e) {
            throw RefusedException.bad(name + " is not an ISO 8601 time: " + text);
        }
    }
}

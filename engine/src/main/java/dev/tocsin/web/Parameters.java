package dev.tocsin.web;

import dev.tocsin.event.EventId;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a request says in its path and query, read strictly: what cannot be understood is a 400 that names it. */
final class Parameters {
    private static final Pattern AGO = Pattern.compile("-?(\\d{1,9})([smhd])");

    private Parameters() {
    }

    static String text(Context ctx, String name, String otherwise) {
        String value = ctx.queryParam(name);
        return value == null ? otherwise : value;
    }

    /** Null when it is absent or empty, as an empty field of a form sends it. */
    static @Nullable String optional(Context ctx, String name) {
        String value = ctx.queryParam(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    static int limit(Context ctx, int otherwise, int max) {
        String value = optional(ctx, "limit");
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > max) {
            throw ApiError.badRequest("limit must be from 1 to " + max + ", not \"" + value + "\"", "");
        }
        return Integer.parseInt(value);
    }

    static EventId id(Context ctx) {
        return id(ctx.pathParam("id"));
    }

    static EventId id(String text) {
        try {
            return EventId.parse(text.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("\"" + text + "\" is not an id", "ids have 32 hexadecimal digits");
        }
    }

    static @Nullable Instant time(Context ctx, String name, Clock clock) {
        String value = optional(ctx, name);
        return value == null ? null : time(name, value, clock);
    }

    /** Reads {@code 2026-11-21T10:00:00Z}, with any offset, {@code 2026-11-21} (UTC), or {@code 15m}: so long ago. */
    static Instant time(String name, String value, Clock clock) {
        Matcher ago = AGO.matcher(value);
        try {
            if (ago.matches()) {
                long number = Long.parseLong(ago.group(1));
                return clock.instant().minus(switch (ago.group(2)) {
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                });
            }
            return value.length() == 10
                    ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException | ArithmeticException e) {
            throw ApiError.badRequest(name + " is not a time: \"" + value + "\"",
                    "write 2026-11-21T10:00:00Z, 2026-11-21, or 15m, 24h, 7d for so long ago");
        }
    }
}

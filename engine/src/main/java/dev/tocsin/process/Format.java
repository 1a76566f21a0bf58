package dev.tocsin.process;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a source's events are written; the lower-case name is the {@code format:} of a source's configuration. */
public enum Format {
    AUTO,
    JSON,
    SYSLOG,
    KV,
    CEF,
    WINDOWS,
    ZEEK,
    CLOUDTRAIL,
    AUDITD,
    OTLP,
    ACCESS,
    TEXT;

    private static final Format[] ALL = values();

    /** @return null when there is no format of that name */
    public static @Nullable Format of(String name) {
        for (Format format : ALL) {
            if (format.name().equalsIgnoreCase(name)) {
                return format;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

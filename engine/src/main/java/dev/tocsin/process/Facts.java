package dev.tocsin.process;

import dev.tocsin.event.LogSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What tables may ask about an event. Names beginning with {@code $} are about how it came and what is known of it; all
 * others are the vendor's fields, matched exactly first, else as a dotted path.
 *
 * @param vendor the vendor's object
 * @param format {@code $format}
 * @param program {@code $program}: syslog tag or app name
 * @param stream {@code $stream}: Zeek's log stream
 * @param sourcetype {@code $sourcetype}: of a HEC sender
 * @param file {@code $file}: path of the file it was read from
 * @param logSource {@code $product}, {@code $service}, {@code $category} (the first); unknown while it is being found
 */
public record Facts(JsonNode vendor, @Nullable String format, @Nullable String program, @Nullable String stream,
        @Nullable String sourcetype, @Nullable String file, LogSource logSource) {

    /** An event of which nothing is known but its fields, as a command reads it from a file. */
    public static Facts of(JsonNode vendor) {
        return new Facts(vendor, null, null, null, null, null, LogSource.UNKNOWN);
    }

    static Facts of(Parsed parsed, JsonNode tocsin) {
        return new Facts(parsed.raw(), parsed.format(), parsed.program(), parsed.stream(),
                tocsin.path("hec").path("sourcetype").asString(null), tocsin.path("file").path("path").asString(null),
                LogSource.UNKNOWN);
    }

    Facts with(LogSource found) {
        return new Facts(vendor, format, program, stream, sourcetype, file, found);
    }

    /** The value as text; null when absent or JSON null. Objects and arrays only show that they are there. */
    @Nullable
    String text(String name) {
        if (!name.isEmpty() && name.charAt(0) == '$') {
            return switch (name) {
                case "$format" -> format;
                case "$program" -> program;
                case "$stream" -> stream;
                case "$sourcetype" -> sourcetype;
                case "$file" -> file;
                case "$product" -> logSource.product();
                case "$service" -> logSource.service();
                case "$category" -> logSource.category().isEmpty() ? null : logSource.category().getFirst();
                default -> null;
            };
        }
        JsonNode node = node(name);
        if (node == null || node.isNull()) {
            return null;
        }
        return node.isContainer() ? "" : node.asString();
    }

    @Nullable
    JsonNode node(String name) {
        JsonNode exact = vendor.get(name);
        if (exact != null || name.indexOf('.') < 0) {
            return exact;
        }
        JsonNode node = vendor;
        int from = 0;
        for (int dot = name.indexOf('.'); dot >= 0 && node != null; dot = name.indexOf('.', from)) {
            node = node.get(name.substring(from, dot));
            from = dot + 1;
        }
        return node == null ? null : node.get(name.substring(from));
    }

    /** Whether {@code name} is one that {@link #text} knows or a vendor's field. */
    static boolean isName(String name) {
        return !name.startsWith("$") || switch (name) {
            case "$format", "$program", "$stream", "$sourcetype", "$file", "$product", "$service", "$category" -> true;
            default -> false;
        };
    }
}

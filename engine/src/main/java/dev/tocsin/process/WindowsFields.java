package dev.tocsin.process;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The flat form of a Windows event on which Sigma rules are written: leaves of System and EventData or UserData by their
 * name without blanks, {@code Provider_Name}, {@code EventID} as a number, unnamed Data joined by newline in {@code Data},
 * hexadecimal without leading zeros, EventData values as text. A name that System has already used gets its section's
 * name in front.
 */
final class WindowsFields {
    private static final Set<String> NUMBERS = Set.of("EventID", "Version", "Level", "Task", "Opcode", "EventRecordID");

    private final ObjectNode fields;
    /** Values of names that came more than once, until {@link #finish}: repeated concatenation would be quadratic. */
    private final Map<String, StringBuilder> repeated = new LinkedHashMap<>();

    WindowsFields(ObjectNode fields) {
        this.fields = fields;
    }

    Parsed parsed(Instant arrival) {
        finish();
        return Parsed.of(Format.WINDOWS, fields, time(fields, arrival));
    }

    static @Nullable Instant time(JsonNode fields, Instant arrival) {
        return Timestamps.first(fields, arrival, "SystemTime", "TimeCreated", "UtcTime", "EventTime", "@timestamp",
                "EventReceivedTime");
    }

    void system(String name, String value) {
        if (!value.isEmpty()) {
            if (NUMBERS.contains(name) && value.length() <= 18 && Timestamps.digits(value)) {
                fields.put(name, Long.parseLong(value));
            } else if (name.equals("EventID") && hexadecimal(value) && value.length() <= 10) {
                fields.put(name, Long.parseLong(value, 2, value.length(), 16));
            } else {
                fields.put(name, value);
            }
        }
    }

    /** Attributes of System's children; what would clash with EventData's names carries the element's name in front. */
    void systemAttribute(String element, String attribute, String value) {
        switch (element + "/" + attribute) {
            case "TimeCreated/SystemTime", "Security/UserID", "EventID/Qualifiers" -> fields.put(attribute, value);
            default -> fields.put(element + "_" + attribute, value);
        }
    }

    /** @param name null for Data without a name */
    void data(String section, @Nullable String name, String value) {
        String key = name == null || name.isBlank() ? "Data" : withoutBlanks(name);
        String text = hexadecimal(value) ? "0x" + withoutZeros(value) : value;
        if (systemName(key)) {
            key = section + "_" + key;
        }
        JsonNode earlier = fields.get(key);
        if (earlier == null) {
            fields.put(key, text);
        } else {
            repeated.computeIfAbsent(key, _ -> new StringBuilder(earlier.asString(""))).append('\n').append(text);
        }
    }

    /** Writes what has been joined; nothing is added afterwards. */
    void finish() {
        repeated.forEach((key, value) -> fields.put(key, value.toString()));
    }

    private boolean systemName(String key) {
        return fields.has(key) && switch (key) {
            case "Provider_Name", "EventID", "Qualifiers", "Version", "Level", "Task", "Opcode", "Keywords",
                    "SystemTime",
                    "EventRecordID", "Channel", "Computer", "UserID" ->
                true;
            default -> false;
        };
    }

    private static String withoutBlanks(String name) {
        return name.indexOf(' ') < 0 ? name : name.replace(" ", "");
    }

    private static boolean hexadecimal(String value) {
        if (value.length() < 3 || !value.startsWith("0x")) {
            return false;
        }
        for (int i = 2; i < value.length(); i++) {
            if (Character.digit(value.charAt(i), 16) < 0 || value.charAt(i) > 'f') {
                return false;
            }
        }
        return true;
    }

    private static String withoutZeros(String value) {
        int from = 2;
        while (from < value.length() - 1 && value.charAt(from) == '0') {
            from++;
        }
        return value.substring(from);
    }
}

package dev.tocsin.process;

import dev.tocsin.event.Json;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a vendor's value becomes an ECS value, so that each ECS field has one type in every event. A value that does not
 * convert leaves the field absent; it is still among the vendor's.
 */
enum Conversion {
    /** Text of any scalar; {@code -} and nothing count as absent. */
    TEXT,
    /** Text in lower case, as ECS asks for protocols and hashes. */
    LOWER,
    /** A whole number, also out of text, also hexadecimal with 0x. */
    LONG,
    /** A whole number from 0 to 65535. */
    PORT,
    /** A number with a fraction, in seconds, to nanoseconds. */
    NANOS,
    /** true or false, also out of yes, no, 1, 0. */
    BOOL,
    /** An address in text; a name or nonsense is absent. Also goes to related.ip. */
    IP,
    /** What follows the last slash or backslash of a path. */
    BASENAME,
    /** What precedes the last slash or backslash of a path. */
    DIRECTORY,
    /** {@code DOMAIN\\name} or {@code name@domain} to {@code .domain} and {@code .name} of the target; name also to related.user. */
    USER,
    /** {@code SHA1=…,MD5=…} to {@code .sha1}, {@code .md5} and so on of the target; also to related.hash. */
    HASHES,
    /** One hash, in lower case; also to related.hash. */
    HASH,
    /** The path of a URL: what precedes its query and fragment. */
    PATH,
    /** The query of a URL: what is between a question mark and the fragment. */
    QUERY,
    /** A point in time as ISO 8601, out of any form that {@link Timestamps} knows. */
    TIME,
    /** A hardware address as ECS wants it: {@code 00-00-5E-00-53-23}. */
    MAC,
    /** Those of an array of text, or of one value, that are addresses; also to related.ip. */
    IPS,
    /** An array of text, out of an array or one value. */
    LIST;

    /** Nobody means a time without a year here. */
    private static final Instant NEVER = Instant.EPOCH;
    private static final Pattern MAC_ADDRESS = Pattern.compile("(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}");

    static Conversion of(String name, String where) {
        for (Conversion conversion : values()) {
            if (conversion.name().equalsIgnoreCase(name)) {
                return conversion;
            }
        }
        throw new TableException(where, "there is no conversion \"" + name + "\"", "see the class Conversion");
    }

    /** Writes the converted value to {@code target} in {@code ecs}, if it converts. */
    void put(ObjectNode ecs, String target, JsonNode value) {
        if (this == LIST || this == IPS) {
            list(ecs, target, value);
            return;
        }
        JsonNode one = value.isArray() && !value.isEmpty() ? value.get(0) : value;
        String text = one.isValueNode() && !one.isNull() ? one.asString() : "";
        if (text.isEmpty() || text.equals("-")) {
            return;
        }
        switch (this) {
            case TEXT -> Ecs.put(ecs, target, text);
            case LOWER -> Ecs.put(ecs, target, text.toLowerCase(Locale.ROOT));
            case LONG -> number(ecs, target, whole(text), Long.MIN_VALUE, Long.MAX_VALUE);
            case PORT -> number(ecs, target, whole(text), 0, 65535);
            case NANOS -> nanos(ecs, target, text);
            case BOOL -> bool(ecs, target, text.toLowerCase(Locale.ROOT));
            case IP -> ip(ecs, target, text);
            case BASENAME -> Ecs.put(ecs, target, text.substring(slash(text) + 1));
            case DIRECTORY -> Ecs.put(ecs, target, text.substring(0, Math.max(slash(text), 0)));
            case USER -> user(ecs, target, text);
            case HASHES -> hashes(ecs, target, text);
            case HASH -> hash(ecs, target, text.toLowerCase(Locale.ROOT));
            case PATH -> Ecs.put(ecs, target, text.substring(0, end(text, '?')));
            case QUERY -> Ecs.put(ecs, target,
                    text.substring(Math.min(text.length(), end(text, '?') + 1), end(text, '#')));
            case TIME -> time(ecs, target, one);
            case MAC -> mac(ecs, target, text);
            case LIST, IPS -> throw new IllegalStateException("lists were handled above");
        }
    }

    private void list(ObjectNode ecs, String target, JsonNode value) {
        for (JsonNode item : value.isArray() ? value : Json.object().arrayNode().add(value)) {
            String text = item.isValueNode() && !item.isNull() ? item.asString() : "";
            String address = this == IPS ? IpText.canonical(text) : null;
            if (address != null) {
                Ecs.add(ecs, target, address);
                Ecs.add(ecs, "related.ip", address);
            } else if (this == LIST && !text.isEmpty() && !text.equals("-")) {
                Ecs.add(ecs, target, text);
            }
        }
    }

    private static void hash(ObjectNode ecs, String target, String hash) {
        Ecs.put(ecs, target, hash);
        Ecs.add(ecs, "related.hash", hash);
    }

    private static void time(ObjectNode ecs, String target, JsonNode value) {
        Instant time = Timestamps.parse(value, NEVER);
        if (time != null) {
            Ecs.put(ecs, target, time.toString());
        }
    }

    private static void mac(ObjectNode ecs, String target, String text) {
        if (MAC_ADDRESS.matcher(text).matches()) {
            Ecs.put(ecs, target, text.replace(':', '-').toUpperCase(Locale.ROOT));
        }
    }

    /** Where the mark is, or a fragment begins, or the text ends. */
    private static int end(String text, char mark) {
        int fragment = text.indexOf('#');
        int end = fragment < 0 ? text.length() : fragment;
        int at = text.indexOf(mark);
        return at < 0 ? end : Math.min(at, end);
    }

    private static void number(ObjectNode ecs, String target, @Nullable Long number, long min, long max) {
        if (number != null && number >= min && number <= max) {
            Ecs.put(ecs, target, ecs.numberNode(number));
        }
    }

    private static @Nullable Long whole(String text) {
        try {
            return text.startsWith("0x") ? Long.valueOf(text.substring(2), 16) : Long.valueOf(text);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    private static void nanos(ObjectNode ecs, String target, String text) {
        try {
            double nanos = Double.parseDouble(text) * 1e9;
            if (nanos >= 0 && nanos < Long.MAX_VALUE) {
                Ecs.put(ecs, target, ecs.numberNode(Math.round(nanos)));
            }
        } catch (NumberFormatException _) {
            // Not a duration; the vendor's field keeps it.
        }
    }

    private static void bool(ObjectNode ecs, String target, String text) {
        switch (text) {
            case "true", "yes", "1" -> Ecs.put(ecs, target, ecs.booleanNode(true));
            case "false", "no", "0" -> Ecs.put(ecs, target, ecs.booleanNode(false));
            default -> {
                // Neither; absent.
            }
        }
    }

    private static void ip(ObjectNode ecs, String target, String text) {
        String address = IpText.canonical(text);
        if (address != null) {
            Ecs.put(ecs, target, address);
            Ecs.add(ecs, "related.ip", address);
        }
    }

    private static void user(ObjectNode ecs, String target, String text) {
        int backslash = text.indexOf('\\');
        int at = text.indexOf('@');
        String name = backslash >= 0 ? text.substring(backslash + 1) : at > 0 ? text.substring(0, at) : text;
        Ecs.put(ecs, target + ".name", name);
        Ecs.put(ecs, target + ".domain",
                backslash >= 0 ? text.substring(0, backslash) : at > 0 ? text.substring(at + 1) : null);
        if (!name.isEmpty()) {
            Ecs.add(ecs, "related.user", name);
        }
    }

    private static void hashes(ObjectNode ecs, String target, String text) {
        for (String part : text.split(",", 16)) {
            int equals = part.indexOf('=');
            if (equals > 0 && equals < part.length() - 1) {
                String hash = part.substring(equals + 1).strip().toLowerCase(Locale.ROOT);
                String kind = part.substring(0, equals).strip().toLowerCase(Locale.ROOT);
                switch (kind) {
                    case "md5", "sha1", "sha256", "sha384", "sha512" -> Ecs.put(ecs, target + "." + kind, hash);
                    case "imphash" -> Ecs.put(ecs, target.replaceFirst("\\.?hash$", ".pe.imphash"), hash);
                    default -> {
                        continue;
                    }
                }
                Ecs.add(ecs, "related.hash", hash);
            }
        }
    }

    private static int slash(String path) {
        return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
    }
}

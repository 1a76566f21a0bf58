package dev.tocsin.index;

import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * The fields of the Lucene index. They are few and fixed: a path of the JSON is no Lucene field but the first part of a
 * term, {@code process.name NUL powershell.exe}. So a document may have ten thousand paths, and the same path a number
 * in one and an object in the next, and there is no schema to agree on and none to outgrow.
 *
 * <p>{@code exact} has each value whole, {@code text} its words with positions, {@code all} the words of every value
 * without the path, {@code paths} which paths there are. Numbers, dates and IPv4 addresses are two-dimensional points:
 * a hash of the path, and the value. Paths and values are compared without regard to case.
 */
final class Fields {
    static final String KEY = "key";
    static final String KIND = "kind";
    static final String CUSTOMER = "customer";
    static final String TIME = "time";
    static final String INDEX = "index";
    static final String SOURCE = "source";
    static final String ORIGIN = "origin";
    static final String BODY = "body";
    static final String EXACT = "exact";
    static final String TEXT = "text";
    static final String ALL = "all";
    static final String PATHS = "paths";
    static final String NUMBER = "number";
    static final String DATE = "date";
    static final String ADDRESS = "address";

    /** Long texts: only their words are indexed, under their path, and a search for free text looks there, too. */
    static final Set<String> LONG_TEXTS = Set.of("event.original", "message");
    /** What {@code tocsin} says of an event is the envelope's word, never the body's. */
    static final Set<String> ENVELOPE = Set.of("tocsin.id", "tocsin.customer", "tocsin.source", "tocsin.origin");
    /** Of a longer value only so much is its exact form: Lucene refuses terms over 32,766 bytes. */
    static final int EXACT_BYTES_MAX = 8192;
    static final int PATH_CHARS_MAX = 1024;

    private static final char SEPARATOR = '\0';

    private Fields() {
    }

    /** As paths are written in terms: in lower case, and without the separator. */
    static String path(String path) {
        return lower(path).replace(SEPARATOR, '\uFFFD');
    }

    static String prefix(String path) {
        return path + SEPARATOR;
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** FNV-1a, 64 bits: two paths of equal hash would only share their ranges. */
    static long hash(String path) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < path.length(); i++) {
            hash = (hash ^ path.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** Event time to the microsecond; what is before the year -290308 or after 294247 is put there. */
    static long micros(Instant time) {
        long seconds = Math.clamp(time.getEpochSecond(), -9_000_000_000_000L, 9_000_000_000_000L);
        return seconds * 1_000_000 + time.getNano() / 1000;
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1000L);
    }
}

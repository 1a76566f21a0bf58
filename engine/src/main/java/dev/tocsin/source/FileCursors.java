package dev.tocsin.source;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * How far each file was read. A file is known by its first line, so that it is the same after a rename, a copy or
 * compression. Many files begin with the same line (a header), so a position also carries a hash of the bytes before
 * it: only a file that has those bytes there goes on from it. Owned by the thread of its {@link FileSource}.
 *
 * <p>A cursor's name is {@code file/<source>/<fingerprint>/<hash of the path>}; an empty value means forgotten.
 */
final class FileCursors {
    static final int CURSORS_MAX = 10_000;
    /** How many bytes before a position are looked at to know a file again. */
    static final int CHECK_BYTES = 256;

    private final String prefix;
    private final TreeMap<String, Cursor> cursors = new TreeMap<>();
    private final Map<String, String> forgotten = new HashMap<>();

    /**
     * A position.
     *
     * @param path where the file was first seen
     * @param check hash of the bytes before the offset
     * @param epochSecond when it was last moved
     */
    record Cursor(String path, long offset, String check, long epochSecond) {
        String write() {
            return Json.object().put("path", path).put("offset", offset).put("check", check)
                    .put("epoch_second", epochSecond).toString();
        }

        static Optional<Cursor> read(String text) {
            try {
                JsonNode node = text.isEmpty() ? Json.object() : Json.read(text);
                return node.path("path").isString() && node.path("offset").isIntegralNumber()
                        ? Optional.of(new Cursor(node.path("path").asString(), node.path("offset").asLong(),
                                node.path("check").asString(""), node.path("epoch_second").asLong(0)))
                        : Optional.empty();
            } catch (JacksonException _) {
                return Optional.empty();
            }
        }
    }

    /** @param saved all cursors of the node; those of other sources are left alone */
    FileCursors(String source, Map<String, String> saved) {
        prefix = "file/" + source + "/";
        saved.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                Cursor.read(value).ifPresent(c -> cursors.put(name, c));
            }
        });
        List<String> oldest = new ArrayList<>(cursors.keySet());
        oldest.sort(Comparator.comparingLong(n -> of(n).map(Cursor::epochSecond).orElse(0L)));
        for (String name : oldest.subList(0, Math.max(0, oldest.size() - CURSORS_MAX))) {
            cursors.remove(name);
            forgotten.put(name, "");
        }
    }

    Optional<Cursor> of(String name) {
        return Optional.ofNullable(cursors.get(name));
    }

    /** What to write beside the next events: this cursor, and those that were forgotten. */
    Map<String, String> move(String name, Cursor to) {
        cursors.put(name, to);
        Map<String, String> written = new HashMap<>(forgotten);
        forgotten.clear();
        written.put(name, to.write());
        return written;
    }

    /** The furthest position that this file has already been read to, by its content. */
    Optional<String> find(String fingerprint, FileContent content) throws IOException {
        // All names that begin so: the character after a slash is a zero.
        List<String> names = cursors.subMap(prefix + fingerprint + "/", prefix + fingerprint + "0").keySet().stream()
                .sorted(Comparator.comparingLong((String n) -> of(n).map(Cursor::offset).orElse(0L)).reversed())
                .toList();
        for (String name : names) {
            Cursor c = cursors.get(name);
            if (c != null && check(content, c.offset()).equals(c.check())) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /** A name for a file that was not known. */
    String fresh(String fingerprint, String path, Set<String> inUse) {
        String name = prefix + fingerprint + "/" + hash(path.getBytes(StandardCharsets.UTF_8)).substring(0, 8);
        String free = name;
        for (int i = 2; cursors.containsKey(free) || inUse.contains(free); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    /** Hash of what stands before the offset; of nothing when the file does not go so far. */
    static String check(FileContent content, long offset) throws IOException {
        int length = (int) Math.min(CHECK_BYTES, offset);
        byte[] before = content.bytes(offset - length, length);
        return before.length < length ? "" : hash(before);
    }

    static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

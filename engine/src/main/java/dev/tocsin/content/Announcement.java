package dev.tocsin.content;

import dev.tocsin.event.Json;
import dev.tocsin.log.Blobs;
import dev.tocsin.log.ChangeLog;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * That some engines are to run a bundle from now on.
 *
 * @param revision number of the announcement, from 1
 * @param bundle SHA-256 of the bundle's bytes
 * @param place where it lies in the log
 * @param engines names, or {@code *} for all
 * @param keepGood whether engines leave out rules that they cannot use, instead of refusing the bundle
 * @param refused what is left out
 * @param rules how many are in it
 * @param seen when the change was first seen by whoever pushed it
 */
public record Announcement(long revision, String bundle, Blobs.Place place, String commit, List<String> engines,
        String who, Instant when, String why, boolean keepGood, List<Refused> refused, int rules,
        BundleSignature signed,
        Instant seen) {
    private static final String ALL = "*";

    public Announcement {
        if (bundle.length() != 64) {
            throw new IllegalArgumentException("a bundle is named by 64 hexadecimal digits: \"" + bundle + "\"");
        }
        engines = List.copyOf(engines);
        refused = List.copyOf(refused);
    }

    boolean isFor(String engine) {
        return engines.contains(ALL) || engines.contains(engine);
    }

    /** Ids of the rules that engines leave out. */
    Set<String> leftOut() {
        Set<String> ids = new TreeSet<>();
        refused.forEach(r -> ids.addAll(r.rules()));
        return ids;
    }

    /** Whether an engine that runs the one runs the other. */
    boolean isSameAs(@Nullable Announcement other) {
        return other != null && bundle.equals(other.bundle) && keepGood == other.keepGood
                && leftOut().equals(other.leftOut());
    }

    Announcement again(long next, List<String> to, String by, Instant now, String because) {
        return new Announcement(next, bundle, place, commit, to, by, now, because, keepGood, refused, rules, signed,
                now);
    }

    Announcement at(long next) {
        return new Announcement(next, bundle, place, commit, engines, who, when, why, keepGood, refused, rules, signed,
                seen);
    }

    byte[] write() {
        ObjectNode json = Json.object().put("bundle", bundle).put("first", place.first()).put("last", place.last())
                .put("chunks", place.chunks()).put("bytes", place.bytes()).put("commit", commit).put("who", who)
                .put("when", when.toString()).put("why", why).put("keep_good", keepGood).put("rules", rules)
                .put("key", signed.key()).put("signature", signed.signature()).put("seen", seen.toString())
                .put("revision", revision);
        engines.forEach(json.putArray("engines")::add);
        var list = json.putArray("refused");
        refused.forEach(r -> list.add(r.json()));
        return Json.write(json);
    }

    static Announcement read(ChangeLog.Change change) {
        return read(change.value()).at(change.revision());
    }

    /** @throws IllegalArgumentException when it is none */
    static Announcement read(byte[] bytes) {
        try {
            JsonNode json = Json.read(bytes);
            String bundle = json.path("bundle").asString("");
            int chunks = json.path("chunks").asInt(0);
            if (!bundle.matches("[0-9a-f]{64}") || chunks < 1) {
                throw new IllegalArgumentException("it names no bundle");
            }
            List<String> engines = new ArrayList<>();
            json.path("engines").forEach(e -> engines.add(e.asString("")));
            List<Refused> refused = new ArrayList<>();
            json.path("refused").forEach(r -> refused.add(Refused.read(r)));
            return new Announcement(json.path("revision").asLong(0), bundle, new Blobs.Place(json.path("first").asLong(
                    0), json.path("last").asLong(0), chunks, json.path("bytes").asLong(0)),
                    json.path("commit").asString(""), engines, json.path("who").asString(""),
                    Instant.parse(json.path("when").asString("")), json.path("why").asString(""),
                    json.path("keep_good").asBoolean(false), refused, json.path("rules").asInt(0), new BundleSignature(
                            json.path("key").asString(""), json.path("signature").asString("")),
                    Instant.parse(json.path("seen").asString("")));
        } catch (JacksonException | DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}

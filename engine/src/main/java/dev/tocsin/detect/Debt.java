package dev.tocsin.detect;

import dev.tocsin.detect.OffsetRanges.Range;
import dev.tocsin.event.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * To which events of one partition a rule was not applied, and why. Kept in the state of the detect stage, as JSON.
 *
 * @param subject the rule's id, or {@link #FILE} and the file's name if the file cannot be read and so its rules are not known
 * @param title the rule's, or empty
 * @param file where it was read from
 * @param reason in one word
 * @param cause in a sentence
 * @param since when the oldest of what waits was noted
 * @param hash what the rule was like; when it becomes another, the rule catches up
 * @param parked whether the rule is not applied to new events either
 * @param waiting what is to be read again when the rule has changed or is released; has no end while it is parked
 * @param reading what is being read again
 * @param known of a file: ids of its rules that are applied all the same
 */
record Debt(String subject, String title, String file, Reason reason, String cause, Instant since, String hash,
        boolean parked, OffsetRanges waiting, OffsetRanges reading, Set<String> known) {
    static final String FILE = "file:";

    /** Why a rule is not applied. */
    enum Reason {
        /** It fails on events. */
        FAILED,
        /** It takes too much time. */
        SLOW,
        /** It raises too many alerts. */
        FLOOD,
        /** It, or its file, cannot be read or compiled, or not within the limits. */
        REFUSED,
        /** An operator wants it so. */
        OPERATOR;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    Debt {
        known = Set.copyOf(known);
    }

    /** Nothing owed yet. */
    static Debt of(DetectionRule rule, Reason reason, String cause, Instant now, String hash) {
        return new Debt(rule.id(), rule.title(), rule.file(), reason, cause, now, hash, false, OffsetRanges.NONE,
                OffsetRanges.NONE, Set.of());
    }

    boolean isFile() {
        return subject.startsWith(FILE);
    }

    boolean isPaid() {
        return !parked && waiting.isEmpty() && reading.isEmpty();
    }

    Debt with(OffsetRanges nowWaiting, OffsetRanges nowReading) {
        return new Debt(subject, title, file, reason, cause, since, hash, parked, nowWaiting, nowReading, known);
    }

    /** A word for people: parked, failing, catching_up. */
    String state() {
        return parked ? "parked" : reading.isEmpty() ? "failing" : "catching_up";
    }

    /** From this offset on the rule is not applied; what it was catching up with waits, too. */
    Debt park(Reason why, String inWords, Instant now, String ruleHash, long from) {
        return new Debt(subject, title, file, why, inWords, waiting.isEmpty() ? now : since, ruleHash, true,
                waiting.plus(reading).plus(from, Long.MAX_VALUE), OffsetRanges.NONE, known);
    }

    /** The rule failed on an event. */
    Debt failed(String inWords, Instant now, String ruleHash, long offset) {
        return new Debt(subject, title, file, Reason.FAILED, inWords, waiting.isEmpty() ? now : since, ruleHash, parked,
                waiting.plus(offset, offset + 1), reading.minus(offset, offset + 1), known);
    }

    /** The rule is applied again from this offset on, and what waited is read again. */
    Debt release(String ruleHash, long now) {
        return new Debt(subject, title, file, reason, cause, since, ruleHash, false, OffsetRanges.NONE,
                reading.plus(waiting.before(now)), known);
    }

    /** The rule is in no content now: it does not owe what comes. */
    Debt gone(long now) {
        return with(waiting.plus(reading).before(now), OffsetRanges.NONE);
    }

    /** The input comes again from this offset on. */
    Debt rewound(long to) {
        OffsetRanges left = waiting.before(to);
        return with(parked && waiting.isOpen() ? left.plus(to, Long.MAX_VALUE) : left, reading.before(to));
    }

    byte[] write() {
        ObjectNode json = Json.object();
        json.put("subject", subject).put("title", title).put("file", file).put("reason", reason.name())
                .put("cause", cause).put("since", since.toString()).put("hash", hash).put("parked", parked);
        write(json.putArray("waiting"), waiting);
        write(json.putArray("reading"), reading);
        known.stream().sorted().forEach(json.putArray("known")::add);
        return Json.write(json);
    }

    static Debt read(byte[] bytes) {
        JsonNode json = Json.read(bytes);
        Set<String> known = new TreeSet<>();
        json.path("known").forEach(id -> known.add(id.asString()));
        return new Debt(json.path("subject").asString(""), json.path("title").asString(""),
                json.path("file").asString(""), Reason.valueOf(json.path("reason").asString("")),
                json.path("cause").asString(""), Instant.parse(json.path("since").asString("")),
                json.path("hash").asString(""), json.path("parked").asBoolean(false), ranges(json.path("waiting")),
                ranges(json.path("reading")), known);
    }

    /** {@code [[from, to], …]}; one that is open lacks the second number. */
    private static void write(ArrayNode array, OffsetRanges ranges) {
        for (Range range : ranges.ranges()) {
            ArrayNode pair = array.addArray().add(range.from());
            if (!range.isOpen()) {
                pair.add(range.to());
            }
        }
    }

    private static OffsetRanges ranges(JsonNode array) {
        List<Range> ranges = new ArrayList<>();
        array.forEach(pair -> ranges.add(new Range(pair.get(0).asLong(),
                pair.size() > 1 ? pair.get(1).asLong() : Long.MAX_VALUE)));
        return new OffsetRanges(ranges);
    }
}

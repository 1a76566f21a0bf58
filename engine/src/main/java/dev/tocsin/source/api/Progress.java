package dev.tocsin.source.api;

import dev.tocsin.event.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a source stands, and the cursor document that says so:
 * <pre>{"version": 1, "source": hash of what is listed, "watermark": time, "from": time,
 *  "sweep": {"at": time, "until": time, "began": time, "done": time}, "seen": see {@link Seen#write}}</pre>
 *
 * <p>All events before the watermark were delivered but for those that were not yet to be seen; {@code from} is since
 * when all deliveries are in {@code seen}. Owned by one thread.
 */
final class Progress {
    static final int VERSION = 1;
    private final Duration overlap;
    private final Duration sweepWindow;
    private final String source;

    final Seen seen;
    /** Others look at it. */
    volatile Instant watermark;
    Instant from;
    /** Up to where the sweep has come; at {@code sweepUntil} or behind it none is under way. */
    Instant sweepAt;
    Instant sweepUntil;
    /** When the last sweep began, and when the last did that came to its end. */
    Instant sweepBegan;
    Instant sweepDone;

    private boolean fresh;

    private Progress(Settings settings, Instant watermark, Instant now) {
        overlap = settings.overlap();
        sweepWindow = settings.sweep().window();
        source = settings.identity();
        seen = new Seen(settings.seenMax(), overlap.compareTo(sweepWindow) > 0 ? overlap : sweepWindow);
        this.watermark = watermark;
        from = watermark;
        sweepAt = watermark;
        sweepUntil = watermark;
        sweepBegan = now;
        sweepDone = now;
    }

    /** @param now of the server */
    static Progress first(Settings settings, Instant start, Instant now) {
        Progress progress = new Progress(settings, start, now);
        progress.fresh = true;
        return progress;
    }

    /** Whether nothing was read yet: what the vendor forgets before that is no gap. Says so once. */
    boolean isFresh() {
        boolean was = fresh;
        fresh = false;
        return was;
    }

    /** @throws ApiException when it cannot be gone on from here */
    static Progress read(Settings settings, String cursor) {
        try {
            JsonNode json = Json.read(cursor);
            int version = json.path("version").asInt(0);
            if (version != VERSION) {
                throw new ApiException("the cursor is of version " + version + " and this program knows " + VERSION
                        + "; run the program that wrote it, or a newer one");
            }
            Progress progress = new Progress(settings, time(json, "watermark"),
                    time(json.path("sweep"), "began"));
            progress.from = time(json, "from");
            progress.sweepAt = time(json.path("sweep"), "at");
            progress.sweepUntil = time(json.path("sweep"), "until");
            progress.sweepDone = time(json.path("sweep"), "done");
            progress.seen.read(json.path("seen"));
            return progress;
        } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
            throw new ApiException("the cursor cannot be read: " + e.getMessage()
                    + "; nothing was asked for, so that nothing is delivered twice", e);
        }
    }

    /** Whether a cursor was written for another list of events than is configured now. */
    static boolean isOfAnother(Settings settings, String cursor) {
        return !Json.read(cursor).path("source").asString("").equals(settings.identity());
    }

    private static Instant time(JsonNode json, String name) {
        return Instant.parse(json.path(name).asString(""));
    }

    /** From where on the fast lane reads. */
    Instant since() {
        Instant since = seen.floor(watermark.minus(overlap));
        return since.isBefore(from) ? from : since;
    }

    /**
     * From where on a sweep reads: so far before the last one that came to its end began, not before the present. So
     * whatever becomes visible within the window is found, however long nothing was read in between.
     */
    Instant sweepSince() {
        Instant since = seen.floor(sweepDone.minus(sweepWindow));
        return since.isBefore(from) ? from : since;
    }

    void advance(Instant to) {
        if (to.isAfter(watermark)) {
            watermark = to;
        }
        Instant floor = seen.floor(since().isBefore(sweepSince()) ? since() : sweepSince());
        if (floor.isAfter(from)) {
            seen.prune(floor);
            from = floor;
        }
    }

    String cursor() {
        ObjectNode json = Json.object().put("version", VERSION).put("source", source)
                .put("watermark", watermark.toString()).put("from", from.toString());
        json.putObject("sweep").put("at", sweepAt.toString()).put("until", sweepUntil.toString()).put("began",
                sweepBegan.toString()).put("done", sweepDone.toString());
        seen.write(json.putObject("seen"));
        return json.toString();
    }

    static String hash(String text) {
        IdHash hash = IdHash.of(text);
        return HexFormat.of().toHexDigits(hash.high());
    }
}

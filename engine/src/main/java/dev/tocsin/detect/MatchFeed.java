package dev.tocsin.detect;

import dev.tocsin.event.Event;
import dev.tocsin.log.Mark;
import dev.tocsin.log.Output;
import dev.tocsin.log.State;
import dev.tocsin.log.Stream;
import dev.tocsin.sigma.correlate.CorrelationSet;
import dev.tocsin.sigma.correlate.KeyedMatch;
import dev.tocsin.sigma.correlate.RuleMatch;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes into {@code matches} what correlations want, and how far the time of each partition of {@code events} has come.
 *
 * <p>The watermark of a partition is the time of its newest event less the lateness. It is written behind the matches from
 * which it follows, by the one writer of this partition, so whoever reads it has read all matches that came in time. When
 * nothing comes, time goes on by the clock from the newest event on, and the partition says that it is not to be waited for.
 * The clock decides only when something is said; a clock that stands in the future cannot make an event late, because a
 * time ahead of our clock counts as our clock's.
 *
 * <p>One for each worker, used by its thread.
 */
public final class MatchFeed {
    private static final String KEY = "watermark";
    private static final long WRITE_MILLIS = 100;
    private static final long IDLE_WRITE_MILLIS_MIN = 500;
    private static final long IDLE_WRITE_MILLIS_MAX = 10_000;
    private static final Duration MARGIN = Duration.ofMinutes(2);

    private final Clock clock;
    private final long latenessMillis;
    private final long idleMillis;
    private final String site;
    private final Map<Integer, Progress> partitions = new HashMap<>();

    /** How far a partition has come. */
    private static final class Progress {
        private final State state;
        private long newest = Long.MIN_VALUE;
        /** By the clock: when the last event came, and when something was last written. */
        private long heard;
        private long wrote;
        private @Nullable WatermarkRecord written;

        Progress(State state) {
            this.state = state;
        }
    }

    public MatchFeed(CorrelateConfig config, String site, Clock clock) {
        this.clock = clock;
        this.site = site;
        this.latenessMillis = config.lateness().toMillis();
        this.idleMillis = config.idle().toMillis();
    }

    void assigned(int partition, State state) {
        Progress progress = new Progress(state);
        byte[] stored = state.get(KEY);
        if (stored != null) {
            progress.newest = ByteBuffer.wrap(stored).getLong();
        }
        progress.heard = clock.millis();
        partitions.put(partition, progress);
    }

    void revoked(int partition) {
        partitions.remove(partition);
    }

    /**
     * @param body the event; where there is a {@code vendor} in it, rules see that
     * @param owners the revision of the owners where the event stands
     * @return to how many correlations the match did not go because it lacks what they look at
     */
    int matched(Ruleset ruleset, DetectionRule rule, Event in, JsonNode body, int owners, Output out) {
        CorrelationSet set = ruleset.correlations();
        if (!set.isWanted(rule.id())) {
            return 0;
        }
        boolean isVendor = body.get("vendor") instanceof ObjectNode;
        JsonNode document = isVendor ? body.get("vendor") : body;
        List<KeyedMatch> keyed = set
                .route(new RuleMatch(rule.id(), MatchRecord.id(in.id()), in.time().toEpochMilli(), in.customer(),
                        name -> ruleset.field(document, !isVendor, rule.id(), name)));
        keyed.forEach(
                match -> out.route(Stream.MATCHES, MatchRecord.event(match.stamped(owners), in.source(), in.origin())));
        return set.wantedBy(rule.id()) - keyed.size();
    }

    /** After all matches of a batch. */
    void handled(int partition, List<Event> events, CorrelationSet set, Output out) {
        Progress progress = partitions.get(partition);
        if (progress == null || set.isEmpty() || events.stream().allMatch(Mark::is)) {
            return;
        }
        long now = clock.millis();
        for (Event event : events) {
            if (!Mark.is(event)) {
                progress.newest = Math.max(progress.newest, Math.min(event.time().toEpochMilli(), now));
            }
        }
        progress.heard = now;
        if (now - progress.wrote >= WRITE_MILLIS || progress.written == null || progress.written.idle()) {
            write(partition, progress, new WatermarkRecord(0, partition, progress.newest - latenessMillis, false),
                    now, out);
        }
    }

    /** There is nothing in the partition that was not handled. */
    void idle(int partition, CorrelationSet set, Output out) {
        Progress progress = partitions.get(partition);
        if (progress == null || set.isEmpty()) {
            return;
        }
        long now = clock.millis();
        long silent = now - progress.heard - idleMillis;
        if (silent < 0) {
            if (progress.newest != Long.MIN_VALUE && now - progress.wrote >= WRITE_MILLIS
                    && (progress.written == null || !progress.written.idle()
                            && progress.written.millis() < progress.newest - latenessMillis)) {
                write(partition, progress, new WatermarkRecord(0, partition, progress.newest - latenessMillis, false),
                        now, out);
            }
            return;
        }
        boolean isFirst = progress.written == null || !progress.written.idle();
        if (progress.newest == Long.MIN_VALUE) {
            if (isFirst) {
                write(partition, progress, new WatermarkRecord(0, partition, Long.MIN_VALUE, true), now, out);
            }
            return;
        }
        long interval = Math.clamp(silent / 8, IDLE_WRITE_MILLIS_MIN, IDLE_WRITE_MILLIS_MAX);
        if (isFirst || now - progress.wrote >= interval && silent <= interestMillis(set)) {
            write(partition, progress,
                    new WatermarkRecord(0, partition, progress.newest - latenessMillis + silent, true), now, out);
        }
    }

    /** After so long a silence there is no window left that could close. */
    private long interestMillis(CorrelationSet set) {
        long longest = set.plans().stream().mapToLong(p -> p.rule().timespanMillis()).max().orElse(0);
        return 2 * longest * set.levels() + latenessMillis + MARGIN.toMillis();
    }

    private void write(int partition, Progress progress, WatermarkRecord record, long now, Output out) {
        out.mark(Stream.MATCHES, record.mark("detect", site));
        progress.written = record;
        progress.wrote = now;
        byte[] newest = ByteBuffer.allocate(8).putLong(progress.newest).array();
        byte[] stored = progress.state.get(KEY);
        if (stored == null || ByteBuffer.wrap(Objects.requireNonNull(stored)).getLong() != progress.newest) {
            progress.state.put(KEY, newest);
        }
    }
}

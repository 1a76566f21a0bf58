package dev.tocsin.detect;

import dev.tocsin.event.Event;
import dev.tocsin.log.Output;
import dev.tocsin.log.Past;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Reads again, piece by piece, the events to which rules were not applied, for those rules alone. A piece, its alerts and how
 * far it came are one transaction of the stage loop: after a crash it goes on behind the last piece that was committed. Its
 * alerts have the ids that they would have had. Beside other work it takes a share of the time.
 */
final class CatchUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final int PIECE_EVENTS_MAX = 500;
    private static final long PIECE_NANOS_MAX = 100_000_000L;
    private static final Duration PATIENCE = Duration.ofMillis(50);
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final Quarantine quarantine;
    private final Gate gate;
    private final Past past;
    private final ParkedRules.LateMatches late;
    private long notBeforeNanos = System.nanoTime();
    private long minuteBegan = System.nanoTime();
    private int raisedInMinute;
    /** The partition at which it is; negative for none. One after the other, so that what was fetched is used. */
    private int at = -1;

    CatchUp(Quarantine quarantine, Gate gate, Past past, ParkedRules.LateMatches late) {
        this.quarantine = quarantine;
        this.gate = gate;
        this.past = past;
        this.late = late;
    }

    /** What can be worked at: the rule is there. */
    static List<Debt> due(Debts debts, Ruleset ruleset) {
        return debts.isEmpty()
                ? List.of()
                : debts.all().stream().filter(d -> !d.reading().isEmpty() && ruleset.hash(d.subject()) != null)
                        .toList();
    }

    /** @return whether anything was done */
    boolean slice(int partition, Debts debts, Ruleset ruleset, boolean busy, ParkedRules parked, Output out) {
        List<Debt> due = due(debts, ruleset);
        if (due.isEmpty() || at >= 0 && at != partition && parked.isBehind(at, ruleset)) {
            return false;
        }
        long begun = System.nanoTime();
        if (busy && begun < notBeforeNanos || !mayRaise(begun)) {
            return false;
        }
        Set<String> ids = new HashSet<>();
        due.forEach(d -> ids.add(d.subject()));
        RuleSubsets.Subset subset = quarantine.subsets().ask(RuleSubsets.Use.ONLY, ruleset, ids).orElse(null);
        if (subset == null) {
            return false;
        }
        List<Debt> now = due.stream().filter(d -> subset.ids().contains(d.subject())).toList();
        if (now.isEmpty()) {
            return false;
        }
        at = partition;
        boolean done = piece(partition, debts, now, ruleset, subset.rules(), parked, out);
        double share = quarantine.config().catchUpShare();
        long end = System.nanoTime();
        notBeforeNanos = end + (long) ((end - begun) * (1 - share) / share);
        return done;
    }

    private boolean mayRaise(long nowNanos) {
        if (nowNanos - minuteBegan >= MINUTE_NANOS) {
            minuteBegan = nowNanos;
            raisedInMinute = 0;
        }
        return raisedInMinute < quarantine.config().alertsPerMinute();
    }

    private boolean piece(int partition, Debts debts, List<Debt> due, Ruleset ruleset, Ruleset only,
            ParkedRules parked, Output out) {
        long begun = System.nanoTime();
        long from = due.stream().mapToLong(d -> d.reading().first()).min().orElseThrow();
        long to = due.stream().filter(d -> d.reading().first() == from)
                .mapToLong(d -> d.reading().ranges().getFirst().to()).min().orElseThrow();
        Past.Piece piece = past.read(partition, from, to, PIECE_EVENTS_MAX, PATIENCE);
        if (piece.begin() > from) {
            lost(partition, debts, due, from, Math.min(to, piece.begin()), ruleset, parked, out);
        }
        long reached = piece.next();
        for (Past.Read read : piece.events()) {
            if (!mayRaise(begun) || System.nanoTime() - begun > PIECE_NANOS_MAX) {
                reached = read.offset();
                break;
            }
            match(partition, debts, due, ruleset, only, read, parked, out);
        }
        if (reached <= from) {
            return piece.begin() > from;
        }
        for (Debt debt : due) {
            Debt now = debts.of(debt.subject());
            if (now != null && !now.reading().isEmpty()) {
                Debt left = now.with(now.waiting(), now.reading().minus(from, reached));
                debts.put(left);
                if (left.isPaid()) {
                    LOG.info("rule {} has caught up in partition {}", debt.subject(), partition);
                }
            }
        }
        return true;
    }

    private void match(int partition, Debts debts, List<Debt> due, Ruleset ruleset, Ruleset only, Past.Read read,
            ParkedRules parked, Output out) {
        Event event = read.event();
        Ruleset.Matches matches;
        try {
            matches = only.match(event.json(), event.logSource());
        } catch (JacksonException _) {
            return; // It is dead as a whole.
        }
        for (Ruleset.Failure failure : matches.failures()) {
            Debt debt = owing(debts, due, failure.rule(), read.offset());
            if (debt != null) {
                // Should it be parked now, what was looked at is not to be looked at again.
                debts.put(debt.with(debt.waiting(), debt.reading().minus(0, read.offset())));
                parked.failed(partition, debts, ruleset, failure, read.offset(), out);
            }
        }
        for (DetectionRule rule : matches.rules()) {
            if (owing(debts, due, rule, read.offset()) != null) {
                int raised = late.raise(ruleset, rule, event, gate.owners(partition, read.offset()), out);
                raisedInMinute += raised;
                quarantine.late(raised);
            }
        }
    }

    private static @Nullable Debt owing(Debts debts, List<Debt> due, DetectionRule rule, long offset) {
        Debt now = debts.of(rule.id());
        return now != null && now.reading().contains(offset)
                && due.stream().anyMatch(d -> d.subject().equals(rule.id()))
                        ? now
                        : null;
    }

    /** What is not in the log any more can be found by nobody; at least it is said. */
    private void lost(int partition, Debts debts, List<Debt> due, long from, long to, Ruleset ruleset,
            ParkedRules parked, Output out) {
        for (Debt debt : due) {
            OffsetRanges lost = debt.reading().minus(to, Long.MAX_VALUE).minus(0, from);
            if (lost.isEmpty()) {
                continue;
            }
            debts.put(debt.with(debt.waiting(), debt.reading().minus(from, to)));
            parked.lost(debt, partition, lost, "they are not in the log any more", ruleset, out);
        }
    }

    void revoked(int partition) {
        if (at == partition) {
            at = -1;
        }
    }

    @Override
    public void close() {
        past.close();
    }
}

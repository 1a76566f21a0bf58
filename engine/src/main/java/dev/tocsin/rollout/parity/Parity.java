package dev.tocsin.rollout.parity;

import dev.tocsin.event.Digest;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.EngineLedger;
import dev.tocsin.log.EngineReach;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says whether two engines raised the same alerts: waits until both have read what there is, lets {@link Comparison} find what
 * differs, holds that against the ledger, and judges. May be used by any number of threads.
 */
public final class Parity implements ParityDesk.Comparer {
    /** Begins the reason when there is nothing to compare with. */
    static final String ABSENT = "a side is not there: ";
    /** Whose are the alerts that engines raise about themselves. */
    private static final String ENGINES = "tocsin";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CUSTOMERS_NAMED_MAX = 10;

    private final DurableLog log;
    private final Runs runs;
    private final Duration settled;
    private final Clock clock;

    /** What is known of replays. */
    @FunctionalInterface
    public interface Runs {
        /** No replays. */
        Runs NONE = side -> Optional.empty();

        /** The period that a replay has covered to its end; empty when there is none such. */
        Optional<Span> span(Side side);
    }

    /** @param to not included */
    public record Span(Instant from, Instant to) {
    }

    /** @param settled so long after an event a correlation has surely decided about it */
    public Parity(DurableLog log, Runs runs, Duration settled, Clock clock) {
        this.log = log;
        this.runs = runs;
        this.settled = settled;
        this.clock = clock;
    }

    @Override
    public ParityReport compare(Question question) throws IOException, InterruptedException {
        Instant asked = clock.instant();
        long begun = System.nanoTime();
        Coverage coverage = coverage(question, asked);
        Instant to = question.to() != null ? question.to() : coverage.until.truncatedTo(ChronoUnit.MINUTES);
        Instant from = question.from() != null ? question.from() : to.minus(Question.USUAL);
        Answer answer = new Answer(question, from, to, asked, begun);
        if (!coverage.missing.isEmpty()) {
            return answer.inconclusive(ABSENT + coverage.missing);
        }
        if (!from.isBefore(to)) {
            return answer.inconclusive("both sides have come only to " + to);
        }
        Comparison comparison = new Comparison(log, question.first(), question.second(), from, to,
                question.customers());
        comparison.run();
        Map<String, Long> floors = question.noise() == null ? Map.of() : floors(question, from, to);
        Ledgers ledgers = ledgers(question, from, to);
        return answer.of(comparison, floors, ledgers, coverage.until);
    }

    private Map<String, Long> floors(Question question, Instant from, Instant to)
            throws IOException, InterruptedException {
        Question.Noise noise = question.noise();
        if (noise == null) {
            return Map.of();
        }
        Comparison alike = new Comparison(log, noise.first(), noise.second(), from, to, question.customers());
        alike.run();
        return alike.groups().byRule();
    }

    /** @param until what both have surely covered. @param missing what a side lacks to be compared at all, or empty */
    private record Coverage(Instant until, String missing) {
    }

    private Coverage coverage(Question question, Instant asked) throws InterruptedException {
        Instant until = Instant.MAX;
        for (Side side : List.of(question.first(), question.second())) {
            if (side.isReplay()) {
                Optional<Span> span = runs.span(side);
                if (span.isEmpty()) {
                    return new Coverage(asked, "there is no finished replay " + side + " on this node");
                }
                until = min(until, span.get().to());
                if (question.from() != null && question.from().isBefore(span.get().from())) {
                    return new Coverage(asked, "the replay " + side + " begins at " + span.get().from());
                }
                continue;
            }
            EngineReach reach = log.reach(side.engine(), PATIENCE);
            if (!reach.known()) {
                return new Coverage(asked, "engine " + side.engine() + " has never read this log");
            }
            until = min(until, asked.minus(settled));
            Instant next = reach.next();
            if (next != null) {
                until = min(until, next.minus(settled));
            }
        }
        return new Coverage(until, "");
    }

    private static Instant min(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /** @param turnedAway customers of whom a side has not let in all events */
    private record Ledgers(ParityReport.LedgerSays says, List<@Nullable Map<String, Long>> made,
            Set<String> turnedAway) {
    }

    private Ledgers ledgers(Question question, Instant from, Instant to) {
        List<@Nullable EngineLedger> both = new ArrayList<>();
        Set<String> turnedAway = new TreeSet<>();
        for (Side side : List.of(question.first(), question.second())) {
            EngineLedger ledger = side.isReplay() ? null : log.ledger(side.engine(), from, to);
            both.add(ledger);
            if (ledger != null) {
                turnedAway.addAll(ledger.turnedAway().keySet());
            }
        }
        EngineLedger first = both.getFirst();
        EngineLedger second = both.getLast();
        boolean whole = from.equals(from.truncatedTo(ChronoUnit.MINUTES))
                && to.equals(to.truncatedTo(ChronoUnit.MINUTES));
        ParityReport.LedgerSays says = ParityReport.LedgerSays.NOTHING;
        if (whole && first != null && second != null && first.usable() && second.usable()) {
            Set<EngineLedger.Cell> cells = new HashSet<>(first.made().keySet());
            cells.addAll(second.made().keySet());
            cells.removeIf(c -> !isCustomers(c) || !question.customers().isEmpty() && !question.customers().contains(c.customer()));
            long differing = cells.stream().filter(c -> !first.made().getOrDefault(c, Digest.EMPTY)
                    .equals(second.made().getOrDefault(c, Digest.EMPTY))).count();
            says = new ParityReport.LedgerSays(true, cells.size(), differing);
        }
        List<@Nullable Map<String, Long>> made = new ArrayList<>();
        both.forEach(ledger -> made.add(whole && ledger != null && ledger.usable() ? perCustomer(ledger) : null));
        return new Ledgers(says, made, turnedAway);
    }

    /** What engines raise about themselves is not compared. */
    private static boolean isCustomers(EngineLedger.Cell cell) {
        return !cell.customer().equals(ENGINES);
    }

    private static Map<String, Long> perCustomer(EngineLedger ledger) {
        Map<String, Long> sums = new HashMap<>();
        ledger.made().entrySet().stream().filter(e -> isCustomers(e.getKey())).forEach(e -> sums.merge(e.getKey().customer(), e.getValue().count(), Long::sum));
        return sums;
    }

    /** Puts the report together. */
    private record Answer(Question question, Instant from, Instant to, Instant asked, long begunNanos) {
        ParityReport inconclusive(String reason) {
            return new ParityReport(question.first().toString(), question.second().toString(), from, to,
                    ParityReport.INCONCLUSIVE, reason, 0, 0, 0, 0, 0, 0, List.of(), 0, 0,
                    ParityReport.LedgerSays.NOTHING, List.of(), asked, took());
        }

        private long took() {
            return (System.nanoTime() - begunNanos) / 1_000_000;
        }

        ParityReport of(Comparison c, Map<String, Long> floors, Ledgers ledgers, Instant until) {
            Groups groups = c.groups();
            BiPredicate<IdTable.Kind, String> judged = (kind, customer) -> kind == IdTable.Kind.DIFFERENT
                    || !ledgers.turnedAway.contains(customer) && !(question.partial() && kind == IdTable.Kind.MISSING);
            List<String> notes = new ArrayList<>();
            List<String> gone = gone(c, ledgers);
            if (!ledgers.turnedAway.isEmpty()) {
                notes.add("a gate has turned away events of " + names(ledgers.turnedAway)
                        + ": what is missing or extra of them does not count");
            }
            if (question.partial()) {
                notes.add(question.second() + " has a part of the events: what it misses does not count");
            }
            Map<String, Long> beyond = new HashMap<>(groups.judgedByRule(judged));
            beyond.replaceAll((rule, n) -> n - floors.getOrDefault(rule, 0L));
            beyond.values().removeIf(n -> n <= 0);
            String verdict;
            String reason;
            if (c.records(0) + c.records(1) == 0) {
                verdict = ParityReport.INCONCLUSIVE;
                reason = "neither side raised an alert in this time, which says nothing";
            } else if (to.isAfter(until)) {
                verdict = ParityReport.INCONCLUSIVE;
                reason = "both sides have surely come only to " + until + "; what differs after that may still change";
            } else if (!beyond.isEmpty() || c.unnamed() > 0) {
                verdict = ParityReport.FAIL;
                reason = beyond.isEmpty()
                        ? "more differs than could be looked into"
                        : beyond.size() + (beyond.size() == 1 ? " rule differs" : " rules differ")
                                + (floors.isEmpty() ? "" : " beyond the noise");
            } else if (!gone.isEmpty()) {
                verdict = ParityReport.INCONCLUSIVE;
                reason = "nothing differs, but " + String.join("; ", gone);
            } else {
                verdict = ParityReport.PASS;
                reason = groups.differing() == 0 ? "nothing differs" : "what differs is noise or does not count";
            }
            if (verdict.equals(ParityReport.FAIL)) {
                notes.addAll(gone);
            }
            List<ParityReport.Group> shown = groups.report(floors, judged);
            return new ParityReport(question.first().toString(), question.second().toString(), from, to, verdict,
                    reason, c.records(0), c.records(1), groups.count(IdTable.Kind.MISSING),
                    groups.count(IdTable.Kind.EXTRA), groups.count(IdTable.Kind.DIFFERENT),
                    floors.values().stream().mapToLong(n -> n).sum(), shown, groups.differing() - shown.size(),
                    c.unnamed(), ledgers.says, notes, asked, took());
        }

        /** Where the ledger counted more alerts than are still there. */
        private List<String> gone(Comparison c, Ledgers ledgers) {
            List<String> gone = new ArrayList<>();
            for (int side = 0; side < 2; side++) {
                Map<String, Long> made = ledgers.made.get(side);
                if (made == null) {
                    continue;
                }
                Map<String, Long> read = c.byCustomer(side);
                Set<String> less = made.keySet().stream()
                        .filter(k -> question.customers().isEmpty() || question.customers().contains(k))
                        .filter(k -> read.getOrDefault(k, 0L) < made.getOrDefault(k, 0L))
                        .collect(Collectors.toCollection(TreeSet::new));
                if (!less.isEmpty()) {
                    gone.add((side == 0 ? question.first() : question.second())
                            + " raised more alerts than are still in the log, of " + names(less));
                }
            }
            return gone;
        }

        private static String names(Set<String> customers) {
            return customers.stream().limit(CUSTOMERS_NAMED_MAX).collect(Collectors.joining(", "))
                    + (customers.size() > CUSTOMERS_NAMED_MAX
                            ? " and " + (customers.size() - CUSTOMERS_NAMED_MAX) + " more"
                            : "");
        }
    }
}

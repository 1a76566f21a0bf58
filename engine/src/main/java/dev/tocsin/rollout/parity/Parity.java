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
        Judgement answer = new Judgement(question, from, to, asked, begun);
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
        Judgement.Ledgers ledgers = ledgers(question, from, to);
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

    private Judgement.Ledgers ledgers(Question question, Instant from, Instant to) {
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
            cells.removeIf(c -> !isCustomers(c)
                    || !question.customers().isEmpty() && !question.customers().contains(c.customer()));
            long differing = cells.stream().filter(c -> !first.made().getOrDefault(c, Digest.EMPTY)
                    .equals(second.made().getOrDefault(c, Digest.EMPTY))).count();
            says = new ParityReport.LedgerSays(true, cells.size(), differing);
        }
        List<@Nullable Map<String, Long>> made = new ArrayList<>();
        both.forEach(ledger -> made.add(whole && ledger != null && ledger.usable() ? perCustomer(ledger) : null));
        return new Judgement.Ledgers(says, made, turnedAway);
    }

    /** What engines raise about themselves is not compared. */
    private static boolean isCustomers(EngineLedger.Cell cell) {
        return !cell.customer().equals(ENGINES);
    }

    private static Map<String, Long> perCustomer(EngineLedger ledger) {
        Map<String, Long> sums = new HashMap<>();
        ledger.made().entrySet().stream().filter(e -> isCustomers(e.getKey()))
                .forEach(e -> sums.merge(e.getKey().customer(), e.getValue().count(), Long::sum));
        return sums;
    }
}

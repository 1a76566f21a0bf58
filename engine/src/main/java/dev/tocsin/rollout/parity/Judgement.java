package dev.tocsin.rollout.parity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a report of what was found: says what counts of it, and what follows. */
record Judgement(Question question, Instant from, Instant to, Instant asked, long begunNanos) {
    private static final int CUSTOMERS_NAMED_MAX = 10;

    /**
     * What the ledger says.
     *
     * @param made by each side of each customer; null when the ledger does not tell
     * @param turnedAway customers of whom a side has not let in all events
     */
    record Ledgers(ParityReport.LedgerSays says, List<@Nullable Map<String, Long>> made, Set<String> turnedAway) {
    }

    private record Verdict(String word, String reason) {
        static Verdict inconclusive(String reason) {
            return new Verdict(ParityReport.INCONCLUSIVE, reason);
        }
    }

    ParityReport inconclusive(String reason) {
        return new ParityReport(question.first().toString(), question.second().toString(), from, to,
                ParityReport.INCONCLUSIVE, reason, 0, 0, 0, 0, 0, 0, List.of(), 0, 0, ParityReport.LedgerSays.NOTHING,
                List.of(), asked, took());
    }

    private long took() {
        return (System.nanoTime() - begunNanos) / 1_000_000;
    }

    /**
     * @param floors noise of each rule
     * @param until what both sides have surely covered
     */
    ParityReport of(Comparison c, Map<String, Long> floors, Ledgers ledgers, Instant until) {
        Groups groups = c.groups();
        BiPredicate<IdTable.Kind, String> judged = (kind, customer) -> kind == IdTable.Kind.DIFFERENT
                || !ledgers.turnedAway.contains(customer) && !(question.partial() && kind == IdTable.Kind.MISSING);
        Map<String, Long> beyond = new HashMap<>(groups.judgedByRule(judged));
        beyond.replaceAll((rule, n) -> n - floors.getOrDefault(rule, 0L));
        beyond.values().removeIf(n -> n <= 0);
        Verdict verdict = verdict(c, floors, ledgers, until, beyond);
        List<ParityReport.Group> shown = groups.report(floors, judged);
        return new ParityReport(question.first().toString(), question.second().toString(), from, to, verdict.word,
                verdict.reason, c.records(0), c.records(1), groups.count(IdTable.Kind.MISSING),
                groups.count(IdTable.Kind.EXTRA), groups.count(IdTable.Kind.DIFFERENT),
                floors.values().stream().mapToLong(n -> n).sum(), shown, groups.differing() - shown.size(), c.unnamed(),
                ledgers.says, notes(ledgers), asked, took());
    }

    private Verdict verdict(Comparison c, Map<String, Long> floors, Ledgers ledgers, Instant until,
            Map<String, Long> beyond) {
        if (c.records(0) + c.records(1) == 0) {
            return Verdict.inconclusive("neither side raised an alert in this time, which says nothing");
        }
        if (to.isAfter(until)) {
            return Verdict.inconclusive("both sides have surely come only to " + until
                    + "; what differs after that may still change");
        }
        List<String> gone = gone(c, ledgers);
        if (!gone.isEmpty()) {
            return Verdict.inconclusive(String.join("; ", gone));
        }
        if (!beyond.isEmpty()) {
            return new Verdict(ParityReport.FAIL,
                    beyond.size() + (beyond.size() == 1 ? " rule differs" : " rules differ")
                            + (floors.isEmpty() ? "" : " beyond the noise"));
        }
        if (c.unnamed() > 0) {
            return new Verdict(ParityReport.FAIL, "more differs than could be looked into");
        }
        if (!tells(c, ledgers)) {
            return Verdict.inconclusive(question.partial()
                    ? question.second() + " raised no alert in this time, which says nothing"
                    : "of no customer that raised an alert have both sides let in all events");
        }
        return new Verdict(ParityReport.PASS,
                c.groups().differing() == 0 ? "nothing differs" : "what differs is noise or does not count");
    }

    /** Whether there was anything that could have differed and counted. */
    private boolean tells(Comparison c, Ledgers ledgers) {
        for (int side = question.partial() ? 1 : 0; side < 2; side++) {
            if (c.byCustomer(side).keySet().stream().anyMatch(k -> !ledgers.turnedAway.contains(k))) {
                return true;
            }
        }
        return question.partial() && c.records(1) > 0;
    }

    private List<String> notes(Ledgers ledgers) {
        List<String> notes = new ArrayList<>();
        if (!ledgers.turnedAway.isEmpty()) {
            notes.add("a gate has turned away events of " + names(ledgers.turnedAway)
                    + ": what is missing or extra of them does not count");
        }
        if (question.partial()) {
            notes.add(question.second() + " has a part of the events: what it misses does not count");
        }
        return notes;
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

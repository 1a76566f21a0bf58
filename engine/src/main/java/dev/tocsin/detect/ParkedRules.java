package dev.tocsin.detect;

import dev.tocsin.event.Event;
import dev.tocsin.log.Output;
import dev.tocsin.log.Past;
import dev.tocsin.log.State;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the partitions of one worker owe, and when a rule begins and ends to owe. How it goes:
 *
 * <p>A rule that fails on an event owes that event. When it has failed on too many, or raises too many alerts, or was found to be
 * slow, it is parked: from that offset on it is not applied, and owes all that comes. Its hits are ignored at once, and a set of
 * rules without it is compiled meanwhile. When its content changes, or somebody releases it, it is applied again from the
 * offset then reached, and what it owes is read again by {@link CatchUp}. A file of which something cannot be read owes for
 * the rules that it may have: when it can be read, those of its rules that were not applied all the time catch up.
 *
 * <p>All of it is in the stage's state, and changes in the transaction of the batch in which it was decided. One for each worker,
 * used by its thread.
 */
final class ParkedRules implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ParkedRules.class);

    private final Quarantine quarantine;
    private final EngineAlerts alerts;
    private final Gate gate;
    private final IntSupplier owners;
    private final CatchUp catchUp;
    private final Map<Integer, Debts> partitions = new HashMap<>();

    /**
     * @param past of the stream that is matched
     * @param owners the revision that holds at present, for what the engine says of itself
     */
    ParkedRules(Quarantine quarantine, Alerts alerts, Gate gate, Past past, LateMatches late,
            IntSupplier owners) {
        this.quarantine = quarantine;
        this.alerts = new EngineAlerts(alerts);
        this.gate = gate;
        this.owners = owners;
        this.catchUp = new CatchUp(quarantine, gate, past, late);
    }

    /** Raises what a rule that catches up finds in an event. */
    interface LateMatches {
        /**
         * @param owners the revision of the owners where the event stands
         * @return how many alerts were raised
         */
        int raise(Ruleset ruleset, DetectionRule rule, Event event, int owners, Output out);
    }

    void assigned(int partition, State state) {
        partitions.put(partition, new Debts(state));
    }

    void revoked(int partition) {
        partitions.remove(partition);
        quarantine.forgets(partition);
        catchUp.revoked(partition);
    }

    void rewound(int partition) {
        debts(partition).rewound = true;
    }

    private Debts debts(int partition) {
        Debts debts = partitions.get(partition);
        if (debts == null) {
            throw new IllegalStateException("partition " + partition + " was not assigned");
        }
        return debts;
    }

    /**
     * Before anything is done in a partition.
     *
     * @param next where the next event stands
     */
    Debts begin(int partition, Ruleset ruleset, long next, Output out) {
        Debts debts = debts(partition);
        if (debts.rewound) {
            debts.rewound = false;
            debts.all().forEach(debt -> debts.put(debt.rewound(next)));
        }
        if (debts.seen != ruleset) {
            rules(debts, ruleset, next);
            files(partition, debts, ruleset, next, out);
            debts.seen = ruleset;
        }
        quarantine.orders().forEach((id, order) -> {
            if (order.park()) {
                follow(partition, debts, ruleset, id, order, next, out);
            } else {
                release(partition, debts, ruleset, id, order, next, out);
            }
        });
        quarantine.shows(partition, debts, next);
        return debts;
    }

    /** A batch was handled. */
    void handled(int partition, Debts debts, long next) {
        if (!debts.isEmpty()) {
            quarantine.shows(partition, debts, next);
        }
    }

    /** Other rules are in force, or it is the first look. */
    private void rules(Debts debts, Ruleset ruleset, long next) {
        Set<String> refused = ruleset.refused().stream().map(Ruleset.Refused::file).collect(Collectors.toSet());
        for (Debt debt : debts.all()) {
            if (debt.isFile()) {
                continue;
            }
            String hash = ruleset.hash(debt.subject());
            if (hash == null) {
                if (refused.stream().noneMatch(file -> debt.file().endsWith(file)) && debt.waiting().isOpen()) {
                    LOG.warn("rule {} is in quarantine, and not among the rules any more; what it owes is kept",
                            debt.subject());
                    debts.put(debt.gone(next));
                }
            } else if (!hash.equals(debt.hash())) {
                LOG.info("rule {} has changed; it is applied again and catches up", debt.subject());
                quarantine.rate().forget(debt.subject());
                debts.put(debt.release(hash, next));
            } else if (debt.parked()) {
                quarantine.restored(debt);
                if (!debt.waiting().isOpen()) {
                    debts.put(debt.with(debt.waiting().plus(next, Long.MAX_VALUE), debt.reading()));
                }
            }
        }
    }

    private void files(int partition, Debts debts, Ruleset ruleset, long next, Output out) {
        Map<String, String> refused = new TreeMap<>();
        ruleset.refused().forEach(r -> refused.putIfAbsent(r.file(), r.why()));
        refused.forEach((file, why) -> {
            String subject = Debt.FILE + file;
            Debt known = debts.of(subject);
            if (known == null) {
                Debt debt = new Debt(subject, "", file, Debt.Reason.REFUSED, why, quarantine.now(), "", false,
                        OffsetRanges.NONE, OffsetRanges.NONE, ids(ruleset, file)).park(Debt.Reason.REFUSED, why,
                                quarantine.now(), "", next);
                debts.put(debt);
                announce(partition, debt, next, ruleset, out);
            } else {
                Debt now = converted(debts, known, ruleset, next);
                debts.put(now.waiting().isOpen()
                        ? now
                        : now.with(now.waiting().plus(next, Long.MAX_VALUE), OffsetRanges.NONE));
            }
        });
        for (Debt debt : debts.all()) {
            if (!debt.isFile() || refused.containsKey(debt.file())) {
                continue;
            }
            if (ids(ruleset, debt.file()).isEmpty()) {
                debts.put(debt.gone(next));
            } else {
                converted(debts, debt, ruleset, next);
                debts.remove(debt.subject());
            }
        }
    }

    private static Set<String> ids(Ruleset ruleset, String file) {
        return ruleset.rulesOf(file).stream().map(DetectionRule::id).collect(Collectors.toSet());
    }

    /** Rules of a file that can be read now catch up with what the file owes. */
    private static Debt converted(Debts debts, Debt file, Ruleset ruleset, long next) {
        Set<String> known = new TreeSet<>(file.known());
        for (DetectionRule rule : ruleset.rulesOf(file.file())) {
            String hash = ruleset.hash(rule.id());
            if (hash == null || !known.add(rule.id())) {
                continue;
            }
            LOG.info("rule {} of {} can be used now; it catches up", rule.id(), file.file());
            Debt before = debts.of(rule.id());
            Debt debt = before == null ? Debt.of(rule, file.reason(), file.cause(), file.since(), hash) : before;
            debts.put(debt.with(debt.waiting(), debt.reading().plus(file.waiting().before(next))));
        }
        return new Debt(file.subject(), file.title(), file.file(), file.reason(), file.cause(), file.since(),
                file.hash(), file.parked(), file.waiting(), file.reading(), known);
    }

    /** A rule that was found to be harmful elsewhere is parked here, too. */
    private void follow(int partition, Debts debts, Ruleset ruleset, String id, Quarantine.Order order, long next,
            Output out) {
        if (debts.isParked(id) || !order.hash().equals(ruleset.hash(id))) {
            return;
        }
        ruleset.rules().stream().filter(r -> r.id().equals(id)).findFirst()
                .ifPresent(rule -> park(partition, debts, ruleset, rule, order, next, out));
    }

    private void release(int partition, Debts debts, Ruleset ruleset, String id, Quarantine.Order order, long next,
            Output out) {
        Debt debt = debts.of(id);
        if (debt == null || !debt.parked() && debt.waiting().isEmpty() || debt.since().isAfter(order.when())) {
            return;
        }
        String hash = ruleset.hash(id);
        boolean refused = ruleset.refused().stream().anyMatch(r -> debt.file().endsWith(r.file()));
        if (hash != null) {
            LOG.info("rule {} is released; it is applied again and catches up", id);
            debts.put(debt.release(hash, next));
        } else if (!refused) {
            OffsetRanges lost = debt.waiting().plus(debt.reading()).before(next);
            debts.remove(id);
            if (!lost.isEmpty()) {
                lost(debt, partition, lost, "it is not among the rules any more, and was released", ruleset, out);
            }
        }
    }

    /** The rules to be matched: without those that are parked here, as soon as that is compiled. */
    Ruleset matching(Debts debts, Ruleset ruleset) {
        if (debts.parked().isEmpty()) {
            return ruleset;
        }
        Set<String> there = new HashSet<>(debts.parked());
        there.removeIf(id -> ruleset.hash(id) == null);
        return there.isEmpty()
                ? ruleset
                : quarantine.subsets().ask(RuleSubsets.Use.WITHOUT, ruleset, there)
                        .filter(subset -> there.containsAll(subset.ids())).map(RuleSubsets.Subset::rules)
                        .orElse(ruleset);
    }

    /** Whether the rule may raise one more alert; if not it is parked, from this event on. */
    boolean mayRaise(int partition, Debts debts, Ruleset ruleset, DetectionRule rule, Event event, long offset,
            Output out) {
        if (quarantine.rate().take(rule.id(), event.time())) {
            return true;
        }
        park(partition, debts, ruleset, rule, Debt.Reason.FLOOD, "raises more than "
                + quarantine.config().alertsPerMinute() + " alerts in a minute of the events' time", offset, out);
        return false;
    }

    /** The rule failed on an event: it owes it, and is parked when there are too many. */
    void failed(int partition, Debts debts, Ruleset ruleset, Ruleset.Failure failure, long offset, Output out) {
        DetectionRule rule = failure.rule();
        String hash = ruleset.hash(rule.id());
        String cause = "failed: " + failure.cause();
        Debt known = debts.of(rule.id());
        Debt debt = known == null
                ? Debt.of(rule, Debt.Reason.FAILED, cause, quarantine.now(), String.valueOf(hash))
                : known;
        debt = debt.failed(cause, quarantine.now(), String.valueOf(hash), offset);
        debts.put(debt);
        if (!debt.parked() && debt.waiting().count(Long.MAX_VALUE) >= quarantine.config().failures()) {
            park(partition, debts, ruleset, rule, Debt.Reason.FAILED, cause, offset, out);
        }
    }

    private void park(int partition, Debts debts, Ruleset ruleset, DetectionRule rule, Debt.Reason reason,
            String cause, long from, Output out) {
        quarantine.park(rule.id(), reason, cause, String.valueOf(ruleset.hash(rule.id())));
        Quarantine.Order order = quarantine.order(rule.id());
        if (order != null) {
            park(partition, debts, ruleset, rule, order, from, out);
        }
    }

    private void park(int partition, Debts debts, Ruleset ruleset, DetectionRule rule, Quarantine.Order order,
            long from, Output out) {
        Debt known = debts.of(rule.id());
        Debt debt = known == null
                ? Debt.of(rule, order.reason(), order.cause(), order.when(), order.hash())
                : known;
        debt = debt.park(order.reason(), order.cause(), order.when(), order.hash(), from);
        debts.put(debt);
        announce(partition, debt, from, ruleset, out);
        matching(debts, ruleset);
    }

    private void announce(int partition, Debt debt, long from, Ruleset ruleset, Output out) {
        if (quarantine.announces(debt, partition)) {
            LOG.error(
                    "{} ({}) is parked from offset {} of partition {} on: {}; it catches up when it is mended or released",
                    debt.subject(), debt.file(), from, partition, debt.cause());
            Event alert = alerts.parked(debt, partition, from, quarantine.now(), ruleset.content());
            DetectStage.publish(gate, EngineAlerts.QUARANTINE, alert, owners.getAsInt(), out);
        }
    }

    /** Says that a rule will not be applied to some events. */
    void lost(Debt debt, int partition, OffsetRanges lost, String why, Ruleset ruleset, Output out) {
        LOG.error("rule {} will not be applied to offsets {} of partition {}: {}", debt.subject(), lost, partition,
                why);
        Event alert = alerts.lost(debt, partition, lost, why, quarantine.now(), ruleset.content());
        DetectStage.publish(gate, EngineAlerts.LOSS, alert, owners.getAsInt(), out);
    }

    /** What is no work of now. */
    boolean beside(int partition, Ruleset ruleset, long next, boolean busy, Output out) {
        Debts debts = begin(partition, ruleset, next, out);
        boolean more = catchUp.slice(partition, debts, ruleset, busy, this, out);
        if (more) {
            quarantine.shows(partition, debts, next);
        }
        return debts.takeChanged() || more;
    }

    /** Whether a partition of this worker has rules that catch up. */
    boolean isBehind(int partition, Ruleset ruleset) {
        Debts debts = partitions.get(partition);
        return debts != null && !CatchUp.due(debts, ruleset).isEmpty();
    }

    List<Integer> partitions() {
        return List.copyOf(partitions.keySet());
    }

    @Override
    public void close() {
        catchUp.close();
    }
}

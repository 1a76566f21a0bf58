package dev.tocsin.detect;

import dev.tocsin.event.Event;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Rules that are not applied because they would harm the others: they fail, take too much time, raise too many alerts, or
 * cannot be read. What an engine's workers share of it: the limits, what they have decided, what people want, and what is
 * shown of it. What each partition owes is kept by its worker ({@link ParkedRules}) in the stage's state.
 *
 * <p>A rule that is parked in one partition is parked in all partitions of this node with their next batch, as is what is released.
 * Both hold as long as the rule stays what it is: another hash is another rule.
 *
 * <p>Any thread may use it. Two threads belong to it: one compiles rule sets without what is parked, one looks for what
 * makes events slow.
 */
public final class Quarantine implements AutoCloseable {
    private static final int ANNOUNCED_MAX = 10_000;

    private final QuarantineConfig config;
    private final Clock clock;
    private final AlertRate rate;
    private final RuleSubsets subsets = new RuleSubsets();
    private final SlowRules slow;
    private final Map<String, Order> orders = new ConcurrentHashMap<>();
    private final Map<String, Integer> announced = new ConcurrentHashMap<>();
    private final Map<Integer, Owed> partitions = new ConcurrentHashMap<>();
    private final AtomicLong late = new AtomicLong();

    /** What all partitions are to do with a rule. */
    record Order(boolean park, Debt.Reason reason, String cause, String hash, Instant when) {
    }

    /** @param next where the next event stands */
    private record Owed(Collection<Debt> debts, long next) {
    }

    /**
     * A rule, or a file whose rules are not known, that owes something.
     *
     * @param rule the rule's id; of a file {@code file:} and its name
     * @param state parked; failing: it is applied, but failed on some events; catching_up
     * @param reason failed, slow, flood, refused, operator
     * @param cause in a sentence
     * @param events how many offsets there are to be looked at again at present; not at each of them stands an event
     */
    public record Parked(String rule, String title, String file, String state, String reason, String cause,
            Instant since, long events, List<Part> partitions) {
        public Parked {
            partitions = List.copyOf(partitions);
        }
    }

    /**
     * Of one partition, ranges of offsets such as {@code 5,7-9,12-}.
     *
     * @param waiting are read again when the rule has changed or is released
     * @param reading are being read again
     */
    public record Part(int partition, String waiting, String reading) {
    }

    public Quarantine(QuarantineConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.rate = new AlertRate(config.alertsPerMinute());
        this.slow = new SlowRules(config, this);
    }

    QuarantineConfig config() {
        return config;
    }

    AlertRate rate() {
        return rate;
    }

    RuleSubsets subsets() {
        return subsets;
    }

    Instant now() {
        return clock.instant();
    }

    /** Measures what rules cost, beside the worker, when nothing else is looked for. */
    void measure(Runnable work) {
        slow.run(work);
    }

    /** An event was matched. */
    void matched(Ruleset ruleset, Event event, long nanos) {
        slow.matched(ruleset, event, nanos);
    }

    Map<String, Order> orders() {
        return orders;
    }

    /** From now on the rule is parked, as long as it is what it is. */
    void park(String ruleId, Debt.Reason reason, String cause, String hash) {
        orders.put(ruleId, new Order(true, reason, cause, hash, now()));
    }

    /** What a partition of before had parked is parked in all. */
    void restored(Debt debt) {
        orders.putIfAbsent(debt.subject(), new Order(true, debt.reason(), debt.cause(), debt.hash(), debt.since()));
    }

    /** Whether this partition is to tell of it; one does. */
    boolean announces(Debt debt, int partition) {
        if (announced.size() > ANNOUNCED_MAX) {
            announced.clear();
        }
        String key = debt.subject() + " " + debt.hash() + " " + debt.since().toEpochMilli() / 60_000;
        Integer who = announced.putIfAbsent(key, partition);
        // The same one may have to say it again, when its batch failed.
        return who == null || who == partition;
    }

    /** What a partition owes now. */
    void shows(int partition, Debts debts, long next) {
        if (debts.isEmpty()) {
            partitions.remove(partition);
        } else {
            partitions.put(partition, new Owed(debts.all(), next));
        }
    }

    void forgets(int partition) {
        partitions.remove(partition);
    }

    void late(int alerts) {
        late.addAndGet(alerts);
    }

    /** Alerts that were raised when rules caught up, since the start. */
    public long lateAlerts() {
        return late.get();
    }

    /** The first offset of a partition that a rule still has to see; of partitions that this node has. */
    public OptionalLong wanted(int partition) {
        Owed owed = partitions.get(partition);
        return owed == null
                ? OptionalLong.empty()
                : owed.debts().stream().map(d -> d.waiting().plus(d.reading())).filter(r -> !r.isEmpty())
                        .mapToLong(OffsetRanges::first).min();
    }

    /** What owes something in the partitions of this node. */
    public List<Parked> list() {
        Map<String, Parked> all = new TreeMap<>();
        new TreeMap<>(partitions).forEach((partition, owed) -> owed.debts().forEach(debt -> {
            Part part = new Part(partition, debt.waiting().toString(), debt.reading().toString());
            long events = debt.waiting().plus(debt.reading()).count(owed.next());
            Parked one = new Parked(debt.subject(), debt.title(), debt.file(), debt.state(), debt.reason().word(),
                    debt.cause(), debt.since(), events, List.of(part));
            all.merge(debt.subject(), one, Quarantine::joined);
        }));
        return List.copyOf(all.values());
    }

    private static Parked joined(Parked a, Parked b) {
        List<Part> parts = new ArrayList<>(a.partitions());
        parts.addAll(b.partitions());
        Parked worse = a.state().equals("parked") || !b.state().equals("parked") ? a : b;
        return new Parked(a.rule(), a.title(), a.file(), worse.state(), worse.reason(), worse.cause(),
                a.since().isBefore(b.since()) ? a.since() : b.since(), a.events() + b.events(), parts);
    }

    /**
     * The rule is applied again, as it is, and catches up. A rule or file that is in no content any more is given up: what it
     * owes is said to be lost.
     *
     * @throws IllegalArgumentException when there is nothing to release by that name
     */
    public void release(String rule) {
        Set<String> known = new java.util.TreeSet<>(list().stream().map(Parked::rule).toList());
        if (!known.contains(rule)) {
            throw new IllegalArgumentException("no rule \"" + rule + "\" is in quarantine"
                    + (known.isEmpty() ? "; none is" : "; these are: " + String.join(", ", known)));
        }
        rate.forget(rule);
        orders.put(rule, new Order(false, Debt.Reason.OPERATOR, "released", "", now()));
    }

    /** How many rules there are in each state that a dashboard wants, for Prometheus; empty when there is none. */
    public String metrics() {
        StringBuilder out = new StringBuilder();
        for (Parked one : list()) {
            if (out.isEmpty()) {
                out.append("# HELP tocsin_rule_quarantined Rules that owe events: 1 parked, 0 catching up or failing\n")
                        .append("# TYPE tocsin_rule_quarantined gauge\n");
            }
            out.append("tocsin_rule_quarantined{rule=\"").append(RuleCosts.label(one.rule())).append("\"} ")
                    .append(one.state().equals("parked") ? 1 : 0).append('\n');
        }
        return out.toString();
    }

    /** What of a rule is to be seen in its place. */
    @Nullable
    Order order(String ruleId) {
        return orders.get(ruleId);
    }

    @Override
    public void close() {
        slow.close();
        subsets.close();
    }
}

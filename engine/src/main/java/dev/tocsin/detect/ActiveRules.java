package dev.tocsin.detect;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The rules in force, and how often each fired since the start. One for an engine, shared by its workers; any thread may
 * read it or exchange the rules. A worker takes the set once for each batch, so no batch sees two contents.
 */
public final class ActiveRules {
    private volatile Ruleset ruleset;
    private final ConcurrentHashMap<String, LongAdder> hits = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final LongAdder alerts = new LongAdder();
    private final ConcurrentHashMap<String, Instant> lastHits = new ConcurrentHashMap<>();
    private final RuleCosts costs = new RuleCosts();
    private final LongAdder differences = new LongAdder();
    private final LongAdder unkeyed = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private volatile String lastDifference = "";

    public ActiveRules(Ruleset ruleset) {
        this.ruleset = ruleset;
    }

    public Ruleset ruleset() {
        return ruleset;
    }

    /** Takes effect with the next batch of each worker. Counts are kept: they belong to the rule's id. */
    public void exchange(Ruleset next) {
        ruleset = next;
    }

    public long hits(String ruleId) {
        return count(hits, ruleId);
    }

    /** On how many events the rule failed. */
    public long failures(String ruleId) {
        return count(failures, ruleId);
    }

    /** Time of the last event that the rule matched since the start; null when there was none. */
    public @Nullable Instant lastHit(String ruleId) {
        return lastHits.get(ruleId);
    }

    /** What rules cost. */
    public RuleCosts costs() {
        return costs;
    }

    void hit(String ruleId, Instant eventTime) {
        lastHits.merge(ruleId, eventTime, (a, b) -> a.isAfter(b) ? a : b);
    }

    /** All alerts since the start. */
    public long alerts() {
        return alerts.sum();
    }

    /** On how many sampled events the two ways to match differed since the start; it must stay at 0. */
    public long differences() {
        return differences.sum();
    }

    /** Matches that did not go to a correlation because they lack what it groups by or counts, since the start. */
    public long unkeyed() {
        return unkeyed.sum();
    }

    /** Groups that correlations forgot before their time, since the start. */
    public long evicted() {
        return evicted.sum();
    }

    void evicted(int groups) {
        evicted.add(groups);
    }

    void unkeyed(int matches) {
        unkeyed.add(matches);
    }

    /** Of which event and rules the last difference was; empty if there was none. */
    public String lastDifference() {
        return lastDifference;
    }

    void differed(String what) {
        differences.increment();
        lastDifference = what;
    }

    /** @param raised how many alerts they raised: a rule that only feeds correlations raises none */
    void count(List<String> hitRuleIds, List<String> failedRuleIds, int raised) {
        hitRuleIds.forEach(id -> hits.computeIfAbsent(id, _ -> new LongAdder()).increment());
        failedRuleIds.forEach(id -> failures.computeIfAbsent(id, _ -> new LongAdder()).increment());
        alerts.add(raised);
    }

    private static long count(ConcurrentHashMap<String, LongAdder> counts, String ruleId) {
        LongAdder count = counts.get(ruleId);
        return count == null ? 0 : count.sum();
    }
}

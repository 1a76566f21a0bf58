package dev.tocsin.source.api;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** The budgets of all credentials of one process. Thread-safe. */
public final class RateBudgets {
    private final InstantSource clock;
    private final Map<String, RateBudget> budgets = new HashMap<>();

    public RateBudgets(InstantSource clock) {
        this.clock = clock;
    }

    /** @param credential that which the vendor counts by; kept only as a hash */
    synchronized RateBudget of(String credential, double perSecond) {
        IdHash hash = IdHash.of(credential);
        RateBudget budget = budgets.computeIfAbsent(hash.toString(), _ -> new RateBudget(0, clock));
        budget.atMost(perSecond);
        return budget;
    }
}

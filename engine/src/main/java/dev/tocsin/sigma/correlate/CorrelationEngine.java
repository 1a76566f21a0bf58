package dev.tocsin.sigma.correlate;

import java.util.ArrayList;
import java.util.List;

/**
 * Correlations from end to end in one place, with time given by the caller: for tests of rules, and for files. Matches may
 * come in any order between two watermarks; what fires is the same.
 */
public final class CorrelationEngine {
    private final CorrelationSet set;
    private final Correlator correlator;

    public CorrelationEngine(List<CorrelationRule> rules) {
        this(new CorrelationSet(rules), AlertNames.ofHash(), Limits.DEFAULT);
    }

    public CorrelationEngine(CorrelationSet set, AlertNames names, Limits limits) {
        this.set = set;
        this.correlator = new Correlator(set, names, limits, CorrelationStore.NOWHERE);
    }

    public CorrelationSet set() {
        return set;
    }

    /** @return false when it came behind the watermark and does not count */
    public boolean accept(RuleMatch match) {
        boolean inTime = true;
        for (KeyedMatch keyed : set.route(match)) {
            inTime &= correlator.accept(keyed) != Correlator.Taken.LATE;
        }
        return inTime;
    }

    /**
     * Nothing earlier than the watermark will come any more.
     *
     * @return what fired, silent ones included, lower levels first
     */
    public List<Firing> advance(long watermarkMillis) {
        List<Firing> all = new ArrayList<>();
        for (int level = 0; level < set.levels(); level++) {
            List<Firing> firings = correlator.advance(level, watermarkMillis);
            firings.forEach(f -> f.onward().forEach(correlator::accept));
            all.addAll(firings);
        }
        correlator.save();
        return all;
    }

    /** Nothing comes any more: all windows close. */
    public List<Firing> finish() {
        return advance(Long.MAX_VALUE);
    }

    /** What was forgotten since the last call because a limit was reached. */
    public List<Evicted> takeEvicted() {
        return correlator.takeEvicted();
    }
}

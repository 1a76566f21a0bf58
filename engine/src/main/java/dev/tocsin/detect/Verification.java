package dev.tocsin.detect;

import dev.tocsin.event.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one event in so many also through the slow and obvious way, and compares. A difference is a fault of this program: it
 * is logged, counted, and raises an alarm; the alerts of both ways are raised, since one too many costs less than one too
 * few.
 *
 * @param oneIn 0: no event
 */
record Verification(ActiveRules active, int oneIn) {
    private static final Logger LOG = LoggerFactory.getLogger(Verification.class);

    /** Which events are taken is a matter of their ids, so that events read again are treated alike. */
    private boolean takes(Event event) {
        return oneIn > 0 && Math.floorMod(event.id().hashCode(), oneIn) == 0;
    }

    /** What matched, and what should have. */
    Ruleset.Matches verified(Ruleset.Matches fast, Ruleset ruleset, Event event) {
        if (!takes(event) || !fast.failures().isEmpty()) {
            return fast;
        }
        List<DetectionRule> slow;
        try {
            slow = ruleset.matchNaively(event.json(), event.logSource());
        } catch (RuntimeException | StackOverflowError e) {
            differed(event, "the slow way failed: " + e);
            return fast;
        }
        List<String> missed = without(slow, fast.rules());
        List<String> other = without(fast.rules(), slow);
        if (missed.isEmpty() && other.isEmpty()) {
            return fast;
        }
        differed(event, "missed rules " + missed + ", wrongly matched rules " + other);
        Map<String, DetectionRule> both = new LinkedHashMap<>();
        fast.rules().forEach(rule -> both.put(rule.id(), rule));
        slow.forEach(rule -> both.putIfAbsent(rule.id(), rule));
        return Ruleset.Matches.of(new ArrayList<>(both.values()));
    }

    private void differed(Event event, String how) {
        active.differed("event " + event.id() + ": " + how);
        LOG.error("detect: matched in two ways, event {} gives two answers: {}; the alerts of both are raised. "
                + "Please report this with the event and the rules", event.id(), how);
    }

    private static List<String> without(List<DetectionRule> all, List<DetectionRule> some) {
        List<String> ids = some.stream().map(DetectionRule::id).toList();
        return all.stream().map(DetectionRule::id).filter(id -> !ids.contains(id)).toList();
    }
}

package dev.tocsin.sigma.correlate;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A temporal correlation with a {@code not}. Each match of a rule that must match is an anchor, one after the other: when
 * the timespan after it is over, the rules that must match are looked for in that timespan, and those that must not in the
 * timespan before it, too, because a temporal correlation does not care which came first.
 */
final class AnchoredGroup extends Group {
    private final RuleExpression expression;
    /** Matches remembered, and of these the ones before the anchor's time, by rule. */
    private final int[] all;
    private final int[] before;
    /** Place of the anchor, -1 for none; and of the first match that is not before the anchor's time. */
    private int anchor = -1;
    private int forward;

    AnchoredGroup(Slot slot, Owner owner) {
        super(slot, owner);
        expression = Objects.requireNonNull(rule.expression());
        all = new int[rule.rules().size()];
        before = new int[rule.rules().size()];
    }

    @Override
    void decide(Entry entry) {
        if (anchor < 0) {
            trim(entry.time - timespan);
        }
        append(entry);
        if (anchor < 0 && expression.wants(entry.rule)) {
            anchor(window.size() - 1);
        }
    }

    @Override
    void remember(Entry entry) {
        append(entry);
        if (anchor < 0 && expression.wants(entry.rule) && (mark == null || order.compare(entry, mark) > 0)) {
            anchor(window.size() - 1);
            trim(entry.time - timespan);
        }
    }

    private void append(Entry entry) {
        window.addLast(entry);
        all[entry.rule]++;
    }

    private void anchor(int place) {
        anchor = place;
        long time = window.get(place).time;
        while (window.get(forward).time < time) {
            before[window.get(forward).rule]++;
            forward++;
        }
    }

    private void trim(long from) {
        while (!window.isEmpty() && window.first().time < from) {
            Entry old = window.removeFirst();
            all[old.rule]--;
            if (forward > 0) {
                forward--;
                before[old.rule]--;
            }
            anchor = Math.max(-1, anchor - 1);
            release(old);
        }
    }

    @Override
    long timer() {
        return anchor < 0 ? idleTimer() : window.get(anchor).time + timespan;
    }

    @Override
    void expire(long at) {
        if (anchor < 0) {
            endQuiet();
            forget();
            return;
        }
        if (expression.holds(i -> all[i] > before[i], i -> all[i] == 0)) {
            List<Entry> events = IntStream.range(forward, window.size()).mapToObj(window::get)
                    .filter(e -> expression.wants(e.rule)).toList();
            fire(at, events, events.stream().map(e -> e.rule).distinct().sorted()
                    .map(i -> rule.rules().get(i).written()).collect(Collectors.joining(", ")));
            forget();
            consume(Entry.endOf(at), true);
            return;
        }
        mark = window.get(anchor);
        int next = anchor + 1;
        while (next < window.size() && !expression.wants(window.get(next).rule)) {
            next++;
        }
        if (next < window.size()) {
            anchor(next);
            trim(window.get(anchor).time - timespan);
        } else {
            anchor = -1;
        }
    }

    private void forget() {
        releaseWindow();
        java.util.Arrays.fill(all, 0);
        java.util.Arrays.fill(before, 0);
        anchor = -1;
        forward = 0;
    }
}

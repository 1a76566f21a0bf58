package dev.tocsin.sigma.correlate;

import dev.tocsin.sigma.correlate.NaiveCorrelations.Found;
import dev.tocsin.sigma.correlate.NaiveCorrelations.Item;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** One group of {@link NaiveCorrelations}. */
final class NaiveGroup {
    private final CorrelationRule rule;
    private final long timespan;
    private final List<Found> found = new ArrayList<>();
    /** What is not used up yet, in order. */
    private List<Item> left;

    NaiveGroup(CorrelationRule rule, List<Item> items) {
        this.rule = rule;
        this.timespan = rule.timespanMillis();
        this.left = new ArrayList<>(items);
    }

    List<Found> find() {
        switch (rule.type()) {
            case X_CHANGE -> change();
            case X_SPIKE -> spike((Extension.Spike) rule.extension());
            case X_FLATLINE -> flatline(((Extension.Flatline) rule.extension()).threshold());
            case X_NEW_TERM -> newTerm(((Extension.NewTerm) rule.extension()).learnMillis());
            case TEMPORAL_ORDERED -> sliding();
            case TEMPORAL -> {
                if (rule.expression() != null && rule.expression().hasNot()) {
                    anchored();
                } else if (rule.threshold() == null || lowerBoundsOnly()) {
                    sliding();
                } else {
                    closing();
                }
            }
            case EVENT_COUNT, VALUE_COUNT, VALUE_SUM -> {
                if (rule.isAbsence()) {
                    absence();
                } else if (lowerBoundsOnly()) {
                    sliding();
                } else {
                    closing();
                }
            }
            case VALUE_AVG, VALUE_MEDIAN, VALUE_PERCENTILE, X_PERCENTAGE -> closing();
        }
        return found;
    }

    private boolean lowerBoundsOnly() {
        return rule.threshold().bounds().stream().allMatch(b -> b.comparison().word().startsWith("gt"));
    }

    private List<Item> between(long from, long to) {
        return left.stream().filter(i -> i.time() >= from && i.time() <= to).toList();
    }

    private void fire(long time, List<Item> events) {
        found.add(new Found(time, events, events, false));
    }

    /** Nothing up to that time is looked at again, nor, where the rule says so, in the timespan after it. */
    private void consume(long upTo) {
        long end = rule.rearm() == Rearm.TIMESPAN ? upTo + timespan : upTo;
        left = new ArrayList<>(left.stream().filter(i -> i.time() > end).toList());
    }

    private void sliding() {
        for (int i = 0; i < left.size(); i++) {
            Item last = left.get(i);
            List<Item> window = left.subList(0, i + 1).stream().filter(e -> e.time() >= last.time() - timespan)
                    .toList();
            if (fulfilled(window, last)) {
                fire(last.time(), window);
                if (rule.rearm() != Rearm.SLIDING) {
                    left = new ArrayList<>(left.subList(i + 1, left.size()));
                    if (rule.rearm() == Rearm.TIMESPAN) {
                        consume(last.time());
                    }
                    i = -1;
                }
            }
        }
    }

    private boolean fulfilled(List<Item> window, Item last) {
        if (rule.type() == CorrelationType.TEMPORAL_ORDERED) {
            int n = rule.rules().size();
            return last.rule() == n - 1 && NaiveCorrelations.chain(window, last, n - 1);
        }
        if (rule.expression() != null) {
            return NaiveCorrelations.holds(rule.expression(), window, window);
        }
        if (rule.threshold() == null) {
            return window.stream().map(Item::rule).distinct().count() == rule.rules().size();
        }
        return NaiveCorrelations.holds(rule, window);
    }

    private void closing() {
        while (!left.isEmpty()) {
            long end = left.getFirst().time() + timespan;
            List<Item> window = between(left.getFirst().time(), end);
            List<Item> events = events(window);
            left = new ArrayList<>(left.subList(window.size(), left.size()));
            if (!events.isEmpty()) {
                fire(end, events);
                consume(end);
            }
        }
    }

    private List<Item> events(List<Item> window) {
        if (rule.extension() instanceof Extension.Percentage p) {
            List<MatchId> all = window.stream().filter(i -> i.rule() == 1).map(Item::id).distinct().toList();
            long matched = window.stream().filter(i -> i.rule() == 0 && all.contains(i.id())).map(Item::id).distinct()
                    .count();
            double percent = all.isEmpty() ? 0 : 100.0 * matched / all.size();
            boolean fires = !all.isEmpty() && all.size() >= p.denominatorMin()
                    && (p.min() != null && percent < p.min().doubleValue()
                            || p.max() != null && percent > p.max().doubleValue());
            return fires ? window : List.of();
        }
        if (rule.type() == CorrelationType.VALUE_PERCENTILE && rule.percentile() == null) {
            Map<String, Integer> counts = new HashMap<>();
            window.forEach(i -> counts.merge(i.value(), 1, Integer::sum));
            return window.stream()
                    .filter(i -> rule.threshold()
                            .holds(BigDecimal.valueOf(counts.get(i.value()) * 100.0 / window.size())))
                    .toList();
        }
        return NaiveCorrelations.holds(rule, window) ? window : List.of();
    }

    private void anchored() {
        List<Item> tried = new ArrayList<>();
        while (true) {
            Item anchor = left.stream().filter(i -> rule.expression().wants(i.rule()) && !tried.contains(i))
                    .findFirst().orElse(null);
            if (anchor == null) {
                return;
            }
            long end = anchor.time() + timespan;
            List<Item> forward = between(anchor.time(), end);
            if (NaiveCorrelations.holds(rule.expression(), forward, between(anchor.time() - timespan, end))) {
                fire(end, forward.stream().filter(i -> rule.expression().wants(i.rule())).toList());
                consume(end);
            } else {
                tried.add(anchor);
            }
        }
    }

    private void absence() {
        while (!left.isEmpty()) {
            Item last = left.getFirst();
            List<Item> next = between(last.time(), last.time() + timespan);
            if (next.size() > 1) {
                left.removeFirst();
            } else {
                found.add(new Found(last.time() + timespan, List.of(last), List.of(last), true));
                consume(last.time() + timespan);
            }
        }
    }

    private void change() {
        for (int i = 1; i < left.size(); i++) {
            Item before = left.get(i - 1);
            Item now = left.get(i);
            if (!before.value().equals(now.value()) && now.time() - before.time() <= timespan) {
                fire(now.time(), List.of(before, now));
                if (rule.rearm() == Rearm.TIMESPAN) {
                    consume(now.time());
                    i = 0;
                }
            }
        }
    }

    private void flatline(long threshold) {
        boolean again = true;
        while (again) {
            again = false;
            for (Item leaving : List.copyOf(left)) {
                long end = leaving.time() + timespan;
                List<Item> window = between(leaving.time() + 1, end);
                if (window.size() < threshold) {
                    Item last = left.stream().filter(i -> i.time() <= leaving.time()).toList().getLast();
                    found.add(new Found(end, window, window.isEmpty() ? List.of(last) : window, true));
                    consume(end);
                    again = true;
                    break;
                }
            }
        }
    }

    private void newTerm(long learn) {
        long since = 0;
        for (int i = 0; i < left.size(); i++) {
            Item now = left.get(i);
            if (i == 0 || now.time() - left.get(i - 1).time() > timespan) {
                since = now.time();
            }
            boolean known = left.subList(0, i).stream()
                    .anyMatch(b -> b.value().equals(now.value()) && now.time() - b.time() <= timespan);
            if (!known && now.time() - since >= learn) {
                fire(now.time(), List.of(now));
            }
        }
    }

    private void spike(Extension.Spike spike) {
        boolean again = true;
        while (again) {
            again = false;
            TreeSet<Long> instants = new TreeSet<>();
            left.forEach(i -> instants.add(i.time()));
            left.forEach(i -> instants.add(i.time() + timespan));
            for (long instant : instants) {
                if (up(spike, instant) || down(spike, instant)) {
                    again = true;
                    break;
                }
            }
        }
    }

    private boolean up(Extension.Spike spike, long instant) {
        for (int i = 0; i < left.size(); i++) {
            Item now = left.get(i);
            if (now.time() != instant || spike.direction() == Extension.SpikeType.DOWN) {
                continue;
            }
            List<Item> current = between(instant - timespan, instant).stream()
                    .filter(e -> left.indexOf(e) <= left.indexOf(now))
                    .toList();
            int reference = between(instant - 2 * timespan, instant - timespan - 1).size();
            if (instant - since(instant) >= 2 * timespan && reference >= spike.referenceMin()
                    && current.size() >= spike.currentMin()
                    && current.size() >= spike.height().doubleValue() * reference) {
                fire(instant, current);
                left = new ArrayList<>(left.subList(i + 1, left.size()));
                if (rule.rearm() == Rearm.TIMESPAN) {
                    consume(instant);
                }
                return true;
            }
        }
        return false;
    }

    private boolean down(Extension.Spike spike, long instant) {
        if (spike.direction() == Extension.SpikeType.UP
                || left.stream().noneMatch(i -> i.time() + timespan == instant)) {
            return false;
        }
        List<Item> current = between(instant - timespan + 1, instant);
        int reference = between(instant - 2 * timespan + 1, instant - timespan).size();
        if (instant - since(instant) >= 2 * timespan && reference >= spike.referenceMin()
                && current.size() >= spike.currentMin()
                && current.size() * spike.height().doubleValue() <= reference) {
            List<Item> known = between(Long.MIN_VALUE, instant);
            found.add(new Found(instant, current, List.of(known.getLast()), true));
            consume(instant);
            return true;
        }
        return false;
    }

    /** Since when the group is known without a gap of more than two timespans. */
    private long since(long instant) {
        long since = left.getFirst().time();
        for (int i = 1; i < left.size() && left.get(i).time() <= instant; i++) {
            if (left.get(i).time() - left.get(i - 1).time() > 2 * timespan) {
                since = left.get(i).time();
            }
        }
        return since;
    }
}

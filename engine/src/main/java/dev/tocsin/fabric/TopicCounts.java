package dev.tocsin.fabric;

import dev.tocsin.base.Printable;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * What is published and what waits, by the first two parts of the topic: {@code zeek/cluster} is that of
 * {@code zeek/cluster/node/w1}. Parts end at a slash, or at a dot in topics without a slash. The first {@value #SERIES_MAX}
 * beginnings have numbers of their own; all that come later are counted as {@value #OTHER}.
 *
 * <p>Counting allocates nothing: the {@link Hub} keeps the series of a topic with its route. What waits, and for how
 * long, is added up over all queues once a second. Thread-safe.
 */
public final class TopicCounts {
    public static final int SERIES_MAX = 199;
    public static final String OTHER = "other";

    private static final int TOPICS_MAX = 10_000;
    private static final int LABEL_MAX = 80;
    private static final String EMPTY = "(empty)";

    private final Map<String, Series> byLabel = new ConcurrentHashMap<>();
    private final Map<String, Series> byTopic = new ConcurrentHashMap<>();
    private final Series other = new Series(OTHER);
    private final Set<Backlog> backlogs = ConcurrentHashMap.newKeySet();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private volatile Map<String, TopicFigures> figures = Map.of();

    /** The counters of topics that begin alike. */
    static final class Series {
        final LongAdder published = new LongAdder();
        final LongAdder brought = new LongAdder();
        final LongAdder queued = new LongAdder();
        final LongAdder spilled = new LongAdder();
        final LongAdder dropped = new LongAdder();
        private final String label;

        Series(String label) {
            this.label = label;
        }
    }

    /** What waits in a queue. */
    static final class Sum {
        long waiting;
        long lagNanos;
    }

    Series of(String topic) {
        Series known = byTopic.get(topic);
        if (known != null) {
            return known;
        }
        Series series = series(label(topic));
        if (byTopic.size() >= TOPICS_MAX) {
            byTopic.clear();
        }
        byTopic.put(topic, series);
        return series;
    }

    private Series series(String label) {
        Series known = byLabel.get(label);
        if (known != null) {
            return known;
        }
        synchronized (byLabel) {
            return byLabel.size() < SERIES_MAX && !label.equals(OTHER)
                    ? byLabel.computeIfAbsent(label, Series::new)
                    : other;
        }
    }

    static String label(String topic) {
        char end = topic.indexOf('/') >= 0 ? '/' : '.';
        int first = topic.indexOf(end, topic.startsWith(String.valueOf(end)) ? 1 : 0);
        int second = first < 0 ? -1 : topic.indexOf(end, first + 1);
        String parts = second < 0 ? topic : topic.substring(0, second);
        return parts.isEmpty() ? EMPTY : Printable.clip(parts, LABEL_MAX);
    }

    void opened(Backlog backlog) {
        backlogs.add(backlog);
    }

    void closed(Backlog backlog) {
        backlogs.remove(backlog);
    }

    /** @param listener hears of each beginning once, also of those that are known already */
    public void onNew(Consumer<String> listener) {
        synchronized (listeners) {
            listeners.add(listener);
            figures.keySet().forEach(listener);
        }
    }

    /** Adds up what waits; once a second. */
    void refresh(long nowNanos) {
        Map<Series, Sum> sums = new IdentityHashMap<>();
        backlogs.forEach(b -> b.addTo(sums, nowNanos));
        Map<String, TopicFigures> now = new HashMap<>();
        byLabel.values().forEach(s -> now.put(s.label, of(s, sums)));
        if (other.published.sum() + other.brought.sum() > 0) {
            now.put(OTHER, of(other, sums));
        }
        synchronized (listeners) {
            Map<String, TopicFigures> before = figures;
            figures = Map.copyOf(now);
            now.keySet().stream().filter(label -> !before.containsKey(label)).sorted()
                    .forEach(label -> listeners.forEach(l -> l.accept(label)));
        }
    }

    private static TopicFigures of(Series s, Map<Series, Sum> sums) {
        Sum sum = sums.getOrDefault(s, new Sum());
        return new TopicFigures(s.label, s.published.sum(), s.brought.sum(), s.queued.sum(), s.spilled.sum(), s.dropped
                .sum(), sum.waiting, Duration.ofNanos(sum.lagNanos));
    }

    /** Of all beginnings that are known. */
    public Collection<TopicFigures> figures() {
        return figures.values();
    }

    /** Zeros for one that is not known. */
    public TopicFigures figures(String topics) {
        return figures.getOrDefault(topics, TopicFigures.none(topics));
    }
}

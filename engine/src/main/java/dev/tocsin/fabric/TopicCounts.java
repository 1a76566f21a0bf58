package dev.tocsin.fabric;

import dev.tocsin.base.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/**
 * What is published and what waits, by the first two parts of the topic: {@code zeek/cluster} is that of
 * {@code zeek/cluster/node/w1}. Parts end at a slash, or at a dot in topics without a slash. The first {@value #SERIES_MAX}
 * beginnings have numbers of their own; all that come later are counted as {@value #OTHER}.
 *
 * <p>Counting costs next to nothing and allocates nothing: the {@link Hub} keeps the series of a topic with its route, and
 * counts under the lock that it has anyway. What waits, and for how long, is added up over all queues once a second.
 * Thread-safe, but for the counters of a {@link Series} as they say.
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

    /** The counters of topics that begin alike: guarded by the hub's lock, but for what is dropped. */
    static final class Series {
        long published;
        long brought;
        long queued;
        long spilled;
        final LongAdder dropped = new LongAdder();
        private final String label;

        Series(String label) {
            this.label = label;
        }

        private TopicFigures figures() {
            return new TopicFigures(label, published, brought, queued, spilled, dropped.sum(), 0, Duration.ZERO);
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

    /**
     * Adds up what waits; once a second.
     *
     * @param hub the lock that guards the counters; held only while they are read
     */
    void refresh(long nowNanos, Lock hub) {
        List<TopicFigures> counted = new ArrayList<>();
        hub.lock();
        try {
            byLabel.values().forEach(s -> counted.add(s.figures()));
            if (other.published + other.brought > 0) {
                counted.add(other.figures());
            }
        } finally {
            hub.unlock();
        }
        Map<String, Sum> sums = new HashMap<>();
        backlogs.forEach(b -> b.addTo(series -> sums.computeIfAbsent(series.label, _ -> new Sum()), nowNanos));
        Map<String, TopicFigures> now = new HashMap<>();
        for (TopicFigures each : counted) {
            Sum sum = sums.getOrDefault(each.topics(), new Sum());
            now.put(each.topics(), each.waiting(sum.waiting, Duration.ofNanos(sum.lagNanos)));
        }
        synchronized (listeners) {
            Map<String, TopicFigures> before = figures;
            figures = Map.copyOf(now);
            now.keySet().stream().filter(label -> !before.containsKey(label)).sorted()
                    .forEach(label -> listeners.forEach(l -> l.accept(label)));
        }
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

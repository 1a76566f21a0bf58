package dev.tocsin.fabric;

import dev.tocsin.fabric.TopicCounts.Series;
import dev.tocsin.fabric.TopicCounts.Sum;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How much of each {@link Series} is in one {@link Backlog}, and since when. How long the oldest has waited is told from
 * marks, which are made when somebody looks: what had come by then. So nothing is asked for the time when a message comes.
 * What is in memory has its cell in a queue beside the messages, so that nothing is looked up for it. Guarded by the lock of
 * the backlog.
 */
final class Waiting {
    private static final int MARKS_MAX = 60;

    private final TopicCounts counts;
    private final Map<Series, Cell> cells = new IdentityHashMap<>(4);
    private final ArrayDeque<Cell> memory = new ArrayDeque<>();
    private @Nullable Cell last;

    /** Up to this number everything had come at that time. */
    private record Mark(long in, long nanos) {
    }

    private static final class Cell {
        private final ArrayDeque<Mark> marks = new ArrayDeque<>(2);
        private final Series series;
        private long in;
        private long out;

        Cell(Series series) {
            this.series = series;
        }

        long lagNanos(long now) {
            while (!marks.isEmpty() && marks.getFirst().in <= out) {
                marks.removeFirst();
            }
            if (in > out && (marks.isEmpty() || marks.getLast().in < in)) {
                if (marks.size() >= MARKS_MAX) {
                    thin();
                }
                marks.addLast(new Mark(in, now));
            }
            return marks.isEmpty() ? 0 : now - marks.getFirst().nanos;
        }

        private void thin() {
            int place = 0;
            for (Iterator<Mark> each = marks.iterator(); each.hasNext();) {
                each.next();
                if (place++ % 2 == 1) {
                    each.remove();
                }
            }
        }
    }

    Waiting(TopicCounts counts) {
        this.counts = counts;
    }

    private Cell cell(Series series) {
        Cell cell = last;
        if (cell == null || cell.series != series) {
            cell = cells.get(series);
            if (cell == null) {
                cell = new Cell(series);
                cells.put(series, cell);
            }
            last = cell;
        }
        return cell;
    }

    /** @param stays whether it is in memory */
    void in(Series series, boolean stays) {
        Cell cell = cell(series);
        cell.in++;
        if (stays) {
            memory.addLast(cell);
        }
    }

    /** The oldest in memory leaves. */
    void out() {
        memory.removeFirst().out++;
    }

    /** The oldest on disk leaves. */
    void out(String topic) {
        cell(counts.of(topic)).out++;
    }

    /** All but what is in memory is lost. */
    void keepMemoryOnly() {
        Map<Cell, Long> left = new IdentityHashMap<>();
        memory.forEach(cell -> left.merge(cell, 1L, Long::sum));
        cells.values().forEach(cell -> {
            long lost = cell.in - cell.out - left.getOrDefault(cell, 0L);
            cell.out += lost;
            cell.series.dropped.add(lost);
        });
    }

    void addTo(Function<Series, Sum> sums, long nowNanos) {
        cells.values().forEach(cell -> {
            Sum sum = sums.apply(cell.series);
            sum.waiting += cell.in - cell.out;
            sum.lagNanos = Math.max(sum.lagNanos, cell.lagNanos(nowNanos));
        });
    }

    void clear() {
        cells.clear();
        memory.clear();
        last = null;
    }
}

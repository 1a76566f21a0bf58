package dev.tocsin.detect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Places in a partition: ranges in ascending order that do not touch, each from an offset to another that is not included.
 * Immutable.
 */
public record OffsetRanges(List<Range> ranges) {
    public static final OffsetRanges NONE = new OffsetRanges(List.of());

    /** @param to not included; {@link Long#MAX_VALUE} while the range has no end yet */
    public record Range(long from, long to) {
        public Range {
            if (from < 0 || to <= from) {
                throw new IllegalArgumentException("no range: " + from + " to " + to);
            }
        }

        public boolean isOpen() {
            return to == Long.MAX_VALUE;
        }

        @Override
        public String toString() {
            return isOpen() ? from + "-" : to == from + 1 ? Long.toString(from) : from + "-" + (to - 1);
        }
    }

    public OffsetRanges {
        ranges = List.copyOf(ranges);
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Whether it has no end. */
    boolean isOpen() {
        return !isEmpty() && ranges.getLast().isOpen();
    }

    boolean contains(long offset) {
        return ranges.stream().anyMatch(r -> r.from() <= offset && offset < r.to());
    }

    /** The lowest offset. */
    long first() {
        return ranges.getFirst().from();
    }

    /** How many offsets there are up to one that is not included; of some there may be no event. */
    long count(long end) {
        return ranges.stream().mapToLong(r -> Math.max(0, Math.min(r.to(), end) - r.from())).sum();
    }

    /** This and a range. Nothing is added by an empty one. */
    OffsetRanges plus(long from, long to) {
        if (to <= from) {
            return this;
        }
        List<Range> all = new ArrayList<>(ranges);
        all.add(new Range(from, to));
        return merged(all);
    }

    OffsetRanges plus(OffsetRanges others) {
        List<Range> all = new ArrayList<>(ranges);
        all.addAll(others.ranges);
        return merged(all);
    }

    /** What lies outside a range. */
    OffsetRanges minus(long from, long to) {
        List<Range> left = new ArrayList<>();
        for (Range r : ranges) {
            if (r.from() < Math.min(r.to(), from)) {
                left.add(new Range(r.from(), Math.min(r.to(), from)));
            }
            if (Math.max(r.from(), to) < r.to()) {
                left.add(new Range(Math.max(r.from(), to), r.to()));
            }
        }
        return new OffsetRanges(left);
    }

    /** What lies before an offset. */
    OffsetRanges before(long offset) {
        return minus(offset, Long.MAX_VALUE);
    }

    private static OffsetRanges merged(List<Range> all) {
        List<Range> merged = new ArrayList<>();
        for (Range r : all.stream().sorted(Comparator.comparingLong(Range::from)).toList()) {
            if (!merged.isEmpty() && r.from() <= merged.getLast().to()) {
                Range last = merged.removeLast();
                merged.add(new Range(last.from(), Math.max(last.to(), r.to())));
            } else {
                merged.add(r);
            }
        }
        return new OffsetRanges(merged);
    }

    /** As {@code 5,7-9,12-}: an open one ends in a dash. */
    @Override
    public String toString() {
        return ranges.stream().map(Range::toString).collect(Collectors.joining(","));
    }
}

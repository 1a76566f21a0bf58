package dev.tocsin.sigma.correlate;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A match as a group remembers it. */
final class Entry {
    /** The order in which matches are decided. */
    static final Comparator<Entry> BY_ID = (a, b) -> {
        int byTime = Long.compare(a.time, b.time);
        int byId = byTime != 0 ? byTime : compareIds(a, b);
        return byId != 0 ? byId : Integer.compare(a.rule, b.rule);
    };
    /**
     * The order for a sequence of rules. Many logs know whole seconds only, so of matches of one time the one that the
     * rule names first is taken first: the sequence is not missed for want of digits.
     */
    static final Comparator<Entry> BY_RULE = (a, b) -> {
        int byTime = Long.compare(a.time, b.time);
        int byRule = byTime != 0 ? byTime : Integer.compare(a.rule, b.rule);
        return byRule != 0 ? byRule : compareIds(a, b);
    };

    final long time;
    final int rule;
    final long high;
    final long low;
    final @Nullable String value;
    final List<@Nullable String> carried;
    final int stamp;
    /** Where it is stored; null while it is not. */
    @Nullable
    Chunk chunk;
    boolean gone;

    Entry(long time, int rule, long high, long low, @Nullable String value, List<@Nullable String> carried,
            int stamp) {
        this.time = time;
        this.rule = rule;
        this.high = high;
        this.low = low;
        this.value = value;
        this.carried = carried;
        this.stamp = stamp;
    }

    MatchId id() {
        return new MatchId(high, low);
    }

    /** An estimate of the memory that it takes, with its place in the state. */
    int bytes() {
        int bytes = 150 + (value == null ? 0 : 40 + 2 * value.length());
        for (String text : carried) {
            bytes += text == null ? 8 : 48 + text.length();
        }
        return bytes;
    }

    /** Behind everything of that time. */
    static Entry endOf(long time) {
        return new Entry(time, Integer.MAX_VALUE, -1L, -1L, null, List.of(), 0);
    }

    private static int compareIds(Entry a, Entry b) {
        int byHigh = Long.compareUnsigned(a.high, b.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(a.low, b.low);
    }
}

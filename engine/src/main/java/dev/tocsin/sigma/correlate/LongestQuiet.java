package dev.tocsin.sigma.correlate;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the group that got no match for longest. A list that every match changes would cost each of them; so groups are
 * sorted only when one has to go, and then enough of them are kept in mind for those that have to go next. A group that got
 * a match meanwhile is behind all of these, and so is a new one.
 */
final class LongestQuiet {
    private static final int SHARE = 8;

    private record Candidate(Slot slot, long touched) {
    }

    private final ArrayDeque<Candidate> candidates = new ArrayDeque<>();

    /** The table is not empty. */
    Slot next(GroupTable groups) {
        while (true) {
            Candidate first = candidates.poll();
            if (first == null) {
                fill(groups.all());
            } else if (!first.slot.forgotten && first.slot.touched == first.touched) {
                return first.slot;
            }
        }
    }

    private void fill(List<Slot> groups) {
        long[] touched = groups.stream().mapToLong(s -> s.touched).sorted().toArray();
        long last = touched[touched.length / SHARE];
        groups.stream().filter(s -> s.touched <= last).sorted(Comparator.comparingLong(s -> s.touched))
                .forEach(s -> candidates.add(new Candidate(s, s.touched)));
    }
}

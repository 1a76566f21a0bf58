package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A regular expression over ASCII text as a deterministic automaton, of which only the states are made that texts lead to:
 * one look-up for each character. Text that is not ASCII, and expressions that would need too many states, are RE2's.
 *
 * <p>Thread-safe: states are added under a lock and published by a release; a state never changes.
 */
final class RegexAutomaton {
    private static final int PLACES_MAX = 8000;
    private static final int STATES_MAX = 3000;
    /** Behind the last character. */
    private static final int END = 128;
    private static final int SYMBOLS = 129;
    /** In the table: the expression was found. */
    private static final int FOUND = -1;
    /** In the table: the state that follows is not made yet. */
    private static final int UNKNOWN = 0;

    /** A place in the expression: what it takes and where it goes on; without symbols it goes on by itself. */
    private static final class Place {
        private long low;
        private long high;
        private boolean atEnd;
        private boolean onlyAtBegin;
        private boolean takes;
        private boolean found;
        private final List<Place> next = new ArrayList<>(2);
        private final int number;

        Place(int number) {
            this.number = number;
        }

        boolean accepts(int symbol) {
            return symbol == END ? atEnd : ((symbol < 64 ? low : high) >>> symbol & 1) != 0;
        }
    }

    private final List<Place> places = new ArrayList<>();
    private final Place first;
    private final int[] groupOf = new int[SYMBOLS];
    private final int[] symbolOf;
    private final int groups;
    /**
     * For each state, by the place of its first number, and each group of symbols the state that follows. Read without a
     * lock: who sees an old number sees {@link #UNKNOWN} and asks under the lock. A longer table replaces it with a copy.
     */
    private volatile int[] table;
    private final List<BitSet> states = new ArrayList<>();
    private final Map<BitSet, Integer> numbers = new HashMap<>();
    private final int start;

    private RegexAutomaton(RegexSyntax syntax) {
        Place found = place();
        found.found = true;
        first = add(syntax, found);
        if (places.stream().anyMatch(place -> place.atEnd && leadsToBegin(place))) {
            throw new IllegalArgumentException("a beginning behind an end, which only an empty text has");
        }
        groups = group();
        symbolOf = new int[groups];
        for (int symbol = SYMBOLS - 1; symbol >= 0; symbol--) {
            symbolOf[groupOf[symbol]] = symbol;
        }
        table = new int[8 * groups];
        states.add(new BitSet()); // No state has the number 0.
        BitSet begin = new BitSet();
        close(first, begin, true);
        start = state(begin);
    }

    static Optional<RegexAutomaton> of(Regex regex) {
        try {
            return RegexSyntax.parse(regex).filter(RegexAutomaton::isSmall).map(RegexAutomaton::new);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static boolean isSmall(RegexSyntax syntax) {
        return size(syntax) < PLACES_MAX;
    }

    private static long size(RegexSyntax syntax) {
        return switch (syntax) {
            case RegexSyntax.Sequence(var parts) -> parts.stream().mapToLong(RegexAutomaton::size).sum() + 1;
            case RegexSyntax.Choice(var parts) -> parts.stream().mapToLong(RegexAutomaton::size).sum() + 1;
            case RegexSyntax.Repeat(var part, int min, int max) ->
                Math.min(PLACES_MAX, size(part) + 1) * (Math.max(min, max) + 1);
            case RegexSyntax.Boundary _ -> PLACES_MAX;
            default -> 2;
        };
    }

    private Place place() {
        if (places.size() > 2 * PLACES_MAX) {
            throw new IllegalArgumentException("too large");
        }
        Place place = new Place(places.size());
        places.add(place);
        return place;
    }

    /** The place where the expression begins, when it goes on there. */
    private Place add(RegexSyntax syntax, Place next) {
        return switch (syntax) {
            case RegexSyntax.Chars chars -> take(chars.low(), chars.high(), false, next);
            case RegexSyntax.Begin _ -> {
                Place place = by(next);
                place.onlyAtBegin = true;
                yield place;
            }
            case RegexSyntax.End(boolean dollar) -> {
                Place end = take(0, 0, true, next);
                yield dollar ? by(end, take(1L << '\n', 0, false, end)) : end;
            }
            case RegexSyntax.Boundary _ -> throw new IllegalArgumentException("not of one character");
            case RegexSyntax.Sequence(var parts) -> {
                Place place = next;
                for (RegexSyntax part : parts.reversed()) {
                    place = add(part, place);
                }
                yield place;
            }
            case RegexSyntax.Choice(var parts) ->
                by(parts.stream().map(part -> add(part, next)).toArray(Place[]::new));
            case RegexSyntax.Repeat(var part, int min, int max) -> {
                Place place = next;
                if (max < 0) {
                    place = by(next);
                    place.next.add(add(part, place));
                } else {
                    for (int i = min; i < max; i++) {
                        place = by(next, add(part, place));
                    }
                }
                for (int i = 0; i < min; i++) {
                    place = add(part, place);
                }
                yield place;
            }
        };
    }

    private static boolean leadsToBegin(Place from) {
        List<Place> open = new ArrayList<>(List.of(from));
        BitSet seen = new BitSet();
        while (!open.isEmpty()) {
            Place place = open.removeLast();
            if (place.onlyAtBegin) {
                return true;
            }
            if (!seen.get(place.number)) {
                seen.set(place.number);
                open.addAll(place.next);
            }
        }
        return false;
    }

    private Place take(long low, long high, boolean atEnd, Place next) {
        Place place = by(next);
        place.low = low;
        place.high = high;
        place.atEnd = atEnd;
        place.takes = true;
        return place;
    }

    private Place by(Place... next) {
        Place place = place();
        place.next.addAll(List.of(next));
        return place;
    }

    /** Symbols that no place tells apart are one group. */
    private int group() {
        Map<BitSet, Integer> known = new HashMap<>();
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
            BitSet takers = new BitSet();
            for (Place place : places) {
                takers.set(place.number, place.takes && place.accepts(symbol));
            }
            groupOf[symbol] = known.computeIfAbsent(takers, _ -> known.size());
        }
        return known.size();
    }

    private void close(Place from, BitSet into, boolean atBegin) {
        List<Place> open = new ArrayList<>(List.of(from));
        BitSet seen = new BitSet();
        while (!open.isEmpty()) {
            Place place = open.removeLast();
            if (seen.get(place.number) || place.onlyAtBegin && !atBegin) {
                continue;
            }
            seen.set(place.number);
            if (place.takes || place.found) {
                into.set(place.number);
            } else {
                open.addAll(place.next);
            }
        }
    }

    /** Where a state is in the table, {@link #FOUND}, or {@link #UNKNOWN} if there would be too many. */
    private int state(BitSet set) {
        if (set.get(0)) {
            return FOUND;
        }
        Integer known = numbers.get(set);
        if (known == null) {
            if (states.size() == STATES_MAX) {
                return UNKNOWN;
            }
            known = states.size() * groups;
            states.add(set);
            numbers.put(set, known);
            if (states.size() * groups > table.length) {
                table = Arrays.copyOf(table, Math.min(STATES_MAX, states.size() * 2) * groups);
            }
        }
        return known;
    }

    private synchronized int make(int state, int group) {
        int known = table[state + group];
        if (known != UNKNOWN) {
            return known;
        }
        int symbol = symbolOf[group];
        BitSet after = new BitSet();
        // At the end nothing can begin any more but what takes the end itself, which is in the state already.
        if (symbol != END) {
            close(first, after, false);
        }
        BitSet before = states.get(state / groups);
        for (int i = before.nextSetBit(0); i >= 0; i = before.nextSetBit(i + 1)) {
            Place place = places.get(i);
            if (place.accepts(symbol)) {
                place.next.forEach(next -> close(next, after, false));
            }
        }
        int made = symbol == END ? ended(after) : state(after);
        table[state + group] = made;
        return made;
    }

    /** Behind the end only what takes nothing, or the end again, can follow. */
    private int ended(BitSet set) {
        BitSet now = set;
        for (int round = 0; round < places.size(); round++) {
            BitSet more = (BitSet) now.clone();
            for (int i = now.nextSetBit(0); i >= 0; i = now.nextSetBit(i + 1)) {
                if (places.get(i).atEnd) {
                    places.get(i).next.forEach(next -> close(next, more, false));
                }
            }
            if (more.equals(now)) {
                break;
            }
            now = more;
        }
        return state(now);
    }

    /** 1 if the expression is found in the first bytes, all ASCII; 0 if not; negative if RE2 must say. */
    int find(byte[] text, int length) {
        if (start <= 0) {
            return start == FOUND ? 1 : -1;
        }
        int[] next = table;
        int state = start;
        for (int i = 0; i <= length; i++) {
            int group = groupOf[i == length ? END : text[i]];
            int following = next[state + group];
            if (following <= 0) {
                if (following == UNKNOWN) {
                    following = make(state, group);
                    next = table;
                }
                if (following <= 0) {
                    return following == FOUND ? 1 : -1;
                }
            }
            state = following;
        }
        return 0;
    }
}

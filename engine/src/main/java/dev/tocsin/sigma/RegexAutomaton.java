package dev.tocsin.sigma;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A regular expression as a deterministic automaton over the bytes of a text, of which only the states are made that texts
 * lead to: one look-up for each byte. A character that is not ASCII is as many bytes as it may be that nothing takes; where
 * the expression might take it, and where there would be too many states, RE2 has the word.
 *
 * <p>A state is a set of places in the expression, and few of them as a rule: what alternatives begin with together is
 * brought out first ({@link RegexFactors}), so of a hundred thousand of them most are not begun.
 *
 * <p>Thread-safe: states are added under a lock and published by a release; a state never changes.
 */
final class RegexAutomaton {
    /** As it is written, before anything is shared. */
    private static final int SIZE_MAX = 2_000_000;
    private static final int PLACES_MAX = 250_000;
    /** Of so many places a state is; making one takes time for each. */
    private static final int STATE_PLACES_MAX = 8000;
    private static final int STATES_MAX = 3000;
    /** Behind the last character. */
    private static final int END = 128;
    /** A byte of a character that is not ASCII. */
    private static final int BEYOND = 129;
    private static final int SYMBOLS = 130;
    /** In the table: the expression was found. */
    private static final int FOUND = -1;
    /** In the table: RE2 must say. */
    private static final int REFUSED = -2;
    /** In the table: the state that follows is not made yet. */
    private static final int UNKNOWN = 0;

    /** A place in the expression: what it takes and where it goes on; without symbols it goes on by itself. */
    private static final class Place {
        private long low;
        private long high;
        private boolean beyond;
        private boolean atEnd;
        private boolean onlyAtBegin;
        private boolean takes;
        private boolean found;
        private Place[] next;
        private final int number;

        Place(int number, Place... next) {
            this.number = number;
            this.next = next;
        }

        boolean accepts(int symbol) {
            return symbol == END ? atEnd : symbol == BEYOND ? beyond : ((symbol < 64 ? low : high) >>> symbol & 1) != 0;
        }
    }

    private final List<Place> places = new ArrayList<>();
    /** While it is built: what was made, by what it takes and leads to. */
    private final Map<List<?>, Place> alike = new HashMap<>();
    private final Place first;
    private final int[] groupOf = new int[SYMBOLS];
    private final int[] symbolOf;
    private final int groups;
    /**
     * For each state, by the place of its first number, and each group of symbols the state that follows. Read without a
     * lock: who sees an old number sees {@link #UNKNOWN} and asks under the lock. A longer table replaces it with a copy.
     */
    private volatile int[] table;
    /** The numbers of each state's places, in ascending order. */
    private final List<int[]> states = new ArrayList<>();
    private final Map<IntBuffer, Integer> numbers = new HashMap<>();
    /** Which places the set that is being made was led to already. */
    private final BitSet seen = new BitSet();
    private final int start;
    /** The state in which nothing is begun; most characters of most texts lead back to it. */
    private final int idle;
    private final boolean[] staysIdle = new boolean[1 << Byte.SIZE];

    private RegexAutomaton(RegexSyntax syntax) {
        Place found = by();
        found.found = true;
        first = add(syntax, found);
        if (places.stream().anyMatch(place -> place.atEnd && leadsToBegin(place))) {
            throw new IllegalArgumentException("a beginning behind an end, which only an empty text has");
        }
        alike.clear();
        groups = group();
        symbolOf = new int[groups];
        for (int symbol = SYMBOLS - 1; symbol >= 0; symbol--) {
            symbolOf[groupOf[symbol]] = symbol;
        }
        table = new int[8 * groups];
        states.add(new int[0]); // No state has the number 0.
        seen.clear();
        BitSet begin = new BitSet();
        close(first, begin, true);
        start = state(begin);
        seen.clear();
        BitSet nothing = new BitSet();
        close(first, nothing, false);
        idle = state(nothing);
        for (int value = 0; value < staysIdle.length && idle > 0; value++) {
            staysIdle[value] = make(idle, groupOf[value < END ? value : BEYOND]) == idle;
        }
    }

    static Optional<RegexAutomaton> of(Regex regex) {
        try {
            return RegexSyntax.parse(regex).map(RegexFactors::bringOut).filter(RegexAutomaton::isSmall)
                    .map(RegexAutomaton::new);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static boolean isSmall(RegexSyntax syntax) {
        return size(syntax) < SIZE_MAX;
    }

    private static long size(RegexSyntax syntax) {
        return switch (syntax) {
            case RegexSyntax.Sequence(var parts) -> parts.stream().mapToLong(RegexAutomaton::size).sum() + 1;
            case RegexSyntax.Choice(var parts) -> parts.stream().mapToLong(RegexAutomaton::size).sum() + 1;
            case RegexSyntax.Repeat(var part, int min, int max) ->
                Math.min(SIZE_MAX, size(part) + 1) * (Math.max(min, max) + 1);
            case RegexSyntax.Boundary _ -> SIZE_MAX;
            default -> 2;
        };
    }

    /** The place where the expression begins, when it goes on there. */
    private Place add(RegexSyntax syntax, Place next) {
        return switch (syntax) {
            case RegexSyntax.Chars chars -> take(chars.low(), chars.high(), chars.beyond(), false, next);
            case RegexSyntax.Begin _ -> {
                Place place = by(next);
                place.onlyAtBegin = true;
                yield place;
            }
            case RegexSyntax.End(boolean dollar) -> {
                Place end = take(0, 0, false, true, next);
                yield dollar ? by(end, take(1L << '\n', 0, false, false, end)) : end;
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
                any(parts.stream().map(part -> add(part, next)).toList());
            case RegexSyntax.Repeat(var part, int min, int max) -> {
                Place place = next;
                if (max < 0) {
                    place = by(next, next);
                    place.next[1] = add(part, place);
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

    private boolean leadsToBegin(Place from) {
        List<Place> open = new ArrayList<>(List.of(from));
        seen.clear();
        while (!open.isEmpty()) {
            Place place = open.removeLast();
            if (place.onlyAtBegin) {
                return true;
            }
            if (!seen.get(place.number)) {
                seen.set(place.number);
                open.addAll(List.of(place.next));
            }
        }
        return false;
    }

    /** One place for all that take the same and go on alike: so ends that alternatives have in common are there once. */
    private Place take(long low, long high, boolean beyond, boolean atEnd, Place next) {
        return alike.computeIfAbsent(List.of(low, high, beyond, atEnd, next.number), _ -> {
            Place place = by(next);
            place.low = low;
            place.high = high;
            place.beyond = beyond;
            place.atEnd = atEnd;
            place.takes = true;
            return place;
        });
    }

    private Place any(List<Place> next) {
        List<Place> distinct = next.stream().distinct().sorted(Comparator.comparingInt(place -> place.number)).toList();
        return alike.computeIfAbsent(distinct.stream().map(place -> place.number).toList(),
                _ -> by(distinct.toArray(Place[]::new)));
    }

    private Place by(Place... next) {
        if (places.size() > PLACES_MAX) {
            throw new IllegalArgumentException("too large");
        }
        Place place = new Place(places.size(), next);
        places.add(place);
        return place;
    }

    /** Symbols that no place tells apart are one group. */
    private int group() {
        List<Place> takers = places.stream().filter(place -> place.takes)
                .collect(Collectors.toMap(place -> List.of(place.low, place.high, place.beyond, place.atEnd),
                        place -> place,
                        (one, _) -> one))
                .values().stream().toList();
        Map<BitSet, Integer> known = new HashMap<>();
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
            BitSet taken = new BitSet();
            for (int i = 0; i < takers.size(); i++) {
                taken.set(i, takers.get(i).accepts(symbol));
            }
            // Who takes it decides nothing, so it is like no other.
            taken.set(takers.size(), symbol == BEYOND);
            groupOf[symbol] = known.computeIfAbsent(taken, _ -> known.size());
        }
        return known.size();
    }

    /** Adds where one is without taking anything. What was led to since {@code seen} was cleared is there already. */
    private void close(Place from, BitSet into, boolean atBegin) {
        List<Place> open = new ArrayList<>(List.of(from));
        while (!open.isEmpty()) {
            Place place = open.removeLast();
            if (seen.get(place.number) || place.onlyAtBegin && !atBegin) {
                continue;
            }
            seen.set(place.number);
            if (place.takes || place.found) {
                into.set(place.number);
            } else {
                open.addAll(Arrays.asList(place.next));
            }
        }
    }

    /** Where a state is in the table, {@link #FOUND}, or {@link #REFUSED} if there would be too much. */
    private int state(BitSet set) {
        if (set.get(0)) {
            return FOUND;
        }
        int[] members = set.stream().toArray();
        Integer known = numbers.get(IntBuffer.wrap(members));
        if (known == null) {
            if (states.size() == STATES_MAX || members.length > STATE_PLACES_MAX) {
                return REFUSED;
            }
            known = states.size() * groups;
            states.add(members);
            numbers.put(IntBuffer.wrap(members), known);
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
        seen.clear();
        // At the end nothing can begin any more but what takes the end itself, which is in the state already.
        if (symbol != END) {
            close(first, after, false);
        }
        for (int i : states.get(state / groups)) {
            Place place = places.get(i);
            if (place.accepts(symbol)) {
                if (symbol == BEYOND) {
                    return refused(state, group);
                }
                for (Place next : place.next) {
                    close(next, after, false);
                }
            }
        }
        int made = symbol == END ? ended(after) : state(after);
        table[state + group] = made;
        return made;
    }

    private int refused(int state, int group) {
        table[state + group] = REFUSED;
        return REFUSED;
    }

    /** Behind the end only what takes nothing, or the end again, can follow. */
    private int ended(BitSet set) {
        int before = -1;
        while (before < set.cardinality()) {
            before = set.cardinality();
            for (int i : set.stream().toArray()) {
                if (places.get(i).atEnd) {
                    for (Place next : places.get(i).next) {
                        close(next, set, false);
                    }
                }
            }
        }
        return state(set);
    }

    /** 1 if the expression is found in the first bytes, which are UTF-8; 0 if not; negative if RE2 must say. */
    int find(byte[] text, int length) {
        if (start <= 0) {
            return start == FOUND ? 1 : -1;
        }
        int[] next = table;
        int state = start;
        for (int i = 0; i <= length; i++) {
            while (state == idle && i < length && staysIdle[text[i] & 0xff]) {
                i++;
            }
            int group = groupOf[i == length ? END : text[i] < 0 ? BEYOND : text[i]];
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

package dev.tocsin.rollout.parity;

import dev.tocsin.event.EventId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.ObjLongConsumer;

/** Differences by rule and customer, with some of them by name. Owned by one thread. */
final class Groups {
    private static final int SHOWN_MAX = 200;
    private static final int EXAMPLES_MAX = 20;
    /** So many alerts that differ in content are looked into in all. */
    private static final int FIELDS_MAX = 2_000;

    private record Key(String rule, String customer) {
    }

    private static final class Group {
        private final Key key;
        private final String title;
        private final long[] counts = new long[IdTable.Kind.values().length];
        private final int[] named = new int[IdTable.Kind.values().length];
        private final List<Named> examples = new ArrayList<>();
        private final Map<String, Long> fields = new TreeMap<>();

        Group(Key key, String title) {
            this.key = key;
            this.title = title;
        }

        long count(IdTable.Kind kind) {
            return counts[kind.ordinal()];
        }

        long all() {
            return counts[0] + counts[1] + counts[2];
        }
    }

    private record Named(IdTable.Kind kind, EventId id, long millis) {
    }

    private final Map<Key, Integer> numbers = new HashMap<>();
    private final List<Group> groups = new ArrayList<>();
    private final Map<EventId, Integer> toRead = new HashMap<>();
    private final Map<EventId, List<String>> fields = new HashMap<>();

    int number(String rule, String title, String customer) {
        Key key = new Key(rule, customer);
        Integer known = numbers.get(key);
        if (known != null) {
            return known;
        }
        groups.add(new Group(key, title));
        numbers.put(key, groups.size() - 1);
        return groups.size() - 1;
    }

    void differs(IdTable.Kind kind, EventId id, int number, long millis) {
        Group group = groups.get(number);
        group.counts[kind.ordinal()]++;
        if (group.named[kind.ordinal()] >= EXAMPLES_MAX) {
            return;
        }
        group.named[kind.ordinal()]++;
        group.examples.add(new Named(kind, id, millis));
        if (kind == IdTable.Kind.DIFFERENT && toRead.size() < FIELDS_MAX) {
            toRead.put(id, number);
        }
    }

    /** Those whose fields are to be compared. */
    Map<EventId, Integer> toRead() {
        return toRead;
    }

    /** The same with their times. */
    void timesToRead(ObjLongConsumer<EventId> receiver) {
        groups.forEach(g -> g.examples.stream().filter(n -> toRead.containsKey(n.id))
                .forEach(n -> receiver.accept(n.id, n.millis)));
    }

    void fields(EventId id, List<String> differing) {
        Integer number = toRead.get(id);
        if (number != null && fields.put(id, differing) == null) {
            differing.forEach(f -> groups.get(number).fields.merge(f, 1L, Long::sum));
        }
    }

    long count(IdTable.Kind kind) {
        return groups.stream().mapToLong(g -> g.count(kind)).sum();
    }

    /** Differences of each rule over all customers. */
    Map<String, Long> byRule() {
        Map<String, Long> sums = new HashMap<>();
        groups.stream().filter(g -> g.all() > 0).forEach(g -> sums.merge(g.key.rule, g.all(), Long::sum));
        return sums;
    }

    /** Differences of each rule that count. */
    Map<String, Long> judgedByRule(BiPredicate<IdTable.Kind, String> judged) {
        Map<String, Long> sums = new TreeMap<>();
        for (Group group : groups) {
            for (IdTable.Kind kind : IdTable.Kind.values()) {
                if (group.count(kind) > 0 && judged.test(kind, group.key.customer)) {
                    sums.merge(group.key.rule, group.count(kind), Long::sum);
                }
            }
        }
        return sums;
    }

    int differing() {
        return (int) groups.stream().filter(g -> g.all() > 0).count();
    }

    /** The largest first, at most {@value #SHOWN_MAX}. */
    List<ParityReport.Group> report(Map<String, Long> floors, BiPredicate<IdTable.Kind, String> judged) {
        return groups.stream().filter(g -> g.all() > 0)
                .sorted(Comparator.comparingLong((Group g) -> -g.all()).thenComparing(g -> g.key.rule)
                        .thenComparing(g -> g.key.customer))
                .limit(SHOWN_MAX).map(g -> report(g, floors.getOrDefault(g.key.rule, 0L), judged)).toList();
    }

    private ParityReport.Group report(Group g, long floor, BiPredicate<IdTable.Kind, String> judged) {
        boolean counts = false;
        for (IdTable.Kind kind : IdTable.Kind.values()) {
            counts |= g.count(kind) > 0 && judged.test(kind, g.key.customer);
        }
        List<ParityReport.Example> examples = g.examples.stream()
                .sorted(Comparator.comparingLong(Named::millis).thenComparing(Named::id))
                .map(n -> new ParityReport.Example(n.kind.name().toLowerCase(Locale.ROOT), n.id.toString(),
                        Instant.ofEpochMilli(n.millis), fields.getOrDefault(n.id, List.of())))
                .toList();
        return new ParityReport.Group(g.key.rule, g.title, g.key.customer, g.count(IdTable.Kind.MISSING),
                g.count(IdTable.Kind.EXTRA), g.count(IdTable.Kind.DIFFERENT), floor, counts, g.fields, examples);
    }
}

package dev.tocsin.sigma.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GroupTableTest {
    private static final CorrelationSet.Plan PLAN = plan("one");
    private static final CorrelationSet.Plan OTHER = plan("two");

    private final RecordWriter writer = new RecordWriter();

    private static CorrelationSet.Plan plan(String title) {
        return new CorrelationSet(CorrelationRules.of(
                title + " type: event_count, rules: a, group-by: [User], timespan: 10s, condition: {gte: 4}"))
                .plans().getFirst();
    }

    private static GroupKey key(String... values) {
        return new GroupKey("customer", List.of(values));
    }

    private Slot slot(CorrelationSet.Plan plan, GroupKey key, int hash) {
        return new Slot(plan, hash, GroupCodec.empty(key, writer));
    }

    @Test
    void groupsOfOneHashAreToldApartByPlanAndKey() {
        GroupTable table = new GroupTable(1);
        List<Slot> slots = List.of(slot(PLAN, key("alice"), 7), slot(OTHER, key("alice"), 7), slot(PLAN, key("bob"), 7),
                slot(PLAN, key("alice", ""), 7));
        slots.forEach(table::add);
        for (Slot slot : slots) {
            assertThat(table.find(slot.plan, slot.key(), 7)).isSameAs(slot);
        }
        assertThat(table.find(OTHER, key("bob"), 7)).isNull();
        assertThat(table.find(PLAN, key("alice"), 8)).isNull();
    }

    /** Removing from a table with open addressing is easily wrong: compared with a map, with hashes that fall together. */
    @Test
    void itIsAMapWhateverIsAddedAndRemoved() {
        Random random = new Random(1);
        GroupTable table = new GroupTable(1);
        Map<String, Slot> expected = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            String name = "u" + random.nextInt(3000);
            int hash = name.hashCode() % 300 * 64;
            Slot known = expected.get(name);
            assertThat(table.find(PLAN, key(name), hash)).isSameAs(known);
            if (known == null) {
                Slot slot = slot(PLAN, key(name), hash);
                expected.put(name, slot);
                table.add(slot);
            } else if (random.nextBoolean()) {
                expected.remove(name);
                table.remove(known);
            }
        }
        assertThat(table.size()).isEqualTo(expected.size());
        assertThat(table.all()).containsExactlyInAnyOrderElementsOf(expected.values());
    }

    @Test
    void hashesOfPlansKeysAndSeedsDiffer() {
        GroupTable table = new GroupTable(1);
        List<Integer> hashes = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            hashes.add(table.hash(PLAN, key("user" + i)));
        }
        hashes.add(table.hash(OTHER, key("user0")));
        hashes.add(new GroupTable(2).hash(PLAN, key("user0")));
        hashes.add(table.hash(PLAN, key("Aa")));
        hashes.add(table.hash(PLAN, key("BB")));
        assertThat(hashes.stream().distinct().count()).isGreaterThanOrEqualTo(hashes.size() - 2);
    }

    @Test
    void theGroupThatGotNothingForLongestGoesFirstThoughOthersWereTouchedMeanwhile() {
        GroupTable table = new GroupTable(1);
        LongestQuiet quiet = new LongestQuiet();
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Slot slot = slot(PLAN, key("u" + i), i);
            slot.touched = i;
            table.add(slot);
            slots.add(slot);
        }
        assertThat(quiet.next(table)).isSameAs(slots.get(0));
        table.remove(slots.get(0));
        slots.get(0).forgotten = true;
        slots.get(1).touched = 100;
        for (int i = 2; i < 100; i++) {
            assertThat(quiet.next(table)).isSameAs(slots.get(i));
            table.remove(slots.get(i));
            slots.get(i).forgotten = true;
        }
        assertThat(quiet.next(table)).isSameAs(slots.get(1));
    }
}

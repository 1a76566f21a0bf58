package dev.tocsin.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.EventId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdSetTest {
    @Test
    void behavesAsAHashSetUnderRandomAddingAndRemoving() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            IdSet ours = new IdSet(seed);
            Set<EventId> reference = new HashSet<>();
            List<EventId> known = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                EventId id = known.isEmpty() || random.nextInt(3) > 0
                        ? new EventId(random.nextInt(3000), random.nextInt(2))
                        : known.get(random.nextInt(known.size()));
                known.add(id);
                if (random.nextInt(5) < 3) {
                    assertThat(ours.add(id)).isEqualTo(reference.add(id));
                } else {
                    ours.remove(id);
                    reference.remove(id);
                }
                assertThat(ours.size()).isEqualTo(reference.size());
            }
            for (EventId id : known) {
                assertThat(ours.contains(id)).isEqualTo(reference.contains(id));
            }
        }
    }

    @Test
    void holdsTheIdThatMarksAFreePlace() {
        IdSet ids = new IdSet(1);
        EventId zero = new EventId(0, 0);
        assertThat(ids.contains(zero)).isFalse();
        assertThat(ids.add(zero)).isTrue();
        assertThat(ids.add(zero)).isFalse();
        assertThat(ids.contains(zero)).isTrue();
        ids.remove(zero);
        assertThat(ids.size()).isZero();
    }
}

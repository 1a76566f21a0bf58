package dev.tocsin.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.EventId;
import dev.tocsin.log.FakeState;
import org.junit.jupiter.api.Test;

class RecentIdsTest {
    private static EventId id(int n) {
        return new EventId(n * 0x9E3779B97F4A7C15L, n);
    }

    private static void fill(RecentIds recent, FakeState state, int from, int to, int batch) {
        for (int n = from; n < to; n++) {
            recent.remember(id(n));
            if ((n - from) % batch == batch - 1 || n == to - 1) {
                recent.save();
                state.commit();
            }
        }
    }

    @Test
    void remembersAtLeastTheWindowAndAtMostAChunkMore() {
        int window = 10_000;
        FakeState state = new FakeState();
        RecentIds recent = new RecentIds(state, window, 1);
        fill(recent, state, 0, 50_000, 137);
        for (int n = 50_000 - window; n < 50_000; n++) {
            assertThat(recent.contains(id(n))).isTrue();
        }
        assertThat(recent.contains(id(50_000 - window - RecentIds.CHUNK_IDS - 1))).isFalse();
        assertThat(recent.size()).isBetween(window, window + RecentIds.CHUNK_IDS);
    }

    @Test
    void isTheSameAfterARestartWhereverItHappens() {
        for (int count : new int[]{0, 1, 100, 2047, 2048, 2049, 5000, 30_001}) {
            FakeState state = new FakeState();
            RecentIds before = new RecentIds(state, 10_000, 1);
            fill(before, state, 0, count, 100);
            RecentIds after = new RecentIds(state, 10_000, 2);
            assertThat(after.size()).isEqualTo(before.size());
            fill(after, state, count, count + 7000, 61);
            RecentIds third = new RecentIds(state, 10_000, 3);
            assertThat(third.size()).isEqualTo(after.size());
            for (int n = 0; n < count + 7000; n++) {
                assertThat(third.contains(id(n))).isEqualTo(after.contains(id(n)));
            }
        }
    }

    @Test
    void whatABatchThatFailedAddedIsForgotten() {
        FakeState state = new FakeState();
        RecentIds recent = new RecentIds(state, 100_000, 1);
        fill(recent, state, 0, 2000, 500);
        for (int n = 2000; n < 4500; n++) {
            recent.remember(id(n));
        }
        recent.save();
        state.rollback();
        RecentIds again = new RecentIds(state, 100_000, 1);
        assertThat(again.size()).isEqualTo(2000);
        assertThat(again.contains(id(1999))).isTrue();
        assertThat(again.contains(id(2000))).isFalse();
    }

    @Test
    void idleTrafficNeitherShortensTheWindowNorFloodsTheChangelog() {
        FakeState state = new FakeState();
        RecentIds recent = new RecentIds(state, 10_000, 1);
        fill(recent, state, 0, 20_000, 1);
        assertThat(recent.contains(id(10_000))).isTrue();
        assertThat(state.entries()).hasSizeLessThan(10_000 / RecentIds.CHUNK_IDS + 2 + RecentIds.CHUNK_IDS);
        assertThat(state.writtenBytes()).isLessThan(20_000L * 64);
    }

    @Test
    void aSmallerWindowInTheConfigurationTakesEffectAndALargerOneGrows() {
        FakeState state = new FakeState();
        fill(new RecentIds(state, 50_000, 1), state, 0, 50_000, 1000);
        RecentIds smaller = new RecentIds(state, 5000, 1);
        fill(smaller, state, 50_000, 55_000, 1000);
        assertThat(smaller.size()).isBetween(5000, 5000 + RecentIds.CHUNK_IDS);
        RecentIds larger = new RecentIds(state, 20_000, 1);
        fill(larger, state, 55_000, 85_000, 1000);
        assertThat(larger.size()).isBetween(20_000, 20_000 + RecentIds.CHUNK_IDS);
    }

    @Test
    void aWindowOfZeroRemembersNothing() {
        FakeState state = new FakeState();
        RecentIds recent = new RecentIds(state, 0, 1);
        fill(recent, state, 0, 5000, 10);
        assertThat(recent.size()).isZero();
        assertThat(state.writes()).isZero();
    }
}

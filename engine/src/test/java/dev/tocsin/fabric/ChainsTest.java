package dev.tocsin.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChainsTest {
    private static final UUID ORIGIN = new UUID(1, 1);
    private static final long HOLD = 1_000_000_000L;

    private final List<Routed> passed = new ArrayList<>();
    private boolean room = true;
    private boolean wanted = true;
    private final Chains chains = new Chains(new UUID(9, 9), HOLD, new Chains.Outlet() {
        @Override
        public boolean pass(Routed routed, @Nullable Object source) {
            if (room) {
                passed.add(routed);
            }
            return room;
        }

        @Override
        public boolean isWanted(String topic) {
            return wanted;
        }
    });

    private static Message message(String topic, long sequence, long ordinal) {
        return new Message(topic, ORIGIN, sequence, ordinal, new byte[0]);
    }

    private boolean bring(Routed routed) {
        return chains.accept(routed, null, true);
    }

    private List<Long> ordinals() {
        return passed.stream().map(Routed::ordinal).toList();
    }

    private void afterHold() {
        chains.tick(System.nanoTime() + 2 * HOLD);
    }

    @Test
    void whatCameByTwoPathsPassesOnce() {
        for (int i = 1; i <= 3; i++) {
            bring(message("t", i, i));
            bring(message("t", i, i));
        }
        bring(message("t", 1, 1));
        assertThat(ordinals()).containsExactly(1L, 2L, 3L);
        assertThat(chains.repeated()).isEqualTo(4);
    }

    @Test
    void oneTopicLateDoesNotShadowAnother() {
        bring(message("fast", 100, 50));
        bring(message("slow", 3, 2));
        bring(message("slow", 7, 3));
        assertThat(passed).hasSize(3);
    }

    @Test
    void whatIsAheadWaitsForWhatComesAnotherWay() {
        bring(message("t", 10, 1));
        bring(message("t", 13, 4));
        bring(message("t", 12, 3));
        assertThat(ordinals()).containsExactly(1L);
        bring(message("t", 11, 2));
        assertThat(ordinals()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(chains.isHolding()).isFalse();
    }

    @Test
    void whatNeverComesIsCountedAndIsLateAfterwards() {
        bring(message("t", 10, 1));
        bring(message("t", 15, 6));
        chains.tick(System.nanoTime());
        assertThat(passed).hasSize(1);
        afterHold();
        bring(message("t", 12, 3));
        bring(message("t", 16, 7));
        assertThat(passed).hasSize(4);
        assertThat(passed.get(1)).isEqualTo(new Gap("t", ORIGIN, 14, 5, 4));
        assertThat(ordinals()).containsExactly(1L, 5L, 6L, 7L);
    }

    @Test
    void withOnePathAloneNothingWaits() {
        bring(message("t", 10, 1));
        chains.accept(message("t", 15, 6), null, false);
        assertThat(ordinals()).containsExactly(1L, 5L, 6L);
    }

    @Test
    void anAnnouncedLossIsNoneWhenAnotherPathBringsIt() {
        bring(message("t", 1, 1));
        bring(new Gap("t", ORIGIN, 3, 3, 2));
        bring(message("t", 2, 2));
        bring(message("t", 3, 3));
        bring(message("t", 4, 4));
        afterHold();
        assertThat(passed).allMatch(Message.class::isInstance).hasSize(4);
    }

    @Test
    void anAnnouncedLossIsPassedOnWithWhatIsReallyMissing() {
        bring(message("t", 1, 1));
        bring(message("t", 2, 2));
        bring(new Gap("t", ORIGIN, 5, 5, 5));
        bring(message("t", 6, 6));
        afterHold();
        assertThat(passed.get(2)).isEqualTo(new Gap("t", ORIGIN, 5, 5, 3));
        assertThat(ordinals()).containsExactly(1L, 2L, 5L, 6L);
    }

    @Test
    void withoutRoomNothingHappensAndItCanBeBroughtAgain() {
        bring(message("t", 1, 1));
        room = false;
        assertThat(bring(message("t", 2, 2))).isFalse();
        assertThat(bring(message("t", 2, 2))).isFalse();
        room = true;
        assertThat(bring(message("t", 2, 2))).isTrue();
        assertThat(ordinals()).containsExactly(1L, 2L);
    }

    @Test
    void whatIsWantedAgainBeginsWithoutAGap() {
        bring(message("t", 1, 1));
        chains.forget(_ -> true);
        bring(message("t", 50, 50));
        bring(message("t", 1, 1));
        assertThat(ordinals()).containsExactly(1L, 50L);
    }

    @Test
    void whatWasStillOnItsWayWhenInterestEndedMakesNoGapLater() {
        bring(message("t", 1, 1));
        wanted = false;
        chains.forget(_ -> true);
        bring(message("t", 2, 2));
        wanted = true;
        bring(message("t", 50, 50));
        bring(message("t", 51, 51));
        assertThat(passed).allMatch(Message.class::isInstance).hasSize(4);
    }

    @Test
    void anOriginWithEndlessTopicsTakesNoEndlessMemoryAndNothingComesTwice() {
        for (int i = 1; i <= 40_000; i++) {
            bring(message("t" + i, i, 1));
        }
        for (int i = 1; i <= 40_000; i++) {
            bring(message("t" + i, i, 1));
        }
        assertThat(passed).hasSize(40_000);
        assertThat(chains.repeated() + chains.late()).isEqualTo(40_000);
    }
}

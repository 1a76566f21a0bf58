package dev.tocsin.source.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.source.state.FencedState.Term;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What those kinds of state promise, too, in which a leader that is only paused loses the lead. */
abstract class LeaseContract extends FencedStateContract {

    @Test
    void aLeaderThatSaysNothingIsFollowedAfterItsLease() throws IOException {
        Term dead = lead(opened(SHORT));
        dead.write("{\"n\":1}");
        long wrote = System.nanoTime();
        Term next = lead(opened(SHORT));
        assertThat(Duration.ofNanos(System.nanoTime() - wrote)).isGreaterThan(SHORT.multipliedBy(9).dividedBy(10));
        assertThat(next.document()).isEqualTo("{\"n\":1}");
        assertThat(next.epoch()).isGreaterThan(dead.epoch());
    }

    @Test
    void aLeaderPausedForThreeLeasesWritesNothingAnyMore() throws IOException {
        FencedState sleeper = opened(SHORT);
        Term stale = lead(sleeper);
        stale.write("{\"n\":1}");
        Term term = lead(opened(SHORT));
        await().until(() -> !stale.isHeld());
        List<String> accepted = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String document = "{\"stale\":" + i + "}";
            assertThatThrownBy(() -> {
                stale.write(document);
                accepted.add(document);
            }).isInstanceOf(FencedException.class);
        }
        assertThat(accepted).isEmpty();
        assertThatThrownBy(stale::renew).isInstanceOf(FencedException.class);
        stale.close();
        term.write("{\"n\":2}");
        term.close();
        Term last = lead(opened(SHORT));
        assertThat(last.document()).isEqualTo("{\"n\":2}");
        assertThat(last.epoch()).isGreaterThan(term.epoch());
    }

    @Test
    void whoRenewsGoesOnLeading() throws IOException {
        Duration lease = Duration.ofSeconds(3);
        Term term = lead(opened(lease));
        FencedState other = opened(lease);
        long start = System.nanoTime();
        while (System.nanoTime() - start < lease.multipliedBy(2).toNanos()) {
            term.renew();
            assertThat(other.tryLead()).isEmpty();
            await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        }
        term.write("{}");
    }
}

package dev.tocsin.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoliciesTest {
    @TempDir
    private Path directory;

    @Test
    void theLongestPrefixWins() {
        try (Hub hub = new Hub("node", directory)) {
            Policy small = Policy.dropOldest().withMemoryBytes(1);
            Policies policies = Policies.of(Policy.block()).with("zeek/", small).with("zeek/logs/", Policy.spill());
            Backlogs backlogs = new Backlogs(hub, policies, "x", new Doorbell());
            assertThat(backlogs.all()).hasSize(3);
            Backlog block = backlogs.of("alice");
            Backlog drop = backlogs.of("zeek/cluster");
            Backlog spill = backlogs.of("zeek/logs/conn");
            assertThat(List.of(block, drop, spill)).doesNotHaveDuplicates();
            assertThat(backlogs.of("zeek/logs")).isSameAs(drop);
            assertThat(backlogs.of("zeek")).isSameAs(block);
            assertThat(backlogs.of("")).isSameAs(block);
            assertThat(new Backlogs(hub, Policies.DEFAULT.with("a", Policy.spill()), "y", new Doorbell()).all())
                    .as("one policy is one queue").hasSize(1);
        }
    }

    /** One receiver, two policies: what gives way does not make the publishers of the other wait. */
    @Test
    void topicsOfDifferentPoliciesDoNotWaitForEachOther() {
        try (Hub hub = new Hub("node", directory)) {
            Policies policies = Policies.of(Policy.block().withMemoryBytes(1000)).with("loose/", Policy.dropOldest()
                    .withMemoryBytes(1000));
            Collecting got = new Collecting();
            Subscription slow = hub.client("slow").subscribe(List.of(""), got, Delivery.DEFAULT.with(policies));
            slow.pause();
            Client publisher = hub.client("publisher");
            int accepted = 0;
            while (publisher.tryPublish("strict/1", new byte[100]) == Published.ACCEPTED) {
                accepted++;
            }
            assertThat(accepted).isBetween(1, 20);
            for (int i = 0; i < 100; i++) {
                assertThat(publisher.tryPublish("loose/1", new byte[100])).isEqualTo(Published.ACCEPTED);
            }
            slow.resume();
            int strict = accepted;
            Collecting.eventually(() -> count(got, "strict/1") == strict && got.got.stream().anyMatch(r -> r
                    .topic().equals("loose/1") && r.ordinal() == 100), () -> "" + got.got.size());
            assertThat(got.got.stream().filter(Gap.class::isInstance).mapToLong(g -> ((Gap) g).count()).sum()
                    + count(got, "loose/1")).isEqualTo(100);
        }
    }

    private static long count(Collecting got, String topic) {
        return got.got.stream().filter(r -> r instanceof Message && r.topic().equals(topic)).count();
    }

    @Test
    void rightsAreByNameAndOthersHaveTheStarsOrNone() {
        Rights zeek = Rights.of(List.of("zeek/"), List.of());
        Rights star = Rights.of(List.of(), List.of("news/"));
        RightsByName closed = new RightsByName(Optional.of(Map.of("a", zeek)));
        assertThat(closed.peer("a")).isEqualTo(zeek);
        assertThat(List.of(closed.peer("b"), closed.token(), closed.local())).containsOnly(Rights.NONE);
        RightsByName open = new RightsByName(Optional.of(Map.of("token", Rights.ALL, "*", star)));
        assertThat(open.token().isAll()).isTrue();
        assertThat(List.of(open.local(), open.peer("b"))).containsOnly(star);
        assertThat(open.peer("token")).as("a node that is called so").isEqualTo(star);
        assertThat(RightsByName.OPEN.local().isAll()).isTrue();
        assertThat(zeek.mayPublish("zeek/x")).isTrue();
        assertThat(zeek.mayPublish("zeek")).isFalse();
        assertThat(star.maySubscribe("news/local")).isTrue();
        assertThat(star.maySubscribe("")).isFalse();
        assertThatThrownBy(() -> zeek.mayPublish("x".repeat(70_000))).isInstanceOf(IllegalArgumentException.class);
    }
}

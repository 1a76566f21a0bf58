package dev.tocsin.source.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.event.Json;
import dev.tocsin.source.state.FencedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a poller promises, against a faultless vendor. */
@Timeout(300)
class ApiPollerTest {
    @ParameterizedTest
    @ValueSource(strings = {"halo", "example-page", "example-offset", "example-cursor", "example-link", "example-next",
            "example-window", "example-expression"})
    void everyShippedDefinitionReadsEverythingOnceInOrder(String definition) throws Exception {
        SimulatedApi api = SimulatedApi.of(1, "rate", "5", "per_page_max", "100");
        Taken taken = new Taken();
        try (ApiPoller poller = api.poller(SimulatedApi.config(definition, ""))) {
            poller.run("", taken, true);
            api.clock.advance(Duration.ofSeconds(30));
            poller.run(taken.cursor, taken, true);
        }
        assertThat(taken.repeats()).isEmpty();
        assertThat(taken.instants()).isSorted();
        assertThat(taken.events).hasSizeGreaterThan(3000);
        var unread = new TreeSet<>(api.ledger().keySet());
        unread.removeAll(taken.times.keySet());
        // What is younger than the settle time is not yet to be read.
        assertThat(unread).allSatisfy(id -> assertThat(api.ledger().get(id).created())
                .isAfter(api.clock.now().minusSeconds(5)));
    }

    @Test
    void whatTheVendorNoLongerHasIsToldOnceAsAnEvent() throws Exception {
        TableApi api = new TableApi();
        String yaml = TableApi.INLINE + "  retention: 2h\n";
        api.add("before", TableApi.NOON.minusSeconds(60));
        Taken taken = new Taken();
        api.read(yaml, taken);
        assertThat(api.counts.gaps.sum()).isZero();
        api.clock.advance(Duration.ofHours(5));
        api.add("after", api.clock.now().minusSeconds(60));
        for (int i = 0; i < 3; i++) {
            api.read(yaml, taken);
            api.clock.advance(Duration.ofSeconds(10));
        }
        assertThat(taken.events.stream().map(e -> e.id().replaceFirst("tocsin-gap/.*", "gap")))
                .containsExactly("before", "gap", "after");
        var gap = Json.read(taken.events.get(1).json());
        assertThat(gap.path("type").asString()).isEqualTo("tocsin.gap");
        assertThat(Instant.parse(gap.path("until").asString())).isBetween(TableApi.NOON.plusSeconds(3 * 3600 - 10),
                TableApi.NOON.plusSeconds(3 * 3600 + 10));
        assertThat(api.counts.gaps.sum()).isEqualTo(1);
    }

    @Test
    void aStaleLeaderEndsAndAClosedPollerDeliversNothingMore() throws Exception {
        TableApi api = new TableApi();
        api.add("one", TableApi.NOON.minusSeconds(60));
        try (ApiPoller poller = api.poller(TableApi.INLINE)) {
            Delivery fenced = new Delivery() {
                @Override
                public void deliver(List<ApiEvent> events, String cursor) throws FencedException {
                    throw new FencedException("another leads");
                }

                @Override
                public boolean isOver() {
                    return false;
                }
            };
            assertThatThrownBy(() -> poller.run("", fenced, false)).isInstanceOf(FencedException.class);
            poller.close();
            Taken taken = new Taken();
            poller.run("", taken, false);
            assertThat(taken.events).isEmpty();
        }
    }

    @Test
    void theBudgetOfACredentialIsKeptSoThatTheVendorRefusesNothing() throws Exception {
        SimulatedApi api = SimulatedApi.of(5, "rate", "5", "per_page_max", "20", "requests_rate", "5",
                "requests_burst", "10");
        Taken taken = new Taken();
        try (ApiPoller poller = api.poller(SimulatedApi.config("halo", "rate: 5\n"))) {
            poller.run("", taken, true);
        }
        assertThat(taken.events).hasSizeGreaterThan(2900);
        assertThat(api.counts.rateLimited.sum()).isZero();
        SimulatedApi greedy = SimulatedApi.of(5, "rate", "5", "per_page_max", "20", "requests_rate", "5",
                "requests_burst", "10", "retry_after", "mixed");
        Taken all = new Taken();
        try (ApiPoller poller = greedy.poller(SimulatedApi.config("halo", ""))) {
            poller.run("", all, true);
        }
        assertThat(greedy.counts.rateLimited.sum()).isPositive();
        assertThat(all.repeats()).isEmpty();
        assertThat(all.instants()).isSorted();
    }
}

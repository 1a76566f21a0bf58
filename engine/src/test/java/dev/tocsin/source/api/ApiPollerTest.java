package dev.tocsin.source.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a poller promises, against a faultless vendor. */
@Timeout(60)
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
}

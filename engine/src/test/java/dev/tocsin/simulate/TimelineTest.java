package dev.tocsin.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which events there are. */
class TimelineTest {
    private static List<String> lines(Caller caller) {
        return caller.get("/admin/ledger").body().lines().toList();
    }

    @Test
    void theSameSeedMakesTheSameEventsHoweverTimeMoves() {
        String[] knobs = {"rate", "7.3", "burst_every", "5s", "burst_size", "20", "late", "0.1", "visible_max",
                "300ms"};
        Caller one = Caller.of(3, knobs);
        Caller other = Caller.of(3, knobs);
        for (int i = 0; i < 60; i++) {
            one.after(Duration.ofMillis(500)).get("/v1/events");
        }
        other.after(Duration.ofSeconds(30));
        assertThat(lines(one)).hasSizeGreaterThan(280).isEqualTo(lines(other));
        assertThat(one.get("/v1/events?per_page=500").body()).isEqualTo(other.get("/v1/events?per_page=500").body());
        assertThat(lines(Caller.of(4, knobs).after(Duration.ofSeconds(30)))).doesNotContainAnyElementsOf(lines(one));
    }

    @Test
    void theRateIsKept() {
        assertThat(lines(Caller.of(1, "rate", "2.5").after(Duration.ofSeconds(100)))).hasSize(250);
        assertThat(lines(Caller.of(1, "rate", "0.1").after(Duration.ofSeconds(100)))).hasSize(10);
        assertThat(lines(Caller.of(1, "rate", "0").after(Duration.ofSeconds(100)))).isEmpty();
        assertThat(lines(Caller.of(1, "rate", "10", "events_max", "17").after(Duration.ofSeconds(100)))).hasSize(17);
    }

    @Test
    void instantsRiseWithNumbersAndAreFoundAgain() {
        Knobs knobs = Knobs.usual().with(Knob.RATE, "3.7").with(Knob.BURST_EVERY, "2s").with(Knob.BURST_SIZE, "5")
                .with(Knob.FRACTION_DIGITS, "0");
        Era era = new Era(1_000_000, 100, knobs, 9);
        long last = 0;
        for (long n = 100; n < 2100; n++) {
            assertThat(era.instant(n)).isGreaterThanOrEqualTo(last);
            last = era.instant(n);
            assertThat(era.endAt(last)).isGreaterThan(n);
            assertThat(era.endAt(last - 1)).isLessThanOrEqualTo(n);
            assertThat(era.firstCreatedFrom(era.created(n))).isLessThanOrEqualTo(n);
            assertThat(era.firstCreatedFrom(era.created(n) + 1)).isGreaterThan(n);
        }
    }

    @Test
    void aBurstIsOfOneInstantAndMayBeLargerThanAllPages() {
        Caller caller = Caller.of(1, "rate", "1", "burst_every", "10s", "burst_size", "900", "per_page_max", "10",
                "pages_max", "5").after(Duration.ofSeconds(10));
        assertThat(caller.ledger("").values()).filteredOn("2026-03-01T12:00:10.000Z"::equals).hasSize(900);
        assertThat(caller.follow("/v1/events?since=2026-03-01T12:00:10Z&per_page=10")).hasSize(50);
        assertThat(caller.get("/v1/events?since=2026-03-01T12:00:10Z").json().path("count").asInt()).isEqualTo(900);
    }

    @Test
    void anEventIsVisibleOnlyAfterItsDelay() {
        Caller caller = Caller.of(1, "rate", "1", "visible_min", "5s", "visible_max", "5s");
        assertThat(lines(caller.after(Duration.ofSeconds(5)))).isEmpty();
        assertThat(lines(caller.after(Duration.ofSeconds(5)))).hasSize(5);
        assertThat(caller.get("/v1/events").json().path("count").asInt()).isEqualTo(5);
        assertThat(caller.get("/admin/stats").json().path("events_not_yet_visible").asInt()).isEqualTo(5);
    }

    @Test
    void jitterShowsEventsOutOfTheirOrder() {
        Caller caller = Caller.of(1, "rate", "20", "visible_max", "2s").after(Duration.ofSeconds(20));
        List<String> visible = caller.get("/admin/ledger").body().lines()
                .map(l -> l.replaceFirst(".*visible_at\":\"", "")).toList();
        assertThat(visible).isNotEqualTo(visible.stream().sorted().toList());
    }

    @Test
    void aLateInsertionShiftsPages() {
        Caller caller = Caller.of(5, "rate", "10", "late", "0.2", "late_min", "1s", "late_max", "8s")
                .after(Duration.ofSeconds(4));
        String window = "/v1/events?until=2026-03-01T12:00:04Z&per_page=10&page=";
        List<String> first = caller.get(window + 1).ids();
        List<String> second = caller.get(window + 2).ids();
        caller.after(Duration.ofSeconds(10));
        List<String> later = caller.get(window + 1).ids();
        List<String> secondLater = caller.get(window + 2).ids();
        assertThat(later).isNotEqualTo(first);
        // Who had read page 1 before and page 2 now has read one event twice.
        List<String> twice = new ArrayList<>(first);
        twice.retainAll(secondLater);
        assertThat(twice).isNotEmpty();
        // And one that was inserted into page 1 never.
        assertThat(later).anyMatch(id -> !first.contains(id) && !second.contains(id));
    }

    @Test
    void madeEventsStayWhenAKnobIsTurned() {
        Caller caller = Caller.of(1, "rate", "10").after(Duration.ofMillis(3500));
        List<String> before = lines(caller);
        assertThat(before).hasSizeBetween(34, 35);
        assertThat(caller.post("/admin/knobs", "{\"rate\":100,\"fraction_digits\":0}").status()).isEqualTo(200);
        caller.after(Duration.ofMillis(500));
        assertThat(lines(caller)).hasSize(40);
        caller.after(Duration.ofSeconds(2));
        assertThat(lines(caller)).hasSize(240).containsAll(before);
        assertThat(caller.ledger("since=2026-03-01T12:00:04Z").values()).hasSize(200)
                .allMatch(t -> t.matches("2026-03-01T12:00:0[45]Z"));
    }

    @Test
    void digitsOfTheFraction() {
        for (int digits : new int[]{0, 3, 6}) {
            Caller caller = Caller.of(1, "fraction_digits", "" + digits).after(Duration.ofSeconds(5));
            assertThat(caller.ledger("").values()).hasSize(50)
                    .allMatch(t -> t
                            .matches("2026-03-01T12:00:0\\d" + (digits == 0 ? "" : "\\.\\d{" + digits + "}") + "Z"));
        }
    }

    @Test
    void aMillionEventsAreNotKept() {
        Caller caller = Caller.of(1, "rate", "10000", "late", "0.001").after(Duration.ofSeconds(100));
        assertThat(caller.get("/admin/stats").json().path("events_made").asInt()).isEqualTo(1_000_000);
        assertThat(caller.get("/admin/stats").json().path("events_not_yet_visible").asInt()).isLessThan(200);
        assertThat(caller.get("/v1/offset?offset=24000&limit=500").ids()).hasSize(500);
    }
}

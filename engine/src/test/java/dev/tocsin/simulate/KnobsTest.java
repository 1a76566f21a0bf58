package dev.tocsin.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

/** Each knob that spoils the telling does what it says. */
class KnobsTest {
    private static Caller caller(String... knobs) {
        return Caller.of(1, knobs).after(Duration.ofSeconds(10));
    }

    /** Logs in before anything goes wrong. */
    private static Caller spoiled(String knobs) {
        Caller caller = caller();
        caller.login();
        assertThat(caller.post("/admin/knobs", knobs).status()).isEqualTo(200);
        return caller;
    }

    @Test
    void sort() {
        List<String> rising = caller().get("/v1/events?per_page=100").ids();
        assertThat(caller("sort", "desc").get("/v1/events?per_page=100").ids()).isEqualTo(rising.reversed());
        assertThat(caller("sort", "desc").get("/v1/events?per_page=100&sort_by=created_at.asc").ids())
                .isEqualTo(rising);
    }

    @Test
    void retention() {
        Caller caller = caller("retention", "4s");
        assertThat(caller.get("/v1/events?since=2026-03-01T12:00:00Z").json().path("count").asInt()).isEqualTo(40);
        assertThat(caller.ledger("")).hasSize(100);
    }

    @Test
    void perPage() {
        assertThat(caller("per_page", "3").get("/v1/events").ids()).hasSize(3);
        Caller.Answer clamped = caller("per_page_max", "20").get("/v1/events?per_page=50");
        assertThat(clamped.ids()).hasSize(20);
        assertThat(clamped.next()).contains("per_page=20");
        assertThat(caller("per_page_max", "20", "per_page_clamp", "false").get("/v1/events?per_page=50").status())
                .isEqualTo(422);
    }

    @Test
    void pagesMax() {
        Caller caller = caller("pages_max", "3");
        assertThat(caller.follow("/v1/events?per_page=10")).hasSize(30);
        assertThat(caller.get("/v1/events?per_page=10&page=4").status()).isEqualTo(422);
        Caller flat = caller("pages_max", "3", "per_page_max", "10");
        assertThat(flat.get("/v1/offset?offset=20&limit=10").ids()).hasSize(10);
        assertThat(flat.get("/v1/offset?offset=21&limit=10").status()).isEqualTo(422);
    }

    @Test
    void windowMax() {
        Caller caller = caller("window_max", "50");
        assertThat(caller.get("/v1/window?from=2026-03-01T12:00:05Z").ids()).hasSize(50);
        assertThat(caller.get("/v1/window?from=2026-03-01T12:00:04Z").status()).isEqualTo(422);
    }

    @Test
    void tokenLifeEndsInMidPaging() {
        Caller caller = caller("token_life", "60s");
        String next = caller.get("/v1/events").next();
        caller.after(Duration.ofMillis(59_999));
        next = caller.get(next).next();
        caller.after(Duration.ofMillis(1));
        assertThat(caller.get(next).status()).isEqualTo(401);
        assertThat(caller.login().json().path("expires_in").asInt()).isEqualTo(60);
        assertThat(caller.get(next).ids()).hasSize(10);
    }

    @Test
    void tokenUses() {
        Caller caller = caller("token_uses", "2");
        assertThat(caller.get("/v1/events").status()).isEqualTo(200);
        assertThat(caller.get("/v1/events").status()).isEqualTo(200);
        assertThat(caller.get("/v1/events").status()).isEqualTo(401);
        caller.login();
        assertThat(caller.get("/v1/events").status()).isEqualTo(200);
    }

    @Test
    void aBudgetOfRequestsRefusesUntilItsTimeAndNotAfter() {
        Caller caller = spoiled("{\"requests_rate\":2,\"requests_burst\":3,\"retry_after\":\"fraction\"}");
        for (int i = 0; i < 3; i++) {
            assertThat(caller.get("/v1/events").status()).isEqualTo(200);
        }
        Caller.Answer refused = caller.get("/v1/events");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers()).containsEntry("Retry-After", "0.500");
        assertThat(caller.after(Duration.ofMillis(499)).get("/v1/events").status()).isEqualTo(429);
        assertThat(caller.after(Duration.ofMillis(1)).get("/v1/events").status()).isEqualTo(200);
        assertThat(caller.get("/v1/events").status()).isEqualTo(429);
        caller.after(Duration.ofMinutes(10));
        for (int i = 0; i < 3; i++) {
            assertThat(caller.get("/v1/events").status()).isEqualTo(200);
        }
        assertThat(caller.get("/v1/events").status()).isEqualTo(429);
    }

    @Test
    void rateLimitedWithEachFormOfWhenToComeAgain() {
        Caller caller = spoiled("{\"rate_limited\":1,\"retry_wait\":\"2500ms\",\"retry_after\":\"seconds\"}");
        Caller.Answer answer = caller.get("/v1/events");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.headers()).containsEntry("Retry-After", "3");
        caller.post("/admin/knobs", "{\"retry_after\":\"fraction\"}");
        assertThat(caller.get("/v1/events").headers()).containsEntry("Retry-After", "2.500");
        caller.post("/admin/knobs", "{\"retry_after\":\"date\"}");
        assertThat(caller.get("/v1/events").headers()).containsEntry("Retry-After", "Sun, 01 Mar 2026 12:00:13 GMT");
        caller.post("/admin/knobs", "{\"retry_after\":\"reset\"}");
        assertThat(caller.get("/v1/events").headers()).doesNotContainKey("Retry-After")
                .containsEntry("X-RateLimit-Reset", "" + (Caller.START.getEpochSecond() + 13));
        caller.post("/admin/knobs", "{\"retry_after\":\"none\"}");
        assertThat(caller.get("/v1/events").headers()).doesNotContainKeys("Retry-After", "X-RateLimit-Reset");
        caller.post("/admin/knobs", "{\"retry_after\":\"mixed\"}");
        Set<Set<String>> forms = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            forms.add(caller.get("/v1/events").headers().keySet());
        }
        assertThat(forms).hasSize(3);
        assertThat(caller.get("/admin/stats").json().path("counts").path("fault.429").asInt()).isEqualTo(45);
    }

    @Test
    void serverErrorsComeAsOftenAsSaidAndTheSameForASeed() {
        List<Integer> statuses = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            Caller caller = spoiled("{\"server_error\":0.25}");
            for (int i = 0; i < 400; i++) {
                statuses.add(caller.get("/v1/events").status());
            }
        }
        assertThat(new TreeSet<>(statuses)).containsExactly(200, 500, 502, 503, 504);
        assertThat(statuses.stream().filter(s -> s != 200).count()).isBetween(140L, 260L);
        assertThat(statuses.subList(0, 400)).isEqualTo(statuses.subList(400, 800));
    }

    @Test
    void forbidden() {
        assertThat(spoiled("{\"forbidden\":1}").get("/v1/events").status()).isEqualTo(403);
    }

    @Test
    void timeoutHoldsTheAnswer() {
        Caller caller = spoiled("{\"timeout\":1,\"hold\":\"90s\"}");
        assertThat(caller.get("/v1/events").status()).isEqualTo(504);
        assertThat(caller.pauses).containsExactly(Duration.ofSeconds(90));
    }

    @Test
    void latency() {
        Caller caller = spoiled("{\"latency_min\":\"20ms\",\"latency_max\":\"50ms\"}");
        for (int i = 0; i < 20; i++) {
            caller.get("/v1/events");
        }
        assertThat(caller.pauses).hasSize(20).allMatch(p -> p.toMillis() >= 20 && p.toMillis() <= 50);
        assertThat(new HashSet<>(caller.pauses)).hasSizeGreaterThan(10);
    }

    @Test
    void aTruncatedBodyCannotBeParsed() {
        Caller.Answer answer = spoiled("{\"truncated\":1}").get("/v1/events");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.whole()).isTrue();
        assertThatThrownBy(answer::json).isInstanceOf(JacksonException.class);
    }

    @Test
    void cutOffEndsTheConnection() {
        Caller.Answer answer = spoiled("{\"cut_off\":1}").get("/v1/events");
        assertThat(answer.whole()).isFalse();
        assertThatThrownBy(answer::json).isInstanceOf(JacksonException.class);
    }

    @Test
    void repeatedTellsTheEventBeforeThePageAgain() {
        Caller caller = spoiled("{\"repeated\":1}");
        List<String> told = caller.follow("/v1/events?per_page=10");
        assertThat(told).hasSize(109);
        assertThat(told.get(10)).isEqualTo(told.get(9));
        assertThat(new HashSet<>(told)).isEqualTo(caller.ledger("").keySet());
        Caller.Answer first = caller.get("/v1/cursor");
        assertThat(caller.get("/v1/cursor?cursor=" + first.json().path("next_cursor").asString()).ids().getFirst())
                .isEqualTo(first.ids().getLast());
    }

    @Test
    void nextIsMissing() {
        Caller caller = spoiled("{\"next_missing\":1}");
        assertThat(caller.get("/v1/events").next()).isEmpty();
        assertThat(caller.get("/v1/link").headers()).doesNotContainKey("Link");
        assertThat(caller.get("/v1/cursor").json().has("next_cursor")).isFalse();
        assertThat(caller.get("/v1/events").json().path("count").asInt()).isEqualTo(100);
    }

    @Test
    void nextLoops() {
        Caller caller = spoiled("{\"next_loops\":1}");
        Caller.Answer page = caller.get("/v1/events?page=2");
        assertThat(caller.get(page.next()).ids()).isEqualTo(page.ids());
        assertThat(caller.get(page.next()).next()).isEqualTo(page.next());
    }

    @Test
    void clockSkewIsInTheDateHeader() {
        assertThat(caller().get("/v1/events").headers()).containsEntry("Date", "Sun, 01 Mar 2026 12:00:10 GMT");
        assertThat(caller("clock_skew", "-70s").get("/v1/events").headers()).containsEntry("Date",
                "Sun, 01 Mar 2026 11:59:00 GMT");
    }

    @Test
    void turningTakesAllOrNothingAndSaysWhatIsWrong() {
        Caller caller = caller();
        assertThat(caller.post("/admin/knobs", "{\"rate\":5,\"rete\":1}").body()).contains("no knob", "rete");
        assertThat(caller.post("/admin/knobs", "{\"rate\":-1}").status()).isEqualTo(400);
        assertThat(caller.post("/admin/knobs", "{\"late\":1.5}").body()).contains("late: it is from 0 to 1");
        assertThat(caller.post("/admin/knobs", "{\"visible_min\":\"3s\"}").body()).contains("visible_max");
        assertThat(caller.post("/admin/knobs", "{\"events_max\":5}").status()).isEqualTo(400);
        assertThat(caller.post("/admin/knobs", "[1]").status()).isEqualTo(400);
        assertThat(caller.get("/admin/knobs").body()).isEqualTo(Knobs.usual().json().toString());
        assertThat(caller.post("/admin/knobs", "{\"sort\":\"desc\"}").json().path("sort").asString())
                .isEqualTo("desc");
    }

    @Test
    void theClockMovesOnlyWhenVirtual() {
        Caller caller = caller();
        assertThat(caller.post("/admin/clock", "{\"advance\":\"5s\"}").json().path("now").asString())
                .isEqualTo("2026-03-01T12:00:15.000000Z");
        assertThat(caller.post("/admin/clock", "{\"advance\":\"soon\"}").status()).isEqualTo(400);
        SimulatedClock real = SimulatedClock.real(() -> Caller.START);
        assertThatThrownBy(() -> real.advance(Duration.ofSeconds(1))).isInstanceOf(IllegalStateException.class);
    }
}

package dev.tocsin.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** How events are told when nothing goes wrong. */
class EventApiTest {
    private static final int SEEDS = 20;
    private static final String SINCE = "2026-03-01T12:00:03Z";
    private static final String UNTIL = "2026-03-01T12:00:17Z";

    private static Caller busy(int seed) {
        return Caller
                .of(seed, "rate", "" + (3 + seed), "burst_every", "4s", "burst_size", "" + (3 * seed), "visible_max",
                        "500ms", "late", "0.05", "late_max", "3s", "fraction_digits", "" + 3 * (seed % 3), "sort",
                        seed % 2 == 0 ? "asc" : "desc", "per_page_max", "17", "pages_max", "0")
                .after(Duration.ofSeconds(30));
    }

    private static List<String> ledger(Caller caller, boolean descending) {
        List<String> ids = new ArrayList<>(caller.ledger("since=" + SINCE + "&until=" + UNTIL).keySet());
        assertThat(ids).hasSizeGreaterThan(40);
        return descending ? ids.reversed() : ids;
    }

    @Test
    void allPagesOfASettledWindowAreTheLedger() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            Caller caller = busy(seed);
            List<String> truth = ledger(caller, seed % 2 == 1);
            String window = "since=" + SINCE + "&until=" + UNTIL;
            assertThat(caller.follow("/v1/events?per_page=13&" + window)).as("pages " + seed).isEqualTo(truth);
            assertThat(caller.follow("/v1/events?per_page=100&" + window)).as("clamped " + seed).isEqualTo(truth);
            assertThat(byLink(caller, window)).as("link " + seed).isEqualTo(truth);
            assertThat(byOffset(caller, window)).as("offset " + seed).isEqualTo(truth);
            assertThat(byCursor(caller, window)).as("cursor " + seed).isEqualTo(truth);
            assertThat(caller.get("/v1/window?from=" + SINCE + "&to=" + UNTIL).ids()).as("window " + seed)
                    .isEqualTo(truth);
        }
    }

    private static List<String> byLink(Caller caller, String window) {
        List<String> ids = new ArrayList<>();
        String address = "/v1/link?per_page=7&" + window;
        while (!address.isEmpty()) {
            Caller.Answer page = caller.get(address);
            ids.addAll(page.ids());
            String link = page.headers().getOrDefault("Link", "");
            assertThat(link).matches("(<http://sim\\.example/v1/link\\?.*>; rel=\"next\")?");
            address = link.replaceFirst("^<", "").replaceFirst(">; rel=\"next\"$", "");
        }
        return ids;
    }

    private static List<String> byOffset(Caller caller, String window) {
        List<String> ids = new ArrayList<>();
        JsonNode page;
        do {
            Caller.Answer answer = caller.get("/v1/offset?limit=9&offset=" + ids.size() + "&" + window);
            page = answer.json();
            ids.addAll(answer.ids());
        } while (ids.size() < page.path("total").asInt());
        return ids;
    }

    private static List<String> byCursor(Caller caller, String window) {
        Caller.Answer page = caller.get("/v1/cursor?per_page=8&" + window);
        List<String> ids = new ArrayList<>(page.ids());
        while (page.json().path("has_more").asBoolean()) {
            page = caller.get("/v1/cursor?per_page=8&cursor=" + page.json().path("next_cursor").asString());
            ids.addAll(page.ids());
        }
        assertThat(page.json().has("next_cursor")).isFalse();
        return ids;
    }

    @Test
    void sinceIsInclusiveAndUntilIsNotUnlessTurned() {
        Caller caller = Caller.of(2, "rate", "1", "fraction_digits", "6").after(Duration.ofSeconds(20));
        Map<String, String> all = caller.ledger("");
        List<String> ids = new ArrayList<>(all.keySet());
        String window = "/v1/events?since=" + all.get(ids.get(3)) + "&until=" + all.get(ids.get(6));
        assertThat(caller.get(window).ids()).isEqualTo(ids.subList(3, 6));
        caller.post("/admin/knobs", "{\"until_inclusive\":true}");
        assertThat(caller.get(window).ids()).isEqualTo(ids.subList(3, 7));
    }

    @Test
    void aPageHasTheShapeOfHalo() {
        Caller caller = Caller.of(1).after(Duration.ofSeconds(10));
        JsonNode json = caller.get("/v1/events?per_page=2&page=2&since=2026-03-01T12:00:00.000Z").json();
        assertThat(json.path("count").asInt()).isEqualTo(100);
        assertThat(json.path("pagination").path("next").asString()).isEqualTo(
                "http://sim.example/v1/events?per_page=2&page=3&since=2026-03-01T12%3A00%3A00.000Z");
        JsonNode event = json.path("events").path(0);
        assertThat(event.path("id").asString()).matches("[0-9a-f]{32}");
        assertThat(event.path("critical").isBoolean()).isTrue();
        assertThat(event.path("message").asString()).doesNotContain("%");
        Caller.Answer last = caller.get("/v1/events?per_page=50&page=2");
        assertThat(last.json().path("pagination").has("next")).isFalse();
        assertThat(last.headers()).containsEntry("Content-Type", "application/json; charset=utf-8");
    }

    @Test
    void typesAreChosen() {
        Caller caller = Caller.of(1).after(Duration.ofSeconds(30));
        Caller.Answer page = caller.get("/v1/events?type=halo_login_failure,server_restarted&per_page=500");
        assertThat(page.ids()).hasSizeBetween(30, 110);
        page.json().path("events").forEach(
                e -> assertThat(e.path("type").asString()).isIn("halo_login_failure", "server_restarted"));
        assertThat(caller.follow("/v1/events?type=halo_login_failure,server_restarted&per_page=4"))
                .isEqualTo(page.ids());
        assertThat(caller.get("/v1/events?type=nothing").status()).isEqualTo(422);
    }

    @Test
    void wrongRequestsAreRefused() {
        Caller caller = Caller.of(1).after(Duration.ofSeconds(5));
        assertThat(caller.get("/v1/events?page=one").status()).isEqualTo(400);
        assertThat(caller.get("/v1/events?since=yesterday").status()).isEqualTo(400);
        assertThat(caller.get("/v1/events?since=%zz").status()).isEqualTo(400);
        assertThat(caller.get("/v1/cursor?cursor=%7B").status()).isEqualTo(400);
        assertThat(caller.get("/v1/events?page=0").status()).isEqualTo(422);
        assertThat(caller.get("/v1/events?sort_by=name").status()).isEqualTo(422);
        assertThat(caller.get("/v1/events?since=2026-03-02&until=2026-03-01").status()).isEqualTo(422);
        assertThat(caller.get("/v1/elsewhere").status()).isEqualTo(404);
        assertThat(caller.get("/elsewhere").status()).isEqualTo(404);
        assertThat(caller.post("/v1/events", "").status()).isEqualTo(405);
        assertThat(caller.get("/v1/events?page=one").json().path("error").asString()).isEqualTo("bad_request");
    }

    @Test
    void theTokenIsNeededAndGivenForTheKey() {
        Caller caller = Caller.of(1);
        assertThat(caller.ask("GET", "/v1/events", "", "").status()).isEqualTo(401);
        assertThat(caller.ask("GET", "/v1/events", "Bearer 0", "").headers()).containsKey("WWW-Authenticate");
        assertThat(caller.ask("POST", "/oauth/access_token?grant_type=client_credentials", "Basic a2V5Onh4", "")
                .status()).isEqualTo(401);
        assertThat(caller.ask("POST", "/oauth/access_token", "Basic a2V5OnNlY3JldA==", "").status()).isEqualTo(400);
        Caller.Answer token = caller.login();
        assertThat(token.json().path("access_token").asString()).matches("[0-9a-f]{32}");
        assertThat(token.json().path("expires_in").asInt()).isEqualTo(900);
        assertThat(token.headers()).containsEntry("Cache-Control", "no-store");
        assertThat(caller.get("/v1/events").status()).isEqualTo(200);
    }
}

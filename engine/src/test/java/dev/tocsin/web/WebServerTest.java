package dev.tocsin.web;

import dev.tocsin.node.WebConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Secret;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.health.Checks;
import dev.tocsin.health.Checks.Verdict;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class WebServerTest {
    private static final String TOKEN = "0123456789abcdef-token";
    private static final String EVENT = EventId.ofVendor("acme", "demo", "event-1").toString();

    private final FakeNode node = FakeNode.busy();
    private final Checks checks = new Checks();
    private final WebServer server = new WebServer(node, checks, WebConfig.at(new Endpoint("127.0.0.1", 0)),
            new Secret(TOKEN));
    private Client nobody;
    private Client admin;

    @BeforeEach
    void start() {
        checks.register("log", "disk", () -> Verdict.green("8 % of 20 GB"));
        nobody = Client.of(server.start());
        admin = nobody.with("Authorization", "Bearer " + TOKEN);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Every route under /api and one request for it that works. */
    static Stream<String> routes() {
        return Stream.of("GET /api/v1/status", "GET /api/v1/alerts?limit=5", "GET /api/v1/search?q=*",
                "GET /api/v1/events/"
                        + EVENT,
                "GET /api/v1/audit", "GET /api/v1/dead?limit=3", "GET /api/v1/dead/DEAD", "GET /api/v1/rules",
                "GET /api/v1/events?since=1d", "POST /api/v1/rules/reload", "GET /api/v1/checks", "GET /api/v1/peers",
                "GET /api/v1/quarantine",
                "POST /api/v1/quarantine/release {\"rule\":\"9b8d1c1e-3c1f-4a77-9b1f-1d7c5a3e0001\"}",
                "GET /api/v1/stores", "GET /api/v1/cluster", "GET /api/v1/cluster/health",
                "GET /api/v1/cluster/log?limit=5",
                "GET /api/v1/stores", "GET /api/v1/flags", "GET /api/v1/flags/history?limit=3",
                "GET /api/v1/replays", "GET /api/v1/parity/last", "GET /api/v1/parity?engines=blue,green",
                "GET /api/v1/flags/detect.egress/explain?customer=acme&engine=green",
                "PUT /api/v1/flags {\"document\":{\"flags\":{}},\"dry_run\":true}",
                "PUT /api/v1/flags/detect.egress {\"definition\":null,\"dry_run\":true}",
                "POST /api/v1/dead/replay {\"all\":true,\"dry_run\":true}",
                "POST /api/v1/dead/drop {\"all\":true,\"dry_run\":true}", "POST /api/v1/stages/detect/pause",
                "POST /api/v1/stages/detect/resume", "POST /api/v1/stages/detect/rewind {\"to\":\"1h\"}",
                "POST /api/v1/logout");
    }

    @ParameterizedTest
    @MethodSource("routes")
    void a_route_answers_whoever_has_the_token_and_nobody_else(String route) throws Exception {
        String[] words = route.replace("DEAD", node.dead(1).getFirst().id().toString()).split(" ", 3);
        String body = words.length > 2 ? words[2] : "";
        assertThat(admin.send(words[0], words[1], body).statusCode()).isBetween(200, 204);
        int actions = node.actions.size();
        Client session = nobody.with("Cookie", login());
        List<Client> strangers = List.of(nobody, nobody.with("Authorization", "Bearer " + TOKEN + "x"),
                nobody.with("Authorization", "Bearer " + TOKEN.substring(1)), nobody.with("Authorization", "Bearer "),
                nobody.with("Authorization", "Basic " + TOKEN), nobody.with("Authorization", TOKEN),
                session.with("Authorization", "Bearer wrong"), nobody.with("Cookie", "tocsin_session=1"));
        for (Client stranger : strangers) {
            HttpResponse<String> refused = stranger.send(words[0], words[1], body);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertProblem(refused, "Unauthorized");
        }
        assertThat(node.actions).hasSize(actions);
    }

    @ParameterizedTest
    @MethodSource("routes")
    void a_session_reads_by_cookie_and_changes_only_with_the_header_that_a_foreign_page_cannot_set(String route)
            throws Exception {
        String[] words = route.replace("DEAD", node.dead(1).getFirst().id().toString()).split(" ", 3);
        String body = words.length > 2 ? words[2] : "";
        Client session = nobody.with("Cookie", login());
        HttpResponse<String> plain = session.send(words[0], words[1], body);
        assertThat(plain.statusCode()).isEqualTo(words[0].equals("GET") ? 200 : 403);
        assertThat(session.with("X-Tocsin", "1").send(words[0], words[1], body).statusCode()).isBetween(200, 204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/app.css", "/app.js", "/health", "/health/platform", "/health/channels",
            "/health/channels/log", "/metrics"})
    void the_page_health_and_metrics_are_open(String path) throws Exception {
        assertThat(nobody.get(path).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/app.js", "/health", "/metrics", "/api/v1/status", "/api/v1/nothing", "/nothing"})
    void every_answer_carries_the_headers_that_keep_a_browser_safe(String path) throws Exception {
        var headers = nobody.get(path).headers();
        assertThat(headers.firstValue("Content-Security-Policy")).get().asString().contains("default-src 'self'",
                "frame-ancestors 'none'", "object-src 'none'");
        assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(headers.firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(headers.firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(headers.firstValue("Server")).isEmpty();
        assertThat(headers.firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void the_link_with_the_token_opens_a_session_and_takes_the_token_out_of_the_address() throws Exception {
        HttpResponse<String> answer = nobody.get("/?token=" + TOKEN);
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).get().asString().endsWith("/").doesNotContain("token");
        assertThat(answer.headers().firstValue("Set-Cookie")).get().asString().contains("HttpOnly", "SameSite=Strict",
                "Path=/", "Max-Age=43200").doesNotContain(TOKEN);
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        assertThat(nobody.with("Cookie", cookie).get("/api/v1/status").statusCode()).isEqualTo(200);
        HttpResponse<String> wrong = nobody.get("/?token=wrong");
        assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(wrong.headers().firstValue("Location")).get().asString().endsWith("/#wrong-token");
    }

    @Test
    void a_login_needs_the_token_and_a_logout_ends_the_session() throws Exception {
        assertProblem(nobody.post("/api/v1/login", "{\"token\":\"wrong\"}"), "Unauthorized");
        assertThat(nobody.post("/api/v1/login", "{\"token\":null}").statusCode()).isEqualTo(401);
        assertThat(nobody.post("/api/v1/login", "[").statusCode()).isEqualTo(400);
        Client session = nobody.with("Cookie", login()).with("X-Tocsin", "1");
        assertThat(session.get("/api/v1/status").statusCode()).isEqualTo(200);
        assertThat(session.post("/api/v1/logout", "").statusCode()).isEqualTo(204);
        assertThat(session.get("/api/v1/status").statusCode()).isEqualTo(401);
        assertThat(login()).isNotEqualTo(login());
    }

    @ParameterizedTest
    @CsvSource({"localhost,200", "LOCALHOST:9,200", "127.0.0.1,200", "[::1]:8080,200", "evil.example,421",
            "localhost.evil.example,421", "127.0.0.1.evil.example,421", "169.254.169.254,421"})
    void on_loopback_a_foreign_name_is_refused(String host, int status) throws Exception {
        assertThat(RawHttp.get(admin.server(), "/health", host)).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void records_leave_with_their_own_names_iso_times_hex_ids_and_words_for_levels() throws Exception {
        JsonNode status = admin.json("/api/v1/status");
        assertThat(status.get("node").asString()).isEqualTo("node-1");
        assertThat(status.get("started").asString()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(status.at("/stages/0/inPerSecond").isNumber()).isTrue();
        assertThat(admin.json("/api/v1/events/" + EVENT).get("id").asString()).isEqualTo(EVENT);
        assertThat(admin.json("/api/v1/checks").at("/1/level").asString()).isEqualTo("yellow");
        assertThat(admin.json("/api/v1/alerts?limit=3").get("hits")).hasSize(3);
        assertThat(admin.json("/api/v1/alerts").at("/hits/0/document/rule/title").asString()).isNotEmpty();
        assertThat(admin.json("/api/v1/audit").get("verdict").asString()).isEqualTo("in flight");
        assertThat(admin.json("/api/v1/dead?limit=2")).hasSize(2);
    }

    @Test
    void a_search_takes_kind_time_and_limit() throws Exception {
        assertThat(admin.json("/api/v1/search?q=*&kind=alert&limit=2").get("hits")).hasSize(2);
        assertThat(admin.json("/api/v1/search?q=*&kind=alert").get("total").asInt()).isEqualTo(14);
        assertThat(admin.json("/api/v1/search?q=*&kind=alert&from=2m").get("total").asInt()).isLessThan(14);
        assertThat(admin.json("/api/v1/search?q=*&to=2020-01-01").get("total").asInt()).isZero();
        assertThat(admin.json("/api/v1/search?q=*&from=2020-01-01T00:00:00%2B02:00&customer=").get("total").asInt())
                .isGreaterThan(14);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET|/api/v1/search?q=user:%22a|400|Query not understood|column 6",
            "GET|/api/v1/search?kind=fish|400|Bad request|fish",
            "GET|/api/v1/search?from=yesterday|400|Bad request|from",
            "GET|/api/v1/search?from=1y|400|Bad request|from", "GET|/api/v1/search?limit=0|400|Bad request|limit",
            "GET|/api/v1/alerts?limit=99999999999|400|Bad request|limit", "GET|/api/v1/events/xyz|400|Bad request|xyz",
            "GET|/api/v1/events/ffffffffffffffffffffffffffffffff|404|Not found|ffff",
            "GET|/api/v1/dead/ffffffffffffffffffffffffffffffff|404|Not found|ffff",
            "GET|/api/v1/tap?stream=fish|400|Bad request|known: intake", "GET|/api/v1/nothing|404|Not found|nothing",
            "GET|/nothing|404|Not found|nothing", "GET|/health/channels/fish|404|Not found|fish",
            "POST|/api/v1/status|405|Method not allowed|POST", "DELETE|/api/v1/dead/x|405|Method not allowed|DELETE",
            "POST|/api/v1/stages/fish/pause|404|Not found|stages are process",
            "POST|/api/v1/dead/replay|400|Bad request|ids", "GET|/../../etc/passwd|400|Bad Request|HTTP",
            "GET|/%2e%2e/%2e%2e/etc/passwd|400|Bad Request|HTTP"})
    void an_error_is_a_problem_document_that_names_the_cause(String method, String path, int status, String title,
            String part) throws Exception {
        HttpResponse<String> answer = admin.send(method, path, "");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertProblem(answer, title);
        assertThat(Json.read(answer.body()).get("detail").asString()).contains(part);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{\"ids\":[]}", "{\"ids\":[1]}", "{\"ids\":[null]}", "{\"ids\":{}}",
            "{\"ids\":\"x\"}",
            "{\"all\":1}", "{\"all\":\"true\"}", "{\"ids\":[[]]}", "{\"all\":true,\"dry_run\":\"no\"}", "{", "nul",
            "{\"all\":9223372036854775808}"})
    void a_body_of_the_wrong_type_is_refused_and_changes_nothing(String body) throws Exception {
        HttpResponse<String> answer = admin.post("/api/v1/dead/drop", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertProblem(answer, "Bad request");
        assertThat(node.actions).isEmpty();
    }

    @Test
    void dead_letters_are_replayed_by_id_or_all_and_a_dry_run_only_counts() throws Exception {
        String id = node.dead(1).getFirst().id().toString();
        JsonNode dry = Json.read(admin.post("/api/v1/dead/replay", "{\"all\":true,\"dry_run\":true}").body());
        assertThat(dry.get("dryRun").asBoolean()).isTrue();
        assertThat(dry.get("matched").asInt()).isEqualTo(4);
        assertThat(dry.get("done").asInt()).isZero();
        assertThat(node.actions).isEmpty();
        JsonNode one = Json.read(admin.post("/api/v1/dead/replay", "{\"ids\":[\"" + id + "\"]}").body());
        assertThat(one.get("done").asInt()).isEqualTo(1);
        assertThat(admin.json("/api/v1/dead/" + id).get("state").asString()).isEqualTo("replayed");
        JsonNode rest = Json.read(admin.post("/api/v1/dead/drop", "{\"all\":true}").body());
        assertThat(rest.get("done").asInt()).isEqualTo(3);
        assertThat(node.actions).containsExactly("replay 1 by admin from 127.0.0.1 by token",
                "drop 3 by admin from 127.0.0.1 by token");
    }

    @Test
    void kept_events_leave_as_lines_and_rules_are_read_anew_or_stay() throws Exception {
        HttpResponse<String> events = admin.get("/api/v1/events?since=2026-03-01&until=2027-01-01");
        List<String> lines = events.body().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.getFirst()).isEqualTo("{\"records\":2}");
        assertThat(Json.read(lines.get(1)).path("event").path("n").asInt()).isEqualTo(1);
        assertThat(Json.read(lines.get(1)).path("customer").asString()).isEqualTo("acme");
        assertThat(admin.get("/api/v1/events?since=2026-03-01&customer=other").body().lines()).hasSize(1);
        assertThat(admin.get("/api/v1/events?since=2027-01-01").body().lines()).hasSize(1);
        HttpResponse<String> reload = admin.post("/api/v1/rules/reload", "");
        assertThat(Json.read(reload.body()).path("content").asString()).isEqualTo("new");
        node.breakRules();
        HttpResponse<String> refused = admin.post("/api/v1/rules/reload", "");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(Json.read(refused.body()).path("detail").asString()).contains("old stay in force", "S101");
    }

    @Test
    void rules_in_quarantine_are_shown_and_released_and_others_are_not() throws Exception {
        assertThat(admin.json("/api/v1/quarantine").at("/0/partitions/1/waiting").asString()).isEqualTo("7,90-");
        assertThat(admin.post("/api/v1/quarantine/release", "{}").statusCode()).isEqualTo(400);
        assertThat(admin.post("/api/v1/quarantine/release", "{\"rule\":\"other\"}").statusCode()).isEqualTo(404);
        String id = admin.json("/api/v1/quarantine").at("/0/rule").asString();
        assertThat(admin.post("/api/v1/quarantine/release", "{\"rule\":\"" + id + "\"}").statusCode()).isEqualTo(200);
        assertThat(node.actions).singleElement().asString().startsWith("release " + id + " by ");
        assertThat(admin.json("/api/v1/quarantine")).isEmpty();
    }

    @Test
    void a_stage_is_paused_resumed_and_rewound() throws Exception {
        admin.post("/api/v1/stages/detect/pause", "");
        assertThat(admin.json("/api/v1/status").at("/stages/1/state").asString()).isEqualTo("paused");
        admin.post("/api/v1/stages/detect/resume", "");
        admin.post("/api/v1/stages/detect/rewind", "{\"to\":\"2026-11-21T10:00:00Z\"}");
        admin.post("/api/v1/stages/index/rewind", "");
        assertThat(node.actions).extracting(a -> a.split(" by ")[0]).containsExactly("pause detect", "resume detect",
                "rewind 2026-11-21T10:00:00Z detect", "rewind all index");
    }

    @Test
    void hostile_text_leaves_as_json_and_keeps_every_character() throws Exception {
        HttpResponse<String> answer = admin.get("/api/v1/search?q=*&limit=10000");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        List<String> users = Json.read(answer.body()).get("hits").valueStream()
                .map(h -> h.at("/document/user/name").asString("")).toList();
        assertThat(users).containsAll(FakeStory.XSS);
        for (String path : List.of("/api/v1/events/<script>alert(1)</script>", "/<img src=x>",
                "/health/channels/<svg onload=alert(1)>", "/api/v1/tap?stream=<b>")) {
            HttpResponse<String> echoed = admin.get(path.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20"));
            assertThat(echoed.headers().firstValue("Content-Type")).get().asString()
                    .isIn("application/problem+json");
        }
    }

    @Test
    void health_is_punch_shaped_by_default_health_json_when_asked_for_and_503_when_red() throws Exception {
        JsonNode punch = nobody.json("/health");
        assertThat(punch.get("code").asInt()).isEqualTo(1);
        assertThat(punch.at("/channels/log/checks/disk/message").asString()).isEqualTo("8 % of 20 GB");
        HttpResponse<String> standard = nobody.with("Accept", "application/health+json").get("/health");
        assertThat(standard.headers().firstValue("Content-Type")).hasValue("application/health+json");
        assertThat(Json.read(standard.body()).get("status").asString()).isEqualTo("pass");
        checks.register("detect", "rules", () -> {
            throw new IllegalStateException("no rule is loaded");
        });
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(nobody.get("/health").statusCode()).isEqualTo(503));
        assertThat(nobody.json("/health/platform").get("alert_messages").toString()).contains("no rule is loaded");
        assertThat(nobody.get("/health/channels/log").statusCode()).isEqualTo(200);
        assertThat(nobody.get("/metrics").headers().firstValue("Content-Type"))
                .hasValue("text/plain; version=0.0.4; charset=utf-8");
    }

    @Test
    void a_port_that_is_taken_and_a_listener_without_tls_are_refused_with_a_way_out() {
        try (WebServer second = new WebServer(node, checks, WebConfig.at(nobody.server()), new Secret(TOKEN))) {
            assertThatThrownBy(second::start).isInstanceOf(WebException.class).hasMessageContaining("web.listen")
                    .hasMessageContaining("in use");
        }
        assertThatThrownBy(() -> WebConfig.at(new Endpoint("0.0.0.0", 8080)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("plaintext: true");
        assertThatThrownBy(() -> new AdminToken(new Secret("short"))).hasMessageContaining("16");
    }

    private String login() throws Exception {
        HttpResponse<String> answer = nobody.post("/api/v1/login", "{\"token\":\"" + TOKEN + "\"}");
        assertThat(answer.statusCode()).isEqualTo(204);
        return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    private static void assertProblem(HttpResponse<String> answer, String title) {
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = Json.read(answer.body());
        assertThat(problem.get("title").asString()).isEqualTo(title);
        assertThat(problem.get("status").asInt()).isEqualTo(answer.statusCode());
        assertThat(problem.get("type").asString()).startsWith("urn:tocsin:problem:");
        assertThat(problem.propertyNames()).containsExactly("type", "title", "status", "detail", "hint");
        assertThat(answer.body()).doesNotContain("Exception", "\tat ", "dev.tocsin");
    }

    @Test
    void engines_are_compared_and_replays_are_told() throws Exception {
        JsonNode report = admin.json("/api/v1/parity?engines=blue,green@r1&from=2h&noise=blue,blue@r1&customers=acme");
        assertThat(report.path("second").asString()).isEqualTo("green@r1");
        assertThat(report.path("groups").get(0).path("examples").get(0).path("kind").asString()).isEqualTo("missing");
        assertThat(admin.json("/api/v1/parity/last").path("last").path("verdict").asString()).isEqualTo("fail");
        for (String wrong : List.of("", "?engines=blue", "?engines=blue,blue", "?engines=blue,gr%20een",
                "?engines=blue,green&noise=blue", "?engines=blue,green&from=later",
                "?engines=blue,green&from=2026-03-02&to=2026-03-01")) {
            assertThat(admin.get("/api/v1/parity" + wrong).statusCode()).as(wrong).isEqualTo(400);
        }

        JsonNode replay = admin.json("/api/v1/replays").get(0);
        assertThat(replay.path("state").asString()).isEqualTo("done");
        String run = replay.path("run").asString();
        assertThat(admin.json("/api/v1/replays/" + run)).isEqualTo(replay);
        assertThat(admin.get("/api/v1/replays/nosuch").statusCode()).isEqualTo(404);
        assertThat(admin.send("DELETE", "/api/v1/replays/" + run, "").statusCode()).isEqualTo(200);
        for (String wrong : List.of("{}", "{\"from\":\"later\"}", "{\"from\":\"1h\",\"speed\":\"0\"}",
                "{\"from\":\"1h\",\"tempo\":1}", "{\"from\":\"1h\"}")) {
            HttpResponse<String> refused = admin.send("POST", "/api/v1/replays", wrong);
            assertThat(refused.statusCode()).as(wrong).isEqualTo(400);
        }
    }

    @Test
    void flags_are_changed_as_a_whole_by_who_saw_the_last_revision_or_not_at_all() throws Exception {
        String flag = "{\"state\":\"ENABLED\",\"variants\":{\"open\":true},\"defaultVariant\":\"open\"}";
        HttpResponse<String> set = admin.send("PUT", "/api/v1/flags/detect.egress",
                "{\"definition\":" + flag + ",\"why\":\"trial\",\"if_revision\":0}");
        assertThat(set.statusCode()).isEqualTo(200);
        assertThat(Json.read(set.body()).path("applied").asBoolean()).isTrue();
        assertThat(admin.json("/api/v1/flags/detect.egress").path("definition")).isEqualTo(Json.read(flag));
        JsonNode flags = admin.json("/api/v1/flags");
        assertThat(flags.path("revision").asLong()).isEqualTo(1);
        assertThat(flags.path("who").asString()).startsWith("admin from 127.0.0.1 by token");
        assertThat(admin.json("/api/v1/flags/history").at("/0/why").asString()).isEqualTo("trial");
        HttpResponse<String> late = admin.send("PUT", "/api/v1/flags",
                "{\"document\":{\"flags\":{}},\"why\":\"x\",\"if_revision\":0}");
        assertThat(late.statusCode()).isEqualTo(409);
        assertProblem(late, "Revision mismatch");
        HttpResponse<String> refused = admin.send("PUT", "/api/v1/flags",
                "{\"document\":{\"flags\":{\"detect.egress\":{}}},\"why\":\"x\"}");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(Json.read(refused.body()).path("title").asString()).isEqualTo("Flags refused");
        assertThat(Json.read(refused.body()).at("/problems/0/where").asString()).isEqualTo("/flags/detect.egress");
        assertThat(admin.send("PUT", "/api/v1/flags", "{\"document\":{\"flags\":{}}}").statusCode()).as("no reason")
                .isEqualTo(400);
        assertThat(admin.send("PUT", "/api/v1/flags", "{\"documant\":{}}").statusCode()).isEqualTo(400);
        assertThat(admin.get("/api/v1/flags/detect.ingress").statusCode()).isEqualTo(404);
        assertThat(admin.get("/api/v1/flags/detect.nothing/explain").statusCode()).isEqualTo(400);
        assertThat(admin.json("/api/v1/flags").path("revision").asLong()).isEqualTo(1);
    }
}

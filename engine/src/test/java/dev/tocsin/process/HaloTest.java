package dev.tocsin.process;

import static dev.tocsin.process.Intakes.body;
import static dev.tocsin.process.Intakes.passed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.event.LogSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** CloudPassage Halo. */
class HaloTest {
    @Test
    void anEventOfAServer() {
        Event event = passed(
                """
                        {"id":"0f3c9a1e7b5d11f0a2c40242ac110002","type":"lids_rule_failed","name":"Rule matched",\
                        "message":"Rule 'sudo failure' matched on web-3","created_at":"2026-11-01T00:00:00.126Z","critical":true,\
                        "server_id":"8d1b","server_platform":"Linux","server_hostname":"web-3","server_ip_address":"203.0.113.7",\
                        "server_group_name":"prod-web","policy_name":"Core LIDS","rule_name":"sudo failure"}""");
        JsonNode body = body(event);
        assertThat(event.logSource()).isEqualTo(new LogSource("cloudpassage", List.of(), "halo"));
        assertThat(event.time()).isEqualTo("2026-11-01T00:00:00.126Z");
        assertThat(body.at("/event/action").asString()).isEqualTo("lids_rule_failed");
        assertThat(body.at("/event/category/0").asString()).isEqualTo("intrusion_detection");
        assertThat(body.at("/host/name").asString()).isEqualTo("web-3");
        assertThat(body.at("/log/level").asString()).isEqualTo("alert");
        assertThat(body.at("/message").asString()).isEqualTo("Rule 'sudo failure' matched on web-3");
    }

    /** The original connector compared the JSON truth value with a text, so that every event had severity 3. */
    @Test
    void severityOfABooleanCritical() {
        String event = "{\"id\":\"a\",\"type\":\"halo_login_failure\",\"created_at\":\"2026-11-01T00:00:00Z\",\"critical\":%s,"
                + "\"actor_username\":\"j.doe\",\"actor_ip_address\":\"198.51.100.9\"}";
        JsonNode calm = body(passed(event.formatted("false")));
        assertThat(calm.at("/log/level").asString()).isEqualTo("notice");
        assertThat(calm.at("/user/name").asString()).isEqualTo("j.doe");
        assertThat(calm.at("/source/ip").asString()).isEqualTo("198.51.100.9");
        assertThat(calm.at("/event/outcome").asString()).isEqualTo("failure");
        assertThat(body(passed(event.formatted("true"))).at("/log/level").asString()).isEqualTo("alert");
    }
}

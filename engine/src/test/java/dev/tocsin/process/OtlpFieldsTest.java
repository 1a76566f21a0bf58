package dev.tocsin.process;

import static dev.tocsin.process.Intakes.body;
import static dev.tocsin.process.Intakes.dead;
import static dev.tocsin.process.Intakes.event;
import static dev.tocsin.process.Intakes.passed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OtlpFieldsTest {
    private static final String RECORD = """
            {"timeUnixNano":"1767225600123456789","observedTimeUnixNano":"1767225601000000000","severityNumber":17,
             "severityText":"ERROR","body":"login failed for root","traceId":"5b8efff798038103d269b633813fc60c",
             "spanId":"eee19b7ec3c1b174","attributes":{"user.name":"root","client.address":"203.0.113.9",
              "http.response.status_code":401,"exception.type":"AuthError","other.thing":{"a":1}},
             "resource":{"attributes":{"service.name":"shop","service.version":"2.1","host.name":"web-1",
              "process.pid":42,"k8s.pod.name":"shop-7"}},"scope":{"name":"auth"}}""";

    @Test
    void attributesOfTheConventionsBecomeEcsFieldsAndAllStaysTheVendors() {
        for (String format : new String[]{"otlp", "auto"}) {
            Event event = passed(event(RECORD, format));
            JsonNode body = body(event);
            assertThat(event.time()).isEqualTo("2026-01-01T00:00:00.123456789Z");
            assertThat(body.path("message").asString()).isEqualTo("login failed for root");
            assertThat(body.at("/log/level").asString()).isEqualTo("ERROR");
            assertThat(body.at("/log/logger").asString()).isEqualTo("auth");
            assertThat(body.at("/event/severity").asInt()).isEqualTo(17);
            assertThat(body.at("/trace/id").asString()).isEqualTo("5b8efff798038103d269b633813fc60c");
            assertThat(body.at("/span/id").asString()).isEqualTo("eee19b7ec3c1b174");
            assertThat(body.at("/user/name").asString()).isEqualTo("root");
            assertThat(body.at("/client/ip").asString()).isEqualTo("203.0.113.9");
            assertThat(body.at("/http/response/status_code").asInt()).isEqualTo(401);
            assertThat(body.at("/error/type").asString()).isEqualTo("AuthError");
            assertThat(body.at("/service/name").asString()).isEqualTo("shop");
            assertThat(body.at("/host/name").asString()).isEqualTo("web-1");
            assertThat(body.at("/process/pid").asInt()).isEqualTo(42);
            assertThat(body.at("/orchestrator/resource/name").asString()).isEqualTo("shop-7");
            assertThat(body.at("/tocsin/format").asString()).isEqualTo("otlp");
            assertThat(body.at("/vendor/attributes/other.thing/a").asInt()).isEqualTo(1);
        }
    }

    @Test
    void aStructuredBodyIsTheMessageAsJsonAndATimeThatIsMissingIsTheObserved() {
        JsonNode body = body(passed(event(
                "{\"timeUnixNano\":\"0\",\"observedTimeUnixNano\":\"1767225601000000000\",\"body\":{\"k\":[1]},"
                        + "\"attributes\":{},\"resource\":{\"attributes\":{}}}",
                "otlp")));
        assertThat(body.path("@timestamp").asString()).isEqualTo("2026-01-01T00:00:01Z");
        assertThat(body.path("message").asString()).isEqualTo("{\"k\":[1]}");
        assertThat(body.at("/vendor/body/k/0").asInt()).isEqualTo(1);
    }

    @Test
    void whatIsNoObjectIsDead() {
        assertThat(dead(event("not json", "otlp"))).contains("otlp JSON");
    }
}

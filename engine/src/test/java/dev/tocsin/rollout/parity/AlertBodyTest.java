package dev.tocsin.rollout.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertBodyTest {
    private static final String ALERT = """
            {"id":"7","rule":{"id":"r1","title":"A rule","tags":["a","b"]},"customer":"acme","engine":"blue",
             "content":"c1","site":"paris","epoch":1,"events":["e1","e2"],"n":1,"ok":true,"none":null,
             "tocsin":{"id":"7","origin":"paris/n/1/2"}}""";
    private final AlertBody body = new AlertBody(42);

    private long hash(String json) {
        assertThat(body.read(json.getBytes(StandardCharsets.UTF_8))).isTrue();
        return body.hash();
    }

    private static List<String> paths(String other) {
        return FieldDiff.paths(Json.read(ALERT), Json.read(other));
    }

    @Test
    void whoRaisedItIsReadAndDoesNotCount() {
        long blue = hash(ALERT);
        assertThat(List.of(body.engine(), body.run(), body.rule(), body.title())).containsExactly("blue", "", "r1",
                "A rule");
        String green = ALERT.replace("\"engine\":\"blue\"", "\"engine\":\"green\",\"run\":\"r9\"")
                .replace("\"c1\"", "\"c2\"").replace("\"site\":\"paris\",\"epoch\":1", "\"epoch\":2,\"site\":\"oslo\"")
                .replace("paris/n/1/2", "oslo/n/2/2");
        assertThat(hash(green)).isEqualTo(blue);
        assertThat(List.of(body.engine(), body.run())).containsExactly("green", "r9");
        assertThat(paths(green)).isEmpty();
    }

    @Test
    void theOrderOfMembersDoesNotCountThatOfListsDoes() {
        String other = "{\"ok\":true,\"rule\":{\"tags\":[\"a\",\"b\"],\"title\":\"A rule\",\"id\":\"r1\"},\"id\":\"7\",\"none\":null,"
                + "\"customer\":\"acme\",\"n\":1,\"events\":[\"e1\",\"e2\"],\"tocsin\":{\"id\":\"7\"},\"engine\":\"blue\"}";
        assertThat(hash(other)).isEqualTo(hash(ALERT));
        assertThat(hash(ALERT.replace("[\"e1\",\"e2\"]", "[\"e2\",\"e1\"]"))).isNotEqualTo(hash(ALERT));
    }

    @Test
    void anythingElseCountsAndIsNamed() {
        for (String[] change : new String[][]{{"\"A rule\"", "\"B rule\"", "rule.title"},
                {"[\"a\",\"b\"]", "[\"a\"]", "rule.tags"}, {"\"n\":1", "\"n\":\"1\"", "n"},
                {"\"ok\":true", "\"ok\":false", "ok"}, {"\"none\":null", "\"none\":{}", "none"},
                {"\"none\":null,", "", "none"},
                {"\"rule\":{\"id\"", "\"rule\":{\"engine\":\"x\",\"id\"", "rule.engine"},
                {"\"customer\":\"acme\"", "\"customer\":\"acm\"", "customer"}}) {
            String other = ALERT.replace(change[0], change[1]);
            assertThat(hash(other)).as(change[2]).isNotEqualTo(hash(ALERT));
            assertThat(paths(other)).containsExactly(change[2]);
        }
    }

    @Test
    void whatAnEngineTellsOfItselfIsKnown() {
        hash(ALERT.replace("\"n\":1", "\"engine_alert\":{\"rule\":\"r1\"}"));
        assertThat(body.isOwnAffair()).isTrue();
        hash(ALERT.replace("\"n\":1", "\"n\":{\"engine_alert\":1}"));
        assertThat(body.isOwnAffair()).isFalse();
    }

    @Test
    void whatIsNoAlertIsNotRead() {
        for (String text : List.of("", "[]", "{", "7", "{\"a\":")) {
            assertThat(body.read(text.getBytes(StandardCharsets.UTF_8))).as(text).isFalse();
        }
    }

    @Test
    void anotherSeedHashesAnotherWay() {
        assertThat(new AlertBody(1).read(ALERT.getBytes(StandardCharsets.UTF_8))).isTrue();
        AlertBody other = new AlertBody(43);
        assertThat(other.read(ALERT.getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(other.hash()).isNotEqualTo(hash(ALERT));
    }
}

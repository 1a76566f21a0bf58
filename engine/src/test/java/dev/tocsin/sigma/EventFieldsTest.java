package dev.tocsin.sigma;

import static dev.tocsin.sigma.Rules.matches;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventFieldsTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"{\"a.b.c\":\"x\"}; true", "{\"a\":{\"b\":{\"c\":\"X\"}}}; true",
            "{\"a\":{\"b.c\":\"x\"}}; true", "{\"a.b\":{\"c\":\"x\"}}; true",
            "{\"a\":[{\"b\":{\"c\":\"y\"}},{\"b\":{\"c\":[\"x\"]}}]}; true",
            "{\"A\":{\"b\":{\"c\":\"x\"}}}; false", "{\"a\":{\"b\":\"x\"}}; false",
            "{\"a.b.c\":\"y\",\"a\":{\"b\":{\"c\":\"x\"}}}; false",
            "{\"a\":{\"b\":{\"c\":{\"d\":\"x\"}}}}; false"})
    void areFoundByNameThenByPath(String event, boolean expected) {
        assertThat(matches("s: {a.b.c: x}\ncondition: s", event)).isEqualTo(expected);
    }

    @Test
    void thatBeginWithAnUnderscoreAreNotThere() {
        assertThat(matches("s: {_id: x}\ncondition: s", "{\"_id\":\"x\"}")).isFalse();
        assertThat(matches("s: {_id.a: x}\ncondition: s", "{\"_id\":{\"a\":\"x\"}}")).isFalse();
        assertThat(matches("s: {_id|exists: false}\ncondition: s", "{\"_id\":\"x\"}")).isTrue();
        assertThat(matches("s: [secret]\ncondition: s", "{\"_raw\":\"secret\"}")).isFalse();
    }

    @Test
    void eachValueOfAllNeedsSomeElement() {
        String all = "s: {F|contains|all: [x, y]}\ncondition: s";
        assertThat(matches(all, "{\"F\":[\"ax\",\"by\"]}")).isTrue();
        assertThat(matches(all, "{\"F\":[\"ax\",\"bx\"]}")).isFalse();
    }

    @Test
    void mixedListsMixKeywordsAndFields() {
        String mixed = "s: [word, {F: 1, G: 2}, {H|re: ^x}]\ncondition: s";
        assertThat(matches(mixed, "{\"Z\":\"some words\"}")).isTrue();
        assertThat(matches(mixed, "{\"F\":1,\"G\":2}")).isTrue();
        assertThat(matches(mixed, "{\"F\":1}")).isFalse();
        assertThat(matches(mixed, "{\"H\":\"xy\"}")).isTrue();
    }
}

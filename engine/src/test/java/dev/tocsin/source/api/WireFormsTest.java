package dev.tocsin.source.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.Problem;
import dev.tocsin.base.RetryAfter;
import dev.tocsin.config.ConfigFile;
import dev.tocsin.config.Outcome;
import dev.tocsin.event.Json;
import dev.tocsin.source.ApiSourceConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times, waits and settings as they are written. */
class WireFormsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"Retry-After,7,7000", "Retry-After,2.5,2500", "Retry-After,'Sun, 01 Mar 2026 12:01:00 GMT',60000",
            "Retry-After,'Sun, 01 Mar 2026 11:00:00 GMT',0", "X-RateLimit-Reset,1772366430,30000",
            "X-RateLimit-Reset,45,45000", "RateLimit-Reset,3,3000", "Retry-After,99999999,3600000"})
    void whenToComeAgain(String header, String value, long millis) {
        Transport.Answer answer = new Transport.Answer(429, Map.of(header.toLowerCase(java.util.Locale.ROOT), value),
                new byte[0]);
        assertThat(RetryAfter.of(answer::header, NOW, Duration.ofHours(1))).contains(Duration.ofMillis(millis));
    }

    @Test
    void anUnreadableWaitIsNone() {
        assertThat(RetryAfter.of(name -> Optional.of("soon").filter(_ -> name.equals("retry-after")), NOW,
                Duration.ofHours(1))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'\"2026-03-01T12:00:00Z\"',0", "'\"2026-03-01T13:00:00.25+01:00\"',250",
            "'\"2026-03-01 12:00:00.001\"',1", "'\"2026-03-01T07:00:00-0500\"',0", "1772366400,0", "1772366400.125,125",
            "1772366400125,125", "'\"1772366400\"',0", "1772366400125000,125", "1772366400125000000,125"})
    void times(String json, long millis) {
        assertThat(ClockText.parse(Json.read(json))).contains(NOW.plusMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"'\"yesterday\"'", "null", "'\"\"'", "true", "'{}'", "1e400"})
    void noTimes(String json) {
        assertThat(ClockText.parse(Json.read(json))).isEqualTo(Optional.empty());
    }

    private static List<Problem> problems(String yaml) {
        Outcome<ApiSourceConfig> outcome = ConfigFile.parse(yaml, "t.yaml", Path.of("").toAbsolutePath(),
                ApiSourceConfig.class, _ -> null);
        return outcome.value().map(ApiDefinitions::problems).orElse(outcome.problems());
    }

    @Test
    void mistakesAreToldWithTheirPlaceAndWhatToDo() {
        assertThat(problems("url: http://a.example\n")).singleElement().asString()
                .contains("what the API is like is not said").contains("halo");
        assertThat(problems("url: http://a.example\ndefinition: hallo\n")).singleElement().asString()
                .contains("no shipped definition \"hallo\"").contains("halo");
        assertThat(problems("url: ftp://a.example\ndefinition: halo\n")).singleElement().asString()
                .startsWith("t.yaml:1:6").contains("https://api.example.com");
        assertThat(problems("url: http://a.example\ndefinition: halo\nstart: tomorrow\n")).singleElement().asString()
                .startsWith("t.yaml:3:8").contains("7d");
        assertThat(problems("""
                url: http://a.example
                inline:
                  path: /e
                  clock: t
                  since: {parameter: since}
                  pagination: {type: expression, next: 'bodi.next'}
                """)).singleElement().asString().startsWith("t.yaml:6:").contains("next is not CEL")
                .contains("undeclared reference to 'bodi'").contains("column 1").contains("known are body");
    }

    @Test
    void everyShippedDefinitionIsGood() {
        for (String name : ApiDefinitions.SHIPPED) {
            assertThat(problems("url: http://a.example\ndefinition: " + name + "\n")).as(name).isEmpty();
        }
    }

    @Test
    void anAddressElsewhereIsAskedAtHome() throws BadPageException {
        ApiSourceConfig config = SimulatedApi.config("example-next", "");
        Requests requests = new Requests(config, ApiDefinitions.of(config));
        Requests.PageCall first = requests.first(Window.of(NOW, NOW.plusSeconds(1)));
        assertThat(requests.following(first, Json.read("\"https://evil.example/v1/events?page=2\"")).call().uri())
                .hasToString("http://sim.example/v1/events?page=2");
        assertThat(requests.following(first, Json.read("\"?page=3\"")).call().uri())
                .hasToString("http://sim.example/v1/events?page=3");
        assertThatThrownBy(() -> requests.following(first, Json.read("\"http://[\"")))
                .isInstanceOf(BadPageException.class);
    }
}

package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.cli.rules.EventReader.Reading;
import dev.tocsin.event.Json;
import org.junit.jupiter.api.Test;

/** {@code rules match} reads events as the pipeline does. */
class NodeReaderTest {
    private final NodeReader reader = new NodeReader();

    private Reading read(String json) {
        return reader.read(Json.read(json));
    }

    @Test
    void anEventThatSaysWhatItIsIsBelieved() {
        Reading reading = read("""
                {"_id":"1","_logsource":{"product":"azure","category":["x"]},"operationName":"Delete"}""");
        assertThat(reading.logSource()).hasToString("product=azure;category=x");
        assertThat(reading.fields()).isEqualTo(Json.read("{\"operationName\":\"Delete\"}"));
    }

    @Test
    void winlogbeatsShapeBecomesTheVendorsFields() {
        Reading reading = read(
                """
                        {"@timestamp":"2026-01-01T00:00:00Z","winlog":{"channel":"Security","provider_name":"P","event_id":"4688",
                        "event_data":{"NewProcessName":"C:\\\\a.exe","CommandLine":"a.exe /x"}}}""");
        assertThat(reading.logSource().category()).containsExactly("process_creation");
        assertThat(reading.fields().path("CommandLine").asString()).isEqualTo("a.exe /x");
        assertThat(reading.fields().path("Image").asString()).isEqualTo("C:\\a.exe");
    }

    @Test
    void aFlatEventIsClassifiedByItsChannel() {
        Reading reading = read("""
                {"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Image":"C:\\\\a.exe"}""");
        assertThat(reading.logSource().product()).isEqualTo("windows");
        assertThat(reading.logSource().category()).contains("process_creation");
        assertThat(reading.fields().path("Image").asString()).isEqualTo("C:\\a.exe");
    }

    @Test
    void whatCannotBeUnderstoodIsLeftAsItIs() {
        assertThat(read("{\"a\":1}").fields().path("a").asInt()).isEqualTo(1);
    }
}

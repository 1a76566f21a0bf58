package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Events as they came, and who a record says it is from. */
class OriginalLineTest {
    private static Event event(String json) {
        return new Event(EventId.ofVendor("main", "api", "1"), "main", "api", new Origin("s", "n", 1, 1), "api",
                Instant.parse("2026-11-01T00:00:00Z"), "", LogSource.UNKNOWN, json.getBytes(StandardCharsets.UTF_8));
    }

    private static String line(SinkFormat format, String json) {
        return new String(LineFormat.of(format, false).line(event(json)), StandardCharsets.UTF_8);
    }

    @Test
    void oneLineWhateverCame() {
        assertThat(line(SinkFormat.ORIGINAL, "{\"event\":{\"original\":\"{\\\"a\\\":1}\"}}")).isEqualTo("{\"a\":1}");
        assertThat(line(SinkFormat.ORIGINAL, "{\"event\":{\"original\":\"{\\n  \\\"a\\\": \\\"x y\\\"\\n}\"}}"))
                .isEqualTo("{\"a\":\"x y\"}");
        assertThat(line(SinkFormat.ORIGINAL, "{\"event\":{\"original\":\"two\\nlines\"}}")).isEqualTo("two lines");
        assertThat(line(SinkFormat.ORIGINAL, "{\"rule\":{\"id\":\"r\"}}")).contains("\"rule\":{\"id\":\"r\"}");
    }

    @Test
    void aRecordIsFromWhoObservedTheEvent() {
        String observed = "{\"observer\":{\"vendor\":\"CloudPassage\",\"product\":\"CPHalo\",\"version\":\"1.0\"},"
                + "\"event\":{\"action\":\"server_restarted\"}}";
        assertThat(line(SinkFormat.CEF, observed))
                .startsWith("CEF:0|CloudPassage|CPHalo|1.0|server_restarted|server_restarted|");
        assertThat(line(SinkFormat.LEEF1, observed)).startsWith("LEEF:1.0|CloudPassage|CPHalo|1.0|server_restarted|");
        assertThat(line(SinkFormat.CEF, "{\"observer\":{\"vendor\":\"x\"}}")).startsWith("CEF:0|Tocsin|Tocsin|");
        assertThat(line(SinkFormat.CEF, observed.replaceFirst("\\{", "{\"rule\":{\"id\":\"r\"},")
                .replace("\"action\"", "\"kind\":\"alert\",\"action\""))).startsWith("CEF:0|Tocsin|Tocsin|");
    }
}

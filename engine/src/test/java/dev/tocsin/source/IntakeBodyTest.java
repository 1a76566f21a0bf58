package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class IntakeBodyTest {
    private static final Instant ARRIVAL = Instant.parse("2026-01-01T00:00:00.123456789Z");
    private static final EventId ID = new EventId(1, 2);

    private static Received received(byte[] original, String peer, Identity identity) {
        Feed feed = new Feed("acme", "fw", "auto", new LogSourceHint("linux", null, "s\"s"), "tcp");
        return new Received(feed, "fw/" + peer, original, ARRIVAL, null, peer, null, identity);
    }

    /** Printable text takes a short way, and an event with a place in a file the general one; but for it both say the same. */
    @Test
    void theShortWayWritesWhatTheGeneralOneWrites() {
        Random random = new Random(7);
        IntakeBody body = new IntakeBody();
        for (int i = 0; i < 20_000; i++) {
            byte[] original = new byte[random.nextInt(60)];
            for (int k = 0; k < original.length; k++) {
                original[k] = (byte) (random.nextInt(40) == 0
                        ? random.nextInt(256)
                        : "ab\"\\ <{:/'é".charAt(
                                random.nextInt(11)));
            }
            String peer = "10.0.0." + random.nextInt(3);
            JsonNode quick = Json.read(body.write(received(original, peer, new Identity.Content(ID))));
            JsonNode general = Json.read(body.write(received(original, peer, new Identity.Vendor("v"))));
            assertThat(quick).as(new String(original, StandardCharsets.ISO_8859_1)).isEqualTo(general);
        }
        JsonNode plain = Json.read(body.write(received("a\"b\\c".getBytes(StandardCharsets.US_ASCII), "10.0.0.9",
                new Identity.Content(ID))));
        assertThat(plain.toString()).isEqualTo("{\"@timestamp\":\"2026-01-01T00:00:00.123456789Z\",\"event\":{"
                + "\"original\":\"a\\\"b\\\\c\",\"created\":\"2026-01-01T00:00:00.123456789Z\"},\"tocsin\":{"
                + "\"format\":\"auto\",\"transport\":\"tcp\",\"peer\":\"10.0.0.9\",\"logsource\":{"
                + "\"product\":\"linux\",\"service\":\"s\\\"s\"}}}");
    }
}

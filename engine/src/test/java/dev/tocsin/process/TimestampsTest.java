package dev.tocsin.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {
    private static final Instant ARRIVAL = Instant.parse("2026-11-21T06:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {"2026-11-03T01:02:03Z~2026-11-03T01:02:03Z",
            "2026-11-03 01:02:03~2026-11-03T01:02:03Z", "2026-11-03T01:02~2026-11-03T01:02:00Z",
            "2026-11-03T01:02:03,123456789+0530~2026-11-02T19:32:03.123456789Z",
            "2026-11-03T01:02:03.1234567891-01~2026-11-03T02:02:03.123456789Z",
            "2026-11-03 01:02:03 +0100~2026-11-03T00:02:03Z", "2026-12-31T23:59:60Z~2026-12-31T23:59:59Z",
            "03/Nov/2026:01:02:03 -0130~2026-11-03T02:32:03Z", "Nov  3 2026 01:02:03.5 UTC~2026-11-03T01:02:03.500Z",
            "2026 Nov 3 01:02:03~2026-11-03T01:02:03Z", "Nov 3, 2026, 01:02:03~2026-11-03T01:02:03Z",
            "1604994496~2020-11-10T07:48:16Z", "1604994496.155~2020-11-10T07:48:16.155Z",
            "1604994496155~2020-11-10T07:48:16.155Z", "1604994496155001~2020-11-10T07:48:16.155001Z",
            "1604994496155001002~2020-11-10T07:48:16.155001002Z"})
    void timesAreReadAsVendorsWriteThem(String text, String expected) {
        assertThat(Timestamps.parse(text, ARRIVAL)).isEqualTo(Instant.parse(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-02-30T01:02:03Z", "2026-11-03T25:02:03Z", "2026-11-03T01:02:99Z",
            "2026-11-03", "2026-11-03T01:02:03Zx", "12345", "9999999999999999999", "1969-12-31T23:59:59Z",
            "2100-01-01T00:00:00Z", "Foo  3 01:02:03", "\u0663\u0663", "2026-11-03T", "Nov", "Nov  ", "03/Nov/"})
    void whatIsNoTimeIsNone(String text) {
        assertThat(Timestamps.parse(text, ARRIVAL)).isNull();
    }
}

package dev.tocsin.fabric.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the JSON form takes for each type that it writes as text, and what it refuses. */
class ScalarTextTest {
    @ParameterizedTest
    @CsvSource({"address,10.0.0.1,10.0.0.1", "address,010.000.000.001,10.0.0.1", "address,2001:DB8::1,2001:db8::1",
            "address,::ffff:1.2.3.4,1.2.3.4", "address,::,::", "address,::1,::1", "address,1::,1::",
            "address,2001:0db8:0:0:1:0:0:1,2001:db8::1:0:0:1", "address,1:0:2:3:4:5:6:7,1:0:2:3:4:5:6:7",
            "address,64:ff9b::192.0.2.33,64:ff9b::c000:221", "address,fe80:0:0:0:0:0:0:0,fe80::",
            "subnet,10.1.2.3/8,10.0.0.0/8", "subnet,2001:db8::1/64,2001:db8::/64", "subnet,::/0,::/0",
            "subnet,0.0.0.0/0,0.0.0.0/0", "port,80,80/tcp", "port,80/udp,80/udp", "port,8/icmp,8/icmp", "port,9/?,9/?",
            "port,9/sctp,9/?", "port,65535/tcp,65535/tcp", "timestamp,2022-04-10T07:00:00,2022-04-10T07:00:00.000",
            "timestamp,2022-04-10T07:00:00.5,2022-04-10T07:00:00.500",
            "timestamp,2022-04-10T07:00:00.000-0530,2022-04-10T12:30:00.000",
            "timestamp,2022-04-10T07:00:00+02,2022-04-10T05:00:00.000",
            "timestamp,1969-12-31T23:59:59.500,1969-12-31T23:59:59.500", "timespan,1min,60s", "timespan,2h,7200s",
            "timespan,1.5s,1500ms", "timespan,-3us,-3us", "timespan,1000ns,1us", "timespan,0ms,0s",
            "timespan,-0.5s,-500ms",
            "enum-value,Notice::LOG,Notice::LOG"})
    void isReadAndPrinted(String type, String in, String out) {
        Value value = JsonValues.read(json(type, in));
        assertThat(new String(JsonValues.write(value), StandardCharsets.UTF_8))
                .isEqualTo("{\"@data-type\":\"" + type + "\",\"data\":\"" + out + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"address|1.2.3", "address|1.2.3.4.5", "address|256.1.1.1", "address|", "address|:::",
            "address|1::2::3",
            "address|1:2:3:4:5:6:7", "address|1:2:3:4:5:6:7:8:9", "address|g::", "address|1.2.3.4::", "address|12345::",
            "address|::1.2.3.4:5", "address|1:2:3:4:5:6:7::8", "subnet|10.0.0.0", "subnet|10.0.0.0/33",
            "subnet|10.0.0.0/-1",
            "subnet|::/129", "subnet|", "port|70000/tcp", "port|-1/tcp", "port|x/tcp", "timestamp|2300-01-01T00:00:00",
            "timestamp|2023-02-29T12:00:00", "timestamp|2022-04-10", "timestamp|2022-04-10T24:00:00",
            "timestamp|2022-04-10T07:00:60", "timestamp|", "timestamp|2022-04-10T07:00:00.1234567890", "timespan|1d",
            "timespan|1", "timespan|1h30min", "timespan|", "timespan|1 s", "timespan|300000000h", "timespan|s"})
    void isRefused(String typeAndText) {
        String[] parts = typeAndText.split("\\|", 2);
        assertThatThrownBy(() -> JsonValues.read(json(parts[0], parts[1]))).isInstanceOfSatisfying(JsonException.class,
                e -> assertThat(e.kind()).isEqualTo(JsonException.Kind.INVALID));
    }

    private static byte[] json(String type, String data) {
        return ("{\"@data-type\":\"" + type + "\",\"data\":\"" + data + "\"}").getBytes(StandardCharsets.UTF_8);
    }
}

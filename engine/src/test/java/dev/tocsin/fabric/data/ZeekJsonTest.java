package dev.tocsin.fabric.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.fabric.data.ZeekLogBatch.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records look as in the files of a Zeek that writes JSON. */
class ZeekJsonTest {
    private static String json(Value value) {
        return new String(new ZeekJson().field("f", value).end(), StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void aConnectionIsWrittenAsZeekWritesIt() {
        List<Field> fields = List.of(new Field("ts", ZeekLogType.TIME, 0), new Field("uid", ZeekLogType.STRING, 0),
                new Field("id.orig_h", ZeekLogType.ADDR, 0), new Field("id.orig_p", ZeekLogType.PORT, 0),
                new Field("id.resp_h", ZeekLogType.ADDR, 0), new Field("proto", ZeekLogType.ENUM, 0),
                new Field("service", ZeekLogType.STRING, 0), new Field("duration", ZeekLogType.INTERVAL, 0),
                new Field("orig_bytes", ZeekLogType.COUNT, 0), new Field("local_orig", ZeekLogType.BOOL, 0),
                new Field("tunnel_parents", ZeekLogType.SET, ZeekLogType.STRING),
                new Field("ttls", ZeekLogType.VECTOR, ZeekLogType.INTERVAL));
        List<Value> record = List.of(new Value.Timestamp(1_588_318_196_415_772_000L), Value.of("ChDbsd4uDSn4Ndkbt8"),
                Address.parse("10.0.1.5").orElseThrow(), new Port(50_008, Port.Protocol.TCP),
                Address.parse("2001:db8::1").orElseThrow(), Value.enumerator("tcp"), Value.NONE,
                new Value.Timespan(423_557_996L), Value.count(-1), Value.of(true),
                ValueSet.of(List.of(Value.of("C2"), Value.of("C1"))),
                Value.vector(new Value.Timespan(86_400_000_000_000L), Value.NONE));
        assertThat(text(new ZeekJson().field("_path", "conn").fields(fields, record).end())).isEqualTo(
                "{\"_path\":\"conn\",\"ts\":1588318196.415772,\"uid\":\"ChDbsd4uDSn4Ndkbt8\",\"id.orig_h\":\"10.0.1.5\","
                        + "\"id.orig_p\":50008,\"id.resp_h\":\"2001:db8::1\",\"proto\":\"tcp\",\"duration\":0.423557996,"
                        + "\"orig_bytes\":18446744073709551615,\"local_orig\":true,\"tunnel_parents\":[\"C1\",\"C2\"],"
                        + "\"ttls\":[86400.0,null]}");
    }

    /** A batch has seconds as a double; on the way through nanoseconds the double stays the same. */
    @Test
    void aTimeOnTheWireComesBackDigitByDigit() {
        for (double seconds : new double[]{1_588_318_196.415772, 1_700_000_000.123456, 1_699_999_999.999999,
                0.000001}) {
            ZeekLogBatch batch = new ZeekLogBatch("Conn::LOG", "Log::WRITER_ASCII", "default", "conn",
                    List.of(new Field("ts", ZeekLogType.TIME, 0)), List.of(List.of(new Value.Real(seconds))));
            Value read = ZeekLogBatch.read(batch.write()).records().getFirst().getFirst();
            assertThat(Double.parseDouble(json(read).replaceAll("[^0-9.E-]", ""))).isEqualTo(seconds);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.0,0.0", "5.0,5.0", "-1.5,-1.5", "1.0E10,10000000000.0", "1.25E-5,0.0000125", "1.0E21,1.0E21",
            "1.0E-7,1.0E-7", "NaN,null", "Infinity,null"})
    void realsAreNumbersOrNull(double number, String written) {
        assertThat(json(Value.real(number))).isEqualTo("{\"f\":" + written + "}");
    }

    @Test
    void whatIsNoTextIsWrittenByteByByte() {
        assertThat(json(Value.of("grüße \"x\" \\ \t\u0008"))).isEqualTo("{\"f\":\"grüße \\\"x\\\" \\\\ \\t\\b\"}");
        assertThat(json(Value.of(new byte[]{'a', (byte) 0xff, 0, (byte) 0xc3, (byte) 0xbc})))
                .isEqualTo("{\"f\":\"a\\\\xff\\\\x00\\\\xc3\\\\xbc\"}");
        assertThat(json(Value.of("\u007f"))).isEqualTo("{\"f\":\"\\\\x7f\"}");
        assertThat(json(Value.of("\u0085"))).isEqualTo("{\"f\":\"\\\\xc2\\\\x85\"}");
        assertThat(json(Value.of("\ue000"))).isEqualTo("{\"f\":\"\\\\xee\\\\x80\\\\x80\"}");
    }

    @Test
    void argumentsOfEventsMayBeAnything() {
        assertThat(json(Table.of(Map.of(Value.of("k"), new Subnet(Address.parse("10.0.0.0").orElseThrow(), 104),
                Value.of("l"), Value.vector()))))
                .isEqualTo("{\"f\":[[\"k\",\"10.0.0.0/8\"],[\"l\",[]]]}");
        assertThat(json(Table.of(Map.of()))).isEqualTo("{\"f\":[]}");
    }
}

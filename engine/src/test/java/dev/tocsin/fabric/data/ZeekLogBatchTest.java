package dev.tocsin.fabric.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.fabric.data.ZeekLogBatch.Field;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Zeek's log batches, there and back. */
class ZeekLogBatchTest {
    private static final List<Field> FIELDS = List.of(new Field("ts", ZeekLogType.TIME, 0),
            new Field("uid", "", ZeekLogType.STRING, 0, false), new Field("id.orig_h", ZeekLogType.ADDR, 0),
            new Field("id.orig_p", ZeekLogType.PORT, 0), new Field("proto", ZeekLogType.ENUM, 0),
            new Field("duration", ZeekLogType.INTERVAL, 0), new Field("bytes", "b2", ZeekLogType.COUNT, 0, true),
            new Field("delta", ZeekLogType.INT, 0), new Field("local", ZeekLogType.BOOL, 0),
            new Field("rate", ZeekLogType.DOUBLE, 0), new Field("net", ZeekLogType.SUBNET, 0),
            new Field("tags", ZeekLogType.SET, ZeekLogType.STRING),
            new Field("ttls", ZeekLogType.VECTOR, ZeekLogType.INTERVAL));

    private static ZeekLogBatch batch() {
        List<Value> one = List.of(new Value.Timestamp(1_700_000_000_123_457_000L), Value.of("CHhAvVGS1DHFjwGM9"),
                Address.parse("2001:db8::1").orElseThrow(), new Port(51234, Port.Protocol.TCP), Value.enumerator("tcp"),
                new Value.Timespan(1_500_000_001L), Value.count(-1), Value.integer(-5), Value.of(true), Value.real(0.1),
                new Subnet(Address.parse("10.0.0.0").orElseThrow(), 104), ValueSet.of(Value.of("b"), Value.of("a")),
                Value.vector(new Value.Timespan(60_000_000_000L), Value.NONE));
        return new ZeekLogBatch("Conn::LOG", "Log::WRITER_ASCII", "default", "conn", FIELDS,
                List.of(one, Collections.nCopies(FIELDS.size(), Value.NONE)));
    }

    @Test
    void everyTypeComesBack() {
        ZeekLogBatch read = ZeekLogBatch.read(batch().write());
        assertThat(read.fields()).isEqualTo(FIELDS);
        assertThat(read.records().get(0).get(0)).isInstanceOfSatisfying(Value.Timestamp.class,
                t -> assertThat(Math.abs(t.nanos() - 1_700_000_000_123_457_000L)).isLessThan(200));
        assertThat(ZeekLogBatch.read(read.write())).isEqualTo(read);
        assertThat(read.records().get(0).subList(1, 13)).isEqualTo(batch().records().get(0).subList(1, 13));
        assertThat(read.records().get(1)).containsOnly(Value.NONE);
    }

    @Test
    void theBytesAreThoseOfTheWire() {
        ZeekLogBatch small = new ZeekLogBatch("A::LOG", "W", "f", "a", List.of(new Field("n", ZeekLogType.COUNT, 0)),
                List.of(List.of(Value.count(7))));
        assertThat(HexFormat.of().formatHex(small.write()))
                .isEqualTo("00000006413a3a4c4f47" + "0000000157" + "0000000166"
                        + "0000000161" + "00000001" + "00" + "000000016e" + "00000003" + "00000000" + "01" + "00000001"
                        + "00000003"
                        + "00000000" + "01" + "0000000000000007");
    }

    @Test
    void aTimeThatNoTimestampHoldsStaysTheNumberItWas() {
        ZeekLogBatch odd = new ZeekLogBatch("s", "w", "f", "p", List.of(new Field("t", ZeekLogType.TIME, 0)),
                List.of(List.of(Value.real(1e300))));
        assertThat(ZeekLogBatch.read(odd.write())).isEqualTo(odd);
    }

    @Test
    void whatIsCutOrBrokenIsRefusedWithTheReason() {
        byte[] good = batch().write();
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> ZeekLogBatch.read(cut)).isInstanceOf(ValueException.class)
                    .hasMessageContaining("at byte");
        }
        Random random = new Random(3);
        for (int i = 0; i < 3000; i++) {
            byte[] broken = good.clone();
            broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            try {
                assertThat(ZeekLogBatch.read(broken).fields()).hasSizeLessThan(100);
            } catch (ValueException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void aValueOfAnotherTypeIsNotWritten() {
        ZeekLogBatch wrong = new ZeekLogBatch("s", "w", "f", "p", List.of(new Field("t", ZeekLogType.TIME, 0)),
                List.of(List.of(Value.of("noon"))));
        assertThatThrownBy(wrong::write).isInstanceOf(ValueException.class).hasMessageContaining("string");
    }
}

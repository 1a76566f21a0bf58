package dev.tocsin.fabric.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Both written forms of values: what goes out comes back, byte for byte, and what is no value says why. */
class ValueCodecTest {
    private static final int MANY = Integer.getInteger("tocsin.values", 10_000);

    @Test
    void generatedNestedValuesComeBackFromBothForms() {
        ValueGenerator values = new ValueGenerator(5);
        JsonWriter json = new JsonWriter(JsonWriter.Precision.EXACT);
        TreeSet<Value> seen = new TreeSet<>();
        int deepest = 0;
        for (int i = 0; i < MANY; i++) {
            Value value = values.next(6);
            byte[] bin = BinValues.write(value);
            Value fromBin = BinValues.read(bin);
            Value fromJson = JsonValues.read(json.reset().value(value).toByteArray());
            assertThat(fromBin).as("value %s", i).isEqualTo(value).hasSameHashCodeAs(value);
            assertThat(fromJson).as("value %s", i).isEqualTo(value);
            assertThat(BinValues.write(fromJson)).isEqualTo(bin);
            deepest = Math.max(deepest, value.depth());
            seen.add(value);
        }
        assertThat(deepest).isGreaterThanOrEqualTo(5);
        assertThat(seen).hasSizeGreaterThan(MANY / 3);
    }

    /** Of a set, two times within a millisecond or two reals that differ little become one text: that set is refused. */
    @Test
    void whatTheUsualFormKeepsComesBackFromIt() {
        ValueGenerator values = new ValueGenerator(6);
        int kept = 0;
        for (int i = 0; i < MANY / 10; i++) {
            byte[] usual = JsonValues.write(values.next(5));
            try {
                Value once = JsonValues.read(usual);
                assertThat(JsonValues.read(JsonValues.write(once))).isEqualTo(once);
                kept++;
            } catch (JsonException e) {
                assertThat(e.kind()).isEqualTo(JsonException.Kind.DUPLICATE);
            }
        }
        assertThat(kept).isGreaterThan(MANY / 10 * 95 / 100);
    }

    @Test
    void everyByteOfAStringSurvives() {
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        Value value = Value.of(all);
        assertThat(JsonValues.read(JsonValues.write(value))).isEqualTo(value);
        assertThat(BinValues.read(BinValues.write(value))).isEqualTo(value);
        JsonWriter out = new JsonWriter(JsonWriter.Precision.COMPATIBLE);
        assertThat(out.value(value).isUtf8()).isFalse();
        assertThat(out.reset().value(Value.of("gr\u00fc\u00df \ud83d\ude00")).isUtf8()).isTrue();
        String controls = new String(JsonValues.write(Value.of(Arrays.copyOf(all, 128))),
                StandardCharsets.UTF_8);
        assertThat(controls).contains("\\u0000\\u0001").contains("\\b\\t\\n\\u000b\\f\\r\\u000e").contains("\u007f");
        assertThat(controls.chars()).noneMatch(c -> c < ' ');
    }

    @Test
    void ofTwoPiecesOfOneLetterNeitherIsUtf8() {
        assertThat(Bytes.of(new byte[]{(byte) 0xc3}).isUtf8()).isFalse();
        assertThat(Bytes.of(new byte[]{(byte) 0xed, (byte) 0xa0, (byte) 0x80}).isUtf8()).isFalse();
        assertThat(Bytes.of(new byte[]{(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}).isUtf8()).isFalse();
        assertThat(Bytes.of(new byte[]{(byte) 0xc0, (byte) 0x80}).isUtf8()).isFalse();
        assertThat(Bytes.of("\u00e9\u20ac\ud83d\ude00\ud7ff\ue000").isUtf8()).isTrue();
    }

    @Test
    void theEventOfTheZeroMqRecordingIsThoseBytes() {
        Value ping = EventCall.of("ping", Value.of("java"), Value.count(21)).toValue();
        String hex = "0e030200000000000000010200000000000000010e02050470696e670e0205046a617661020000000000000015";
        assertThat(HexFormat.of().formatHex(BinValues.write(ping))).isEqualTo(hex);
        assertThat(EventCall.from(BinValues.read(HexFormat.of().parseHex(hex))).orElseThrow())
                .isEqualTo(EventCall.of("ping", Value.of("java"), Value.count(21)));
    }

    @Test
    void aThousandNestedAreFineAndTooManyAreRefusedInEveryForm() {
        Value deep = Value.vector();
        for (int i = 1; i < Value.MAX_DEPTH; i++) {
            deep = i % 3 == 0
                    ? Table.of(Map.of(Value.of("k"), deep))
                    : i % 3 == 1 ? ValueSet.of(deep) : Value.vector(deep);
        }
        assertThat(deep.depth()).isEqualTo(Value.MAX_DEPTH).isGreaterThan(1000);
        assertThat(BinValues.read(BinValues.write(deep))).isEqualTo(deep);
        assertThat(JsonValues.read(JsonValues.write(deep))).isEqualTo(deep).hasSameHashCodeAs(deep);
        Value deepest = deep;
        assertThatThrownBy(() -> Value.vector(deepest)).isInstanceOf(ValueException.class).hasMessageContaining("1024");
        byte[] bin = new byte[200_000];
        for (int i = 0; i < bin.length; i += 2) {
            bin[i] = 14;
            bin[i + 1] = 1;
        }
        assertThatThrownBy(() -> BinValues.read(bin)).isInstanceOf(ValueException.class).hasMessageContaining("deeper");
        String open = "{\"@data-type\":\"vector\",\"data\":[";
        String json = open.repeat(1100) + "]}".repeat(1100);
        assertThatThrownBy(() -> JsonValues.read(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(JsonException.class).hasMessageContaining("1024");
        assertThatThrownBy(() -> JsonValues.read("[".repeat(1_000_000).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(JsonException.class).hasMessage("nested_too_deeply(1, 4097)");
    }

    @Test
    void binaryThatIsNoValueIsRefusedWithTheReason() {
        for (String bad : List.of("", "0f", "0102", "02000000", "05ff01", "0580808080", "0580808080808001",
                "0580000000",
                "0e0500", "0c020100010100", "0c0201000100", "0d0101", "0d020500000500 00".replace(" ", ""), "08000104",
                "0700000000000000000000000000000000" + "81", "0000")) {
            assertThatThrownBy(() -> BinValues.read(HexFormat.of().parseHex(bad))).as(bad)
                    .isInstanceOf(ValueException.class).hasMessageContaining("at byte");
        }
    }

    @Test
    void brokenBytesNeverDoMoreThanToBeRefused() {
        Random random = new Random(7);
        ValueGenerator values = new ValueGenerator(8);
        int read = 0;
        for (int i = 0; i < MANY; i++) {
            Value value = values.next(4);
            boolean json = random.nextBoolean();
            byte[] bytes = json ? JsonValues.write(value) : BinValues.write(value);
            for (int j = 1 + random.nextInt(3); j > 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                Value other = json ? JsonValues.read(bytes) : BinValues.read(bytes);
                assertThat(BinValues.read(BinValues.write(other))).isEqualTo(other);
                read++;
            } catch (JsonException | ValueException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(read).isBetween(MANY / 20, MANY);
    }

    @Test
    void whatOnlyExactPrecisionKeepsIsCutInTheUsualForm() {
        assertThat(data(new Value.Real(1e300))).hasSize(308).startsWith("100000000000000005250476").endsWith(".000000");
        assertThat(data(new Value.Real(-0.0))).isEqualTo("-0.000000");
        assertThat(data(new Value.Real(1e-300))).isEqualTo("0.000000");
        assertThat(data(new Value.Real(-1e-300))).isEqualTo("-0.000000");
        assertThat(data(new Value.Real(0.1234567890123))).isEqualTo("0.123457");
        assertThat(data(new Value.Real(0.0000005))).isEqualTo("0.000000");
        assertThat(data(new Value.Real(2.5e15))).isEqualTo("2500000000000000.000000");
        assertThat(data(new Value.Real(Double.NaN))).isEqualTo("null");
        assertThat(data(new Value.Timestamp(-500_000_000L))).isEqualTo("\"1969-12-31T23:59:59.500\"");
        assertThat(data(new Value.Timestamp(Long.MIN_VALUE))).isEqualTo("\"1677-09-21T00:12:43.145224192\"");
        assertThat(data(new Value.Timespan(60_000_000_000L))).isEqualTo("\"60s\"");
        assertThat(data(new Value.Timespan(0))).isEqualTo("\"0s\"");
        assertThat(data(new Value.Timespan(1000))).isEqualTo("\"1us\"");
    }

    private static String data(Value value) {
        String json = new String(JsonValues.write(value), StandardCharsets.UTF_8);
        return json.substring(json.indexOf("\"data\":") + 7, json.length() - 1);
    }
}

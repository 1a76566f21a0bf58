package dev.tocsin.fabric.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Zeek's rendezvous hashing: its own numbers, and what it promises. */
class RendezvousTest {
    private static final Rendezvous THREE = new Rendezvous(List.of("proxy-3", "proxy-1", "proxy-2"));

    @Test
    void sitesAreThoseOfZeek() {
        assertThat(List.of("proxy-1", "proxy-2", "proxy-3")).extracting(n -> Integer.toUnsignedLong(THREE.site(n)))
                .containsExactly(2719221839L, 1703397214L, 1271239173L);
    }

    @ParameterizedTest
    @CsvSource({"string,'',2166136261,proxy-1", "string,a,3826002220,proxy-3", "string,example_key1,3697468128,proxy-3",
            "string,CHhAvVGS1DHFjwGM9,968234314,proxy-2", "count,0,3049837286,proxy-2", "count,7,3806459713,proxy-1",
            "count,18446744073709551615,2691121118,proxy-2", "addr,1.2.3.4,2736400296,proxy-1",
            "addr,2001:db8::1,2362528482,proxy-2"})
    void keysGoWhereZeekSendsThem(String type, String text, long digest, String winner) {
        Value key = switch (type) {
            case "count" -> Value.count(Long.parseUnsignedLong(text));
            case "addr" -> Address.parse(text).orElseThrow();
            default -> Value.of(text);
        };
        assertThat(Integer.toUnsignedLong(Rendezvous.digest(key))).isEqualTo(digest);
        assertThat(THREE.choose(key, _ -> true)).contains(winner);
    }

    @Test
    void theWeightsAreThoseOfZeek() {
        assertThat(List.of("proxy-1", "proxy-2", "proxy-3"))
                .extracting(n -> Rendezvous.weight(Rendezvous.digest(Value.of("abc")), THREE.site(n)))
                .containsExactly(231507908, 624239709, 1964421046);
    }

    @Test
    void keysAreSpreadEvenlyAndOnlyTheLostNodesKeysMove() {
        List<String> nodes = IntStream.range(0, 10).mapToObj(i -> "proxy-" + i).toList();
        Rendezvous ten = new Rendezvous(nodes);
        Map<String, Integer> shares = new HashMap<>();
        int moved = 0;
        for (int i = 0; i < 100_000; i++) {
            Value key = Value.of("key-" + i);
            String before = ten.choose(key, _ -> true).orElseThrow();
            String after = ten.choose(key, n -> !n.equals("proxy-4")).orElseThrow();
            shares.merge(before, 1, Integer::sum);
            assertThat(after.equals(before)).isEqualTo(!before.equals("proxy-4"));
            moved += after.equals(before) ? 0 : 1;
        }
        assertThat(shares).hasSize(10).allSatisfy((_, n) -> assertThat(n).isCloseTo(10_000, within(500)));
        assertThat(moved).isEqualTo(shares.get("proxy-4"));
        assertThat(ten.choose(Value.of("x"), _ -> false)).isEmpty();
    }
}

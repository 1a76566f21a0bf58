package dev.tocsin.rollout.logic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BucketsTest {
    /** Of the reference implementation, seed 0, as other implementations test themselves. */
    @Test
    void theHashIsMurmur3() {
        assertThat(hash("")).isZero();
        assertThat(hash("a")).isEqualTo(0x3c2569b2);
        assertThat(hash("aa")).isEqualTo(com.google.common.hash.Hashing.murmur3_32_fixed()
                .hashString("aa", StandardCharsets.UTF_8).asInt());
        assertThat(hash("test")).isEqualTo(0xba6bd213);
        assertThat(hash("Hello, world!")).isEqualTo(0xc0363e43);
        assertThat(hash("The quick brown fox jumps over the lazy dog")).isEqualTo(0x2e4ff723);
    }

    /** Every length of the last block, against somebody else's. */
    @Test
    void itIsWhatGuavaSays() {
        var guava = com.google.common.hash.Hashing.murmur3_32_fixed();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            text.append((char) ('!' + i * 7 % 5000));
            assertThat(hash(text.toString())).isEqualTo(guava.hashString(text, StandardCharsets.UTF_8).asInt());
        }
    }

    private static int hash(String text) {
        return Buckets.hash(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aShareThatGrowsKeepsThoseItHad() {
        for (int i = 0; i < 10_000; i++) {
            String key = "id-" + i;
            if (Buckets.choose(key, List.of(5, 95)) == 0) {
                assertThat(Buckets.choose(key, List.of(50, 50))).isZero();
            }
        }
    }

    @Test
    void weightsAreTakenInTheirProportion() {
        int[] count = new int[3];
        for (int i = 0; i < 100_000; i++) {
            count[Buckets.choose("id-" + i, List.of(1, 0, 3))]++;
        }
        assertThat(count[0]).isBetween(24_500, 25_500);
        assertThat(count[1]).isZero();
    }
}

package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyslogFramingTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<Frame> cut(int messageMax, String... parts) {
        SyslogFraming framing = new SyslogFraming(messageMax);
        List<Frame> frames = new ArrayList<>();
        for (String part : parts) {
            framing.feed(bytes(part), 0, part.length(), frames);
        }
        framing.end(frames);
        return frames;
    }

    private static List<String> good(List<Frame> frames) {
        return frames.stream().filter(f -> f.cause().isEmpty())
                .map(f -> new String(f.bytes(), StandardCharsets.ISO_8859_1)).toList();
    }

    @Test
    void mixedFramingGivesTheSameMessagesWhereverTheStreamIsSplit() {
        String stream = "<13>line one\n12 <14>counted!10 <15>two\nxx<16>crlf\r\n<17>nul\0002026-01-01 a date\n"
                + "404 not found\n10 <18>a\nb\n\n\n\n<19>last, unended";
        List<String> expected = List.of("<13>line one", "<14>counted!", "<15>two\nxx", "<16>crlf", "<17>nul",
                "2026-01-01 a date", "404 not found", "<18>a\nb", "<19>last, unended");
        assertThat(good(cut(1000, stream))).isEqualTo(expected);
        for (int i = 0; i <= stream.length(); i++) {
            for (int j = i; j <= stream.length(); j += 7) {
                List<Frame> frames = cut(1000, stream.substring(0, i), stream.substring(i, j), stream.substring(j));
                assertThat(good(frames)).as("split at %d and %d", i, j).isEqualTo(expected);
                assertThat(frames).hasSize(expected.size());
            }
        }
    }

    @Test
    void aCountedMessageWithoutPriorityIsTakenAfterACountedOneWithPriority() {
        assertThat(good(cut(100, "5 <1>ab7 {\"a\":1}<9>line\n"))).containsExactly("<1>ab", "{\"a\":1}", "<9>line");
    }

    @ParameterizedTest
    @CsvSource({"20", "21", "64"})
    void aLineAtTheLimitPassesAndOneBeyondIsKeptInPartAndTheNextIsFound(int max) {
        String fits = "x".repeat(max);
        String tooLong = "y".repeat(max + 1);
        List<Frame> frames = cut(max, fits + "\r\n" + tooLong + "\r\n<1>next\n");
        assertThat(good(frames)).containsExactly(fits, "<1>next");
        assertThat(frames).hasSize(3);
        assertThat(frames.get(1).cause()).contains(" " + (max + 1), "message_max");
    }

    @Test
    void anOversizeMessageIsCountedInFullAndItsFirstPartKept() {
        int length = 300_000;
        String counted = "<7>" + "z".repeat(length - 3);
        List<Frame> frames = cut(100_000, length + " " + counted + "6 <8>abc" + "q".repeat(200_000) + "\n<9>end");
        assertThat(good(frames)).containsExactly("<8>abc", "<9>end");
        List<Frame> refused = frames.stream().filter(f -> !f.cause().isEmpty()).toList();
        assertThat(refused).hasSize(2);
        assertThat(refused.get(0).cause()).contains("300000 bytes");
        assertThat(refused.get(0).bytes()).hasSize(64 * 1024).startsWith(bytes("<7>zzz"));
        assertThat(refused.get(1).cause()).contains("200000 bytes");
    }

    @Test
    void anUnfinishedCountedMessageIsRefusedWithWhatCame() {
        List<Frame> frames = cut(1000, "5 <1>ab40 <13>only a part");
        assertThat(good(frames)).containsExactly("<1>ab");
        assertThat(frames.get(1).cause()).contains("15 of the 40");
        assertThat(new String(frames.get(1).bytes(), StandardCharsets.UTF_8)).isEqualTo("<13>only a part");
    }

    @Test
    void aWrongCountLosesNoByte() {
        assertThat(String.join("", good(cut(1000, "8 <13>too short a count\n<14>next\n"))))
                .isEqualTo("<13>too short a count<14>next");
        assertThat(good(cut(1000, "20 <13>too long\n9 <14>abcd\n<15>next\n"))).contains("<15>next");
    }

    @Test
    void hostileStreamsNeverHoldMoreThanOneMessage() {
        SyslogFraming framing = new SyslogFraming(1000);
        List<Frame> frames = new ArrayList<>();
        byte[] noise = new byte[64 * 1024];
        java.util.Arrays.fill(noise, (byte) '7');
        for (int i = 0; i < 200; i++) {
            framing.feed(noise, 0, noise.length, frames);
        }
        assertThat(frames).isEmpty();
        framing.feed(bytes("\n<1>ok\n"), 0, 7, frames);
        assertThat(frames).hasSize(2);
        assertThat(frames.get(0).bytes().length).isLessThanOrEqualTo(1002);
        assertThat(frames.get(0).cause()).contains(" " + 200 * 64 * 1024 + " bytes");
    }
}

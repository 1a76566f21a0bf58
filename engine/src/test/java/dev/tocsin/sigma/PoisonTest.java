package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

/** Rules and events that are made to hurt: the right answer or a clear refusal, and nothing allocated for nothing. */
class PoisonTest {
    private static List<SigmaRule> rules(String... detections) {
        StringBuilder yaml = new StringBuilder();
        for (int i = 0; i < detections.length; i++) {
            yaml.append("---\n").append(Rules.yaml(detections[i]).replace("-000000000001", "-%012d".formatted(i + 1))
                    .replace("title: t", "title: r" + i));
        }
        SigmaRules.Loaded loaded = SigmaRules.parse("poison.yml", yaml.toString());
        assertThat(loaded.problems()).isEmpty();
        return loaded.rules();
    }

    private static List<String> match(EventMatcher matcher, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThat(matcher.match(bytes, 0, bytes.length, "test", List.of(), null)).isTrue();
        return matcher.rules().stream().map(SigmaRule::title).toList();
    }

    private static EventMatcher matcher(String... detections) {
        return SigmaEngine.compile(rules(detections), FieldMapping.IDENTITY).matcher();
    }

    private static String list(int count, java.util.function.IntFunction<String> value) {
        return IntStream.range(0, count).mapToObj(value).collect(Collectors.joining(", ", "[", "]"));
    }

    @Test
    void aRuleOfThousandsOfValues() {
        EventMatcher matcher = matcher("s:\n  Hash|contains: " + list(4432, i -> "'%032x'".formatted(i * 7919L))
                + "\ncondition: s");
        assertThat(match(matcher, "{\"Hash\":\"MD5=%032X,SHA1=0\"}".formatted(4431 * 7919L))).containsExactly("r0");
        assertThat(match(matcher, "{\"Hash\":\"MD5=%032X,SHA1=0\"}".formatted(4432 * 7919L))).isEmpty();
    }

    @Test
    void aRuleOfAThousandEmoji() {
        EventMatcher matcher = matcher("s:\n  C|contains: "
                + list(1000, i -> "'" + Character.toString(0x1F300 + i) + "'") + "\ncondition: s");
        assertThat(match(matcher, "{\"C\":\"run \\ud83d\\ude00 now\"}")).containsExactly("r0");
        assertThat(match(matcher, "{\"C\":\"run \ud83d\ude00 now\"}")).containsExactly("r0");
        assertThat(match(matcher, "{\"C\":\"run \u2600 now\"}")).isEmpty();
    }

    @Test
    void aRegularExpressionOfTenThousandsOfAlternatives() {
        String source = IntStream.range(0, 100_000).mapToObj(i -> "w" + i + "z").collect(Collectors.joining("|"));
        EventMatcher matcher = matcher("s:\n  C|re: '" + source + "'\ncondition: s");
        assertThat(match(matcher, "{\"C\":\"see w99999z there\"}")).containsExactly("r0");
        assertThat(match(matcher, "{\"C\":\"see w100000z there\"}")).isEmpty();
    }

    @Test
    void aLongCommandLineThatNearlyMatchesEverywhere() {
        EventMatcher matcher = matcher("s:\n  C|contains: aaaaaaab\ncondition: s",
                "s:\n  C: '*a*a*a*a*b'\ncondition: s",
                "s:\n  C|re: '(a+)+b'\ncondition: s", "s:\n  C|re: '.{60000,}'\ncondition: s".replace("60000", "1000"));
        String text = "a".repeat(64 << 10);
        assertThat(match(matcher, "{\"C\":\"" + text + "\"}")).containsExactly("r3");
        assertThat(match(matcher, "{\"C\":\"" + text + "b\"}")).containsExactly("r0", "r1", "r2", "r3");
    }

    @Test
    void deepDocumentsAreReadToALimitAndRefusedBeyond() {
        EventMatcher matcher = matcher("s:\n  A: x\ncondition: s", "s: ['deep']\ncondition: s");
        String inside = "{\"k\":".repeat(198) + "\"deep\"" + "}".repeat(198);
        assertThat(match(matcher, "{\"A\":\"x\",\"b\":" + inside + "}")).containsExactly("r0", "r1");
        byte[] deeper = ("{\"A\":\"x\",\"b\":" + "[".repeat(200) + "]".repeat(200) + "}")
                .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> matcher.match(deeper, 0, deeper.length, "test", List.of(), null))
                .isInstanceOf(JacksonException.class).hasMessageContaining("depth");
    }

    @Test
    void ofMembersOfOneNameTheLastCounts() {
        EventMatcher matcher = matcher("s:\n  A: x\ncondition: s", "s: [hidden]\ncondition: s",
                "s:\n  a.b: y\ncondition: s");
        assertThat(match(matcher, "{\"A\":\"y\",\"A\":\"x\"}")).containsExactly("r0");
        assertThat(match(matcher, "{\"A\":\"x\",\"A\":\"y\"}")).isEmpty();
        assertThat(match(matcher, "{\"Q\":\"hidden\",\"Q\":1,\"a\":{\"b\":\"y\"},\"a\":{}}")).isEmpty();
        assertThat(match(matcher, "{\"\\u0041\":\"x\"}")).containsExactly("r0");
        assertThat(match(matcher, "{\"a.b\":\"n\",\"a\":{\"b\":\"y\"}}")).isEmpty();
    }

    @Test
    void anEventOfTenMegabytes() {
        EventMatcher matcher = matcher("s:\n  C|contains: needle\ncondition: s", "s: [needle]\ncondition: s");
        String text = "hay ".repeat(1_300_000);
        assertThat(match(matcher, "{\"Z\":\"" + text + "\",\"C\":\"" + text + "needle\"}").size()).isEqualTo(2);
        assertThat(match(matcher, "{\"C\":\"" + text + "\"}")).isEmpty();
        byte[] larger = ("{\"C\":\"" + text + text + text + text + "\"}").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> matcher.match(larger, 0, larger.length, "test", List.of(), null))
                .isInstanceOf(JacksonException.class);
    }

    @Test
    void anEventThatMatchesNothingCostsNoMemory() {
        EventMatcher matcher = matcher("s:\n  Image|endswith: '\\cmd.exe'\n  C|contains|all: [foo, bar]\ncondition: s",
                "s:\n  C|re: 'bar[o]+x'\nt:\n  User: null\ncondition: s and not t", "s: [keyword]\ncondition: s",
                "s:\n  n|gt: 7\n  m: zzz\ncondition: s");
        byte[] json = ("{\"Image\":\"C:\\\\Windows\\\\cmd.exe\",\"C\":\"cmd /c foo\",\"n\":8,\"f\":1.5,\"User\":\"\u00e9\","
                + "\"o\":{\"p\":[1,2,true,null,\"x\"]}}").getBytes(StandardCharsets.UTF_8);
        List<String> category = List.of();
        for (int i = 0; i < 30_000; i++) {
            matcher.match(json, 0, json.length, "test", category, null);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1000; i++) {
                matcher.match(json, 0, json.length, "test", category, null);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(matcher.count()).isZero();
        // The log source's key may or may not be allocated, as the compiler likes; the rest may not.
        assertThat(least / 1000).isLessThanOrEqualTo(32);
    }
}

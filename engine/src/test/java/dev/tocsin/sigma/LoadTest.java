package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadTest {
    @TempDir
    private Path dir = Path.of("");

    private static final String GOOD = """
            title: Good
            id: %s
            author: [Ann, Bob]
            level: high
            references: [https://example.org]
            tags: [attack.t1059]
            falsepositives: none
            custom: {a: [1, x]}
            logsource: {product: test}
            detection: {s: {A: 1}, condition: s}
            """;

    private static List<String> codes(String yaml) {
        return SigmaRules.parse("r.yml", yaml).problems().stream().map(SigmaProblem::code).toList();
    }

    @Test
    void oneBadFileDoesNotStopTheOthers() throws IOException {
        Files.writeString(dir.resolve("a.yml"), "title: [unclosed\nx: y");
        Files.writeString(dir.resolve("b.yml"), GOOD.formatted("b"));
        Files.write(dir.resolve("c.yml"), new byte[]{'a', ':', (byte) 0xff});
        Files.writeString(dir.resolve("b.test.yml"), "must_fire: [{A: 1}]");
        Files.createDirectory(dir.resolve(".git"));
        Files.writeString(dir.resolve(".git/d.yml"), "nonsense");
        Files.createDirectory(dir.resolve("deep"));
        Files.writeString(dir.resolve("deep/e.yaml"), "\ufeff" + GOOD.formatted("e"));
        SigmaRules.Loaded loaded = SigmaRules.load(List.of(dir, dir.resolve("b.yml"), dir.resolve("z-absent")));
        assertThat(loaded.rules()).extracting(SigmaRule::id).containsExactly("b", "e");
        assertThat(loaded.problems()).extracting(SigmaProblem::code).containsExactly("S101", "S119", "S119");
        assertThat(loaded.problems().getFirst().where()).isEqualTo(dir.resolve("a.yml") + ":2:2");
    }

    @Test
    void aRuleKeepsWhatAnAlertMustCarry() {
        SigmaRule rule = SigmaRules.parse("r.yml", GOOD.formatted("x")).rules().getFirst();
        assertThat(rule.title()).isEqualTo("Good");
        assertThat(rule.author()).isEqualTo("Ann, Bob");
        assertThat(rule.level()).isEqualTo("high");
        assertThat(rule.references()).containsExactly("https://example.org");
        assertThat(rule.tags()).containsExactly("attack.t1059");
        assertThat(rule.falsepositives()).containsExactly("none");
        assertThat(rule.custom()).containsOnlyKeys("custom");
        assertThat(String.valueOf(rule.custom().get("custom"))).isEqualTo("{\"a\":[1,\"x\"]}");
        assertThat(rule.logSource()).isEqualTo(new RuleLogSource("test", null, null));
    }

    @Test
    void aRuleWithoutIdGetsTheSameOneOnEveryLoad() {
        String yaml = "title: x\nlogsource: {product: p}\ndetection: {s: {A: 1}, condition: s}";
        String id = SigmaRules.parse("r.yml", yaml).rules().getFirst().id();
        assertThat(SigmaRules.parse("r.yml", yaml).rules().getFirst().id()).isEqualTo(id).hasSize(36);
        assertThat(SigmaRules.parse("other.yml", yaml).rules().getFirst().id()).isNotEqualTo(id);
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(codes("- a")).containsExactly("S102");
        assertThat(codes("title: x\nlogsource: {product: p}")).containsExactly("S104");
        assertThat(codes("title: x\ndetection: {s: {A: 1}, condition: s}")).containsExactly("S104");
        assertThat(codes("logsource: {definition: p}\ndetection: {s: {A: 1}, condition: s}")).containsExactly("S104");
        assertThat(codes("logsource: {product: p}\ndetection: {s: {A: 1}}")).containsExactly("S105");
        assertThat(codes("logsource: {product: p}\ndetection: {condition: s}")).containsExactly("S104");
        assertThat(codes("logsource: {product: p}\ndetection: {s: {A: 1}, condition: {a: b}}")).containsExactly("S105");
        assertThat(codes("title: x\ntitle: y")).containsExactly("S103");
        assertThat(codes("")).isEmpty();
    }

    @Test
    void aGlobalDocumentCanBeRepeatedAndOnlyMappingsAreMerged() {
        SigmaRules.Loaded loaded = SigmaRules.parse("r.yml", """
                action: global
                title: Both
                tags: [attack.t1, attack.t2]
                logsource: {product: a}
                detection: {s: {A: 1}, condition: s}
                ---
                action: repeat
                id: first
                tags: [attack.t3]
                detection: {s: {B: 1}}
                ---
                action: repeat
                id: second
                logsource: {service: b}
                ---
                title: f
                logsource: {product: a}
                filter: {rules: [second], s: {C: 1}, condition: not s}
                ---
                id: third
                detection: {t: {C: 1}, condition: s and t}
                """);
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.rules()).extracting(SigmaRule::id).containsExactly("first", "second", "third");
        assertThat(loaded.rules()).extracting(SigmaRule::tags).containsExactly(List.of("attack.t3"),
                List.of("attack.t3"), List.of("attack.t1", "attack.t2"));
        SigmaRule second = loaded.rules().get(1);
        assertThat(second.logSource()).isEqualTo(new RuleLogSource("a", null, "b"));
        assertThat(second.filters()).hasSize(1);
        assertThat(Rules.matches(second, "{\"A\":1,\"B\":1}")).isTrue();
        assertThat(Rules.matches(second, "{\"A\":1,\"B\":1,\"C\":1}")).isFalse();
        assertThat(Rules.matches(loaded.rules().get(2), "{\"A\":1,\"C\":1}")).isTrue();
    }

    @Test
    void aSecondRuleOfTheSameIdIsRefusedAndTheFirstStays() {
        SigmaRules.Loaded loaded = SigmaRules.parse("r.yml", GOOD.formatted("same") + "---\n" + GOOD.formatted("same"));
        assertThat(loaded.rules()).hasSize(1);
        assertThat(loaded.problems()).extracting(SigmaProblem::where).containsExactly("r.yml:13:5");
        assertThat(loaded.problems().getFirst().code()).isEqualTo("S118");
    }

    @Test
    void globalDocumentsAreMergedIntoTheFollowingAndResetEndsThem() {
        SigmaRules.Loaded loaded = SigmaRules.parse("r.yml", """
                action: global
                title: Both
                id: g
                detection: {condition: s}
                ---
                logsource: {product: a}
                detection: {s: {A: 1}}
                ---
                logsource: {product: b}
                detection: {s: {B: 1}}
                ---
                action: repeat
                logsource: {product: c}
                ---
                action: reset
                ---
                logsource: {product: d}
                detection: {s: {A: 1}}
                ---
                action: reapeat
                """);
        assertThat(loaded.rules()).extracting(r -> r.logSource().product()).containsExactly("a", "b", "c");
        assertThat(loaded.rules()).extracting(SigmaRule::title).containsOnly("Both");
        assertThat(loaded.problems()).extracting(SigmaProblem::code).containsExactlyInAnyOrder("S105", "S120");
    }

    @Test
    void hostileYamlIsRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            String alias = "*a" + (i - 1);
            bomb.append("a").append(i).append(": &a").append(i).append(" [")
                    .append(String.join(", ", java.util.Collections.nCopies(10, alias))).append("]\n");
        }
        assertThat(codes(bomb.toString())).containsExactly("S101");
        assertThat(codes("a: &a [*a]")).containsExactly("S101");
        assertThat(codes("[".repeat(50_000))).containsExactly("S101");
    }

    @Test
    void aSurrogatePairAtTheParsersBufferEdgeIsRead() {
        String yaml = GOOD.formatted("x").replace("Good", "\"" + "a".repeat(900) + "😀".repeat(700) + "\"");
        assertThat(SigmaRules.parse("r.yml", yaml).problems()).isEmpty();
    }
}

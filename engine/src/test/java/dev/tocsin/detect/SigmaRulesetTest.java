package dev.tocsin.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.event.LogSource;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.SigmaRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;

class SigmaRulesetTest {
    private static final String WHOAMI = """
            title: Whoami
            id: 11111111-1111-4111-8111-111111111111
            author: A. Author
            level: high
            tags: [attack.discovery]
            references: ['https://example.org']
            logsource: {product: windows, category: process_creation}
            detection:
              selection:
                CommandLine|contains: whoami
              condition: selection
            """;
    private static final String NET = """
            title: Net
            id: 22222222-2222-4222-8222-222222222222
            logsource: {product: windows, category: process_creation}
            detection:
              selection:
                User: alice
              condition: selection
            """;
    private static final LogSource PROCESS = LogSource.parse("product=windows;category=process_creation");

    @TempDir
    Path dir;

    private SigmaLoading.Loaded load() throws IOException {
        Files.writeString(dir.resolve("whoami.yml"), WHOAMI);
        Files.writeString(dir.resolve("net.yml"), NET);
        return SigmaLoading.load(DetectConfig.of(List.of(dir), List.of()));
    }

    private static Correlations uncorrelated(List<SigmaRule> rules) {
        return new Correlations(List.of(), rules, FieldMapping.IDENTITY, FieldMapping.ecs());
    }

    /** The slow way has to say the same. */
    private static Ruleset.Matches match(Ruleset rules, String body, LogSource source) {
        byte[] json = body.getBytes(StandardCharsets.UTF_8);
        Ruleset.Matches matches = rules.match(json, source);
        assertThat(rules.matchNaively(json, source)).isEqualTo(matches.rules());
        return matches;
    }

    private static List<String> titles(Ruleset.Matches matches) {
        return matches.rules().stream().map(DetectionRule::title).sorted().toList();
    }

    @Test
    void rulesMatchVendorNamesAndEcsNames() throws IOException {
        Ruleset rules = load().ruleset();
        assertThat(
                titles(match(rules, "{\"vendor\":{\"CommandLine\":\"WHOAMI /all\",\"User\":\"alice\"}}", PROCESS)))
                .containsExactly("Net", "Whoami");
        assertThat(titles(match(rules, "{\"process\":{\"command_line\":\"whoami\"},\"tocsin\":{}}", PROCESS)))
                .containsExactly("Whoami");
        assertThat(titles(match(rules, "{\"vendor\":{\"CommandLine\":\"whoami\"}}", LogSource.UNKNOWN))).isEmpty();
        assertThat(rules.rules()).contains(new DetectionRule("11111111-1111-4111-8111-111111111111", "Whoami", "high",
                "A. Author", List.of("https://example.org"), List.of("attack.discovery"),
                dir.resolve("whoami.yml").toString()));
        assertThat(rules.rules()).extracting(DetectionRule::level).contains(SigmaRuleset.LEVEL_UNKNOWN);
    }

    @Test
    void aBadRuleIsLeftOutAndSaidAndTheContentNamesTheFiles() throws IOException {
        SigmaLoading.Loaded good = load();
        assertThat(good.problems()).isEmpty();
        Files.writeString(dir.resolve("bad.yml"), "title: Bad\ndetection:\n  condition: nothing\n");
        SigmaLoading.Loaded loaded = load();
        assertThat(loaded.ruleset().rules()).hasSize(2);
        assertThat(loaded.refused()).isPositive();
        assertThat(loaded.problems()).isNotEmpty()
                .allSatisfy(p -> assertThat(p.where()).startsWith(dir.resolve("bad.yml").toString()));
        assertThat(loaded.ruleset().content()).isNotEqualTo(good.ruleset().content());
    }

    @Test
    void aMappingThatCannotBeReadIsAProblemAndRulesSeeTheirOwnNames() throws IOException {
        Files.writeString(dir.resolve("whoami.yml"), WHOAMI);
        SigmaLoading.Loaded loaded = SigmaLoading
                .load(DetectConfig.of(List.of(dir), List.of(dir.resolve("no.pipeline"))));
        assertThat(loaded.problems()).extracting(Problem::code).containsExactly("E410");
        assertThat(titles(match(loaded.ruleset(), "{\"CommandLine\":\"whoami\"}", PROCESS)))
                .containsExactly("Whoami");
    }

    @Test
    void pipelinesRewriteTheRulesForBothKindsOfDocuments() throws IOException {
        Files.writeString(dir.resolve("whoami.yml"), WHOAMI);
        Path first = Files.writeString(dir.resolve("first.pipeline"),
                "{priority: 2, transformations: [{type: field_name_suffix, suffix: _b}]}");
        Path second = Files.writeString(dir.resolve("second.pipeline"),
                "{priority: 1, transformations: [{type: field_name_suffix, suffix: _a}, {type: nonsense}]}");
        SigmaLoading.Loaded loaded = SigmaLoading
                .load(DetectConfig.of(List.of(dir), List.of(first, second)));
        assertThat(loaded.problems()).extracting(Problem::code).containsExactly("S131");
        assertThat(loaded.refused()).isZero();
        for (String body : List.of("{\"vendor\":{\"%s\":\"whoami\"}}", "{\"%s\":\"whoami\"}")) {
            assertThat(titles(match(loaded.ruleset(), body.formatted("CommandLine_a_b"), PROCESS)))
                    .containsExactly("Whoami");
            assertThat(titles(match(loaded.ruleset(), body.formatted("CommandLine"), PROCESS))).isEmpty();
        }
        assertThat(loaded.ruleset().content())
                .isNotEqualTo(
                        SigmaLoading.load(DetectConfig.of(List.of(dir), List.of()))
                                .ruleset().content());
    }

    @Test
    void aRuleThatFailsIsFoundAndTheOthersAnswer() {
        List<SigmaRule> rules = List.of(SigmaRules.parse("w.yml", WHOAMI).rules().getFirst(),
                SigmaRules.parse("n.yml", NET).rules().getFirst());
        SigmaRuleset ruleset = new SigmaRuleset(rules, some -> {
            SigmaRuleset.Matcher real = SigmaRuleset.Matcher.ofVendor(some, FieldMapping.IDENTITY);
            return new SigmaRuleset.Matcher() {
                @Override
                public Optional<List<SigmaRule>> match(byte[] body, LogSource source) {
                    if (new String(body, StandardCharsets.UTF_8).contains("bomb") && some.contains(rules.getLast())) {
                        throw new IllegalStateException("boom");
                    }
                    return real.match(body, source);
                }

                @Override
                public Optional<List<SigmaRule>> matchNaively(byte[] body, LogSource source) {
                    return real.matchNaively(body, source);
                }
            };
        }, some -> SigmaRuleset.Matcher.ofEcs(some, FieldMapping.ecs()), "c", uncorrelated(rules));
        FakeOutput out = new FakeOutput();
        Event bomb = Events.event(1, PROCESS,
                "{\"vendor\":{\"bomb\":1,\"CommandLine\":\"whoami\",\"User\":\"alice\"}}");
        Event fine = Events.event(2, PROCESS, "{\"vendor\":{\"CommandLine\":\"whoami\",\"User\":\"alice\"}}");
        new DetectStage(new ActiveRules(ruleset), new Alerts("blue", "s1", 1),
                new MatchFeed(CorrelateConfig.DEFAULT, "s1", java.time.Clock.systemUTC()), 0)
                .handle(0, List.of(bomb, fine), out);
        assertThat(out.calls()).containsExactly("make alerts",
                "dead rule 22222222-2222-4222-8222-222222222222 \"Net\" (n.yml) failed:"
                        + " java.lang.IllegalStateException: boom; the other rules were applied",
                "make alerts", "make alerts", "done");
    }

    @Test
    void rulesDoNotSeeWhatWeAddedAndTheVendorsFieldsHideTheRest() {
        List<SigmaRule> keyword = SigmaRules.parse("k.yml", WHOAMI.replace("CommandLine|contains: whoami", "- whoami"))
                .rules();
        SigmaRuleset ruleset = new SigmaRuleset(keyword,
                some -> SigmaRuleset.Matcher.ofVendor(some, FieldMapping.IDENTITY),
                some -> SigmaRuleset.Matcher.ofEcs(some, FieldMapping.ecs()), "c", uncorrelated(keyword));
        assertThat(titles(match(ruleset, "{\"event\":{\"original\":\"whoami\"},\"tocsin\":{\"a\":\"whoami\"}}",
                PROCESS))).isEmpty();
        assertThat(titles(match(ruleset, "{\"event\":{\"code\":\"whoami\"}}", PROCESS))).hasSize(1);
        assertThat(titles(match(ruleset, "{\"a\":\"whoami\",\"vendor\":{\"X\":2}}", PROCESS))).isEmpty();
        assertThat(titles(match(ruleset, "{\"a\":1,\"vendor\":{\"X\":[\"whoami\"]},\"b\":[]}", PROCESS))).hasSize(1);
        assertThat(titles(match(ruleset, "{\"a\":\"whoami\",\"vendor\":\"text\"}", PROCESS))).hasSize(1);
        assertThatThrownBy(() -> ruleset.match("{\"vendor\":{\"a\":1},}".getBytes(StandardCharsets.UTF_8), PROCESS))
                .isInstanceOf(JacksonException.class);
    }

    @Test
    void noRulesAreARuleSetToo() {
        SigmaLoading.Loaded loaded = SigmaLoading.load(DetectConfig.of(List.of(), List.of()));
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.ruleset().rules()).isEmpty();
        assertThat(match(loaded.ruleset(), "{}", PROCESS).rules()).isEmpty();
    }
}

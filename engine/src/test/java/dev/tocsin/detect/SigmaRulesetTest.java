package dev.tocsin.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.SigmaRule;
import dev.tocsin.sigma.SigmaRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        return SigmaLoading.load(new DetectConfig(List.of(dir), null, "blue", CorrelateConfig.DEFAULT));
    }

    private static List<String> titles(Ruleset.Matches matches) {
        return matches.rules().stream().map(DetectionRule::title).sorted().toList();
    }

    @Test
    void rulesMatchVendorNamesAndEcsNames() throws IOException {
        Ruleset rules = load().ruleset();
        assertThat(
                titles(rules.match(Json.read("{\"CommandLine\":\"WHOAMI /all\",\"User\":\"alice\"}"), PROCESS, false)))
                .containsExactly("Net", "Whoami");
        assertThat(titles(rules.match(Json.read("{\"process\":{\"command_line\":\"whoami\"}}"), PROCESS, true)))
                .containsExactly("Whoami");
        assertThat(titles(rules.match(Json.read("{\"CommandLine\":\"whoami\"}"), LogSource.UNKNOWN, false))).isEmpty();
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
                .load(new DetectConfig(List.of(dir), dir.resolve("no.pipeline"), "blue", CorrelateConfig.DEFAULT));
        assertThat(loaded.problems()).extracting(Problem::code).containsExactly("E410");
        assertThat(titles(loaded.ruleset().match(Json.read("{\"CommandLine\":\"whoami\"}"), PROCESS, true)))
                .containsExactly("Whoami");
    }

    @Test
    void aRuleThatFailsIsFoundAndTheOthersAnswer() {
        List<SigmaRule> rules = List.of(SigmaRules.parse("w.yml", WHOAMI).rules().getFirst(),
                SigmaRules.parse("n.yml", NET).rules().getFirst());
        SigmaRuleset ruleset = new SigmaRuleset(rules, some -> {
            SigmaRuleset.Matcher real = SigmaRuleset.Matcher.of(some, FieldMapping.IDENTITY);
            return (document, source) -> {
                if (document.has("bomb") && some.contains(rules.getLast())) {
                    throw new IllegalStateException("boom");
                }
                return real.match(document, source);
            };
        }, some -> SigmaRuleset.Matcher.of(some, FieldMapping.ecs()), "c",
                new Correlations(List.of(), rules, FieldMapping.IDENTITY, FieldMapping.ecs()));
        FakeOutput out = new FakeOutput();
        Event bomb = Events.event(1, PROCESS,
                "{\"vendor\":{\"bomb\":1,\"CommandLine\":\"whoami\",\"User\":\"alice\"}}");
        Event fine = Events.event(2, PROCESS, "{\"vendor\":{\"CommandLine\":\"whoami\",\"User\":\"alice\"}}");
        new DetectStage(new ActiveRules(ruleset), new Alerts("blue", "s1", 1),
                new MatchFeed(CorrelateConfig.DEFAULT, "s1", java.time.Clock.systemUTC()))
                .handle(0, List.of(bomb, fine), out);
        assertThat(out.calls()).containsExactly("make alerts",
                "dead rule 22222222-2222-4222-8222-222222222222 \"Net\" (n.yml) failed:"
                        + " java.lang.IllegalStateException: boom; the other rules were applied",
                "make alerts", "make alerts", "done");
    }

    @Test
    void noRulesAreARuleSetToo() {
        SigmaLoading.Loaded loaded = SigmaLoading
                .load(new DetectConfig(List.of(), null, "blue", CorrelateConfig.DEFAULT));
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.ruleset().rules()).isEmpty();
        assertThat(loaded.ruleset().match(Json.object(), PROCESS, false).rules()).isEmpty();
    }
}

package dev.tocsin.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectStageTest {
    private static final DetectionRule RULE = new DetectionRule("r-1", "Whoami", "high", "A. Author",
            List.of("https://example.org/r"), List.of("attack.t1033"), "whoami.yml");
    private static final LogSource WINDOWS = LogSource.parse("product=windows;category=process_creation");

    /** Matches by a word in the document; fails on the word "explode". Slowly, it matches another word. */
    static final class WordRules implements Ruleset {
        private final String word;
        private final String content;

        WordRules(String word, String content) {
            this.word = word;
            this.content = content;
        }

        @Override
        public Matches match(byte[] body, LogSource logSource) {
            String document = new String(body, StandardCharsets.UTF_8);
            List<DetectionRule> hits = document.contains(word) ? List.of(RULE) : List.of();
            List<Failure> failures = document.contains("explode")
                    ? List.of(new Failure(new DetectionRule("r-2", "Bad", "low", "", List.of(), List.of(), "bad.yml"),
                            "boom"))
                    : List.of();
            return new Matches(hits, failures);
        }

        @Override
        public List<DetectionRule> matchNaively(byte[] body, LogSource logSource) {
            return new String(body, StandardCharsets.UTF_8).contains("secret") ? List.of(RULE) : List.of();
        }

        @Override
        public List<DetectionRule> rules() {
            return List.of(RULE);
        }

        @Override
        public String content() {
            return content;
        }
    }

    private final WordRules rules = new WordRules("whoami", "c0ffee");
    private final ActiveRules active = new ActiveRules(rules);
    private final DetectStage stage = new DetectStage(active, new Alerts("blue", "paris", 7),
            new MatchFeed(CorrelateConfig.DEFAULT, "paris", java.time.Clock.systemUTC()), 0);
    private final FakeOutput out = new FakeOutput();

    private static final String WHOAMI = """
            {"@timestamp":"2026-03-04T05:06:07Z","host":{"name":"WS01"},"event":{"original":"x"},
             "vendor":{"CommandLine":"whoami /all","User":"alice","ParentImage":"C:\\\\Office\\\\winword.exe"},
             "tocsin":{"id":"x"}}""";

    @Test
    void anAlertHasTheContractsFieldsAndTheEventsTime() {
        Event in = Events.event(1, WINDOWS, WHOAMI);
        stage.handle(0, List.of(in), out);
        assertThat(out.calls()).containsExactly("make alerts", "done");
        Event alert = out.events("make").getFirst();
        EventId id = EventId.ofAlert("r-1", List.of(in.id()));
        assertThat(alert.id()).isEqualTo(id);
        assertThat(alert.index()).isEqualTo("alerts-acme-2026.03.04");
        assertThat(alert.time()).isEqualTo(in.time());
        assertThat(alert.origin()).isEqualTo(in.origin());
        assertThat(Json.read(alert.json())).isEqualTo(Json.read("""
                {"@timestamp":"2026-03-04T05:06:07Z","id":"%s",
                 "rule":{"id":"r-1","title":"Whoami","level":"high","author":"A. Author",
                   "references":["https://example.org/r"],"tags":["attack.t1033"]},
                 "customer":"acme","engine":"blue","content":"c0ffee","site":"paris","epoch":7,
                 "time":"2026-03-04T05:06:07Z","events":["%s"],"group":null,
                 "summary":"alice ran \\"whoami /all\\" on WS01, started by winword.exe",
                 "event":{"kind":"alert"},"host":{"name":"WS01"},"user":{"name":"alice"},
                 "tocsin":{"id":"%s","customer":"acme","source":"fw","origin":"s1/n1/1/1"}}""".formatted(id, in.id(),
                id)));
    }

    @Test
    void theSameEventAndRulesGiveTheSameBytes() {
        Event in = Events.event(1, WINDOWS, WHOAMI);
        stage.handle(0, List.of(in), out);
        FakeOutput second = new FakeOutput();
        new DetectStage(new ActiveRules(new WordRules("whoami", "c0ffee")), new Alerts("blue", "paris", 7),
                new MatchFeed(CorrelateConfig.DEFAULT, "paris", java.time.Clock.systemUTC()), 0).handle(3,
                        List.of(in), second);
        assertThat(second.events("make")).isEqualTo(out.events("make"));
    }

    @Test
    void aSampledEventThatIsMatchedOtherwiseInTheSlowWayRaisesTheAlertsOfBothAndIsCounted() {
        DetectStage verifying = new DetectStage(active, new Alerts("blue", "paris", 7),
                new MatchFeed(CorrelateConfig.DEFAULT, "paris", java.time.Clock.systemUTC()), 1);
        verifying.handle(0, List.of(Events.event(1, WINDOWS, "{\"m\":\"secret\"}"),
                Events.event(2, WINDOWS, "{\"m\":\"whoami\"}"), Events.event(3, WINDOWS, "{\"m\":\"nothing\"}")), out);
        assertThat(out.calls()).containsExactly("make alerts", "done", "make alerts", "done", "done");
        assertThat(active.differences()).isEqualTo(2);
        assertThat(active.lastDifference()).contains("wrongly matched rules [r-1]");
        stage.handle(0, List.of(Events.event(4, WINDOWS, "{\"m\":\"secret\"}")), out);
        assertThat(active.differences()).isEqualTo(2);
    }

    @Test
    void aRuleThatFailsCostsNoOtherRulesAlertAndTheEventIsKeptWithTheCause() {
        stage.handle(0, List.of(Events.event(1, WINDOWS, "{\"m\":\"whoami explode\"}"),
                Events.event(2, WINDOWS, "{\"m\":\"whoami\"}")), out);
        assertThat(out.calls()).containsExactly("make alerts",
                "dead rule r-2 \"Bad\" (bad.yml) failed: boom; the other rules were applied", "make alerts", "done");
        assertThat(active.hits("r-1")).isEqualTo(2);
        assertThat(active.failures("r-2")).isEqualTo(1);
        assertThat(active.hits("r-2")).isZero();
        assertThat(active.alerts()).isEqualTo(2);
    }

    @Test
    void newRulesTakeEffectWithTheNextBatchAndCountsStay() {
        Event in = Events.event(1, WINDOWS, "{\"m\":\"whoami\"}");
        stage.handle(0, List.of(in), out);
        active.exchange(new WordRules("nothing", "beef"));
        FakeOutput second = new FakeOutput();
        stage.handle(0, List.of(in), second);
        assertThat(second.calls()).containsExactly("done");
        assertThat(active.hits("r-1")).isEqualTo(1);
        active.exchange(Ruleset.none());
        assertThat(active.ruleset().content()).isEqualTo("none");
    }
}

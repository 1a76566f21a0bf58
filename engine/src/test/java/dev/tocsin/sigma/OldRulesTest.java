package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of old Sigma become a rule and a correlation, and everything else stays as it was written. */
class OldRulesTest {
    private static final String RULE = """
            # Kept by the blue team.
            title: Many Failed Logons
            id: 0e95725d-7320-415d-80f7-004da920fc11
            status: test
            description: 'Someone tries: many names'  # not only one
            author: Ann
            level: medium
            # What we look at
            logsource:
                product: windows
                service: security
            detection:
                # 4625 is a failed logon
                selection:
                    EventID: 4625
                    Status: '0xC000006A'  # wrong password
                filter:
                    User: svc
                timeframe: 24h
                condition: selection and not filter | AGGREGATION
            falsepositives:
                - Terminal servers
                # that is all
            """;

    private static Conversion convert(String aggregation) {
        return OldRules.convert("old.yml", RULE.replace("AGGREGATION", aggregation));
    }

    private static List<YamlNode.Mapping> documents(Conversion conversion) {
        YamlReader.Documents read = YamlReader.read("new.yml", conversion.yaml());
        assertThat(read.problems()).isEmpty();
        return read.documents().stream().map(YamlNode.Mapping.class::cast).toList();
    }

    private static String correlation(Conversion conversion) {
        assertThat(conversion.problems()).isEmpty();
        return String.valueOf(YamlJson.of(java.util.Objects
                .requireNonNull(documents(conversion).getLast().get("correlation"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
            "count() > 10; {'type':'event_count','rules':[ID],'timespan':'24h','condition':{'gt':10}}",
            "count() by User, Host >= 10; {'type':'event_count','rules':[ID],'group-by':['User','Host'],"
                    + "'timespan':'24h','condition':{'gte':10}}",
            "count(User) by Host > 3; {'type':'value_count','rules':[ID],'group-by':['Host'],'timespan':'24h',"
                    + "'condition':{'gt':3,'field':'User'}}",
            "sum(bytes) by Host > 1.5; {'type':'value_sum','rules':[ID],'group-by':['Host'],'timespan':'24h',"
                    + "'condition':{'gt':1.5,'field':'bytes'}}",
            "avg( bytes ) < 3; {'type':'value_avg','rules':[ID],'timespan':'24h','condition':{'lt':3,'field':'bytes'}}",
            "max(bytes) > 3; {'type':'value_percentile','rules':[ID],'timespan':'24h',"
                    + "'condition':{'gt':3,'field':'bytes','percentile':100}}",
            "min(bytes) = 3; {'type':'value_percentile','rules':[ID],'timespan':'24h',"
                    + "'condition':{'eq':3,'field':'bytes','percentile':0}}"})
    void anAggregationBecomesACorrelation(String aggregation, String expected) {
        assertThat(correlation(convert(aggregation)))
                .isEqualTo(expected.replace("ID", "'0e95725d-7320-415d-80f7-004da920fc11'").replace('\'', '"'));
    }

    @Test
    void theRuleKeepsItsIdItsTextAndItsComments() {
        Conversion conversion = convert("count() by Host > 10");
        assertThat(conversion.converted()).isEqualTo(1);
        String rule = conversion.yaml().split("(?m)^---\\n")[0];
        assertThat(rule).isEqualTo(RULE.replace("    timeframe: 24h\n", "").replace(" | AGGREGATION", ""));
        SigmaRules.Loaded loaded = SigmaRules.parse("new.yml", rule);
        assertThat(loaded.problems()).isEmpty();
        assertThat(Rules.matches(loaded.rules().getFirst(), "{\"EventID\":4625,\"Status\":\"0xc000006a\"}")).isTrue();
    }

    @Test
    void theCorrelationTellsWhatTheRuleToldAndHasTheSameIdEachTime() {
        YamlNode.Mapping correlation = documents(convert("count() > 10")).getLast();
        assertThat(correlation.text("title")).isEqualTo("Many Failed Logons (correlation)");
        assertThat(correlation.text("description")).isEqualTo("Someone tries: many names");
        assertThat(correlation.text("level")).isEqualTo("medium");
        assertThat(String.valueOf(correlation.text("id"))).hasSize(36).isNotEqualTo(
                "0e95725d-7320-415d-80f7-004da920fc11")
                .isEqualTo(documents(convert("count(x) < 1")).getLast().text("id"));
        assertThat(convert("count() > 10").yaml()).contains("  # not only one", "- Terminal servers");
        assertThat(correlation.get("logsource")).isNull();
    }

    @Test
    void nearBecomesATemporalCorrelationOfARuleForEachSelection() {
        String old = RULE.replace("selection and not filter | AGGREGATION", "selection | near filter and not other")
                .replace("    timeframe", "    other: {Host: x}\n    timeframe");
        Conversion conversion = OldRules.convert("old.yml", old);
        List<YamlNode.Mapping> documents = documents(conversion);
        assertThat(documents).hasSize(4);
        SigmaRules.Loaded loaded = SigmaRules.parse("new.yml", conversion.yaml());
        assertThat(loaded.rules()).hasSize(3);
        assertThat(loaded.rules()).extracting(r -> r.detections().keySet().toString()).containsExactly("[selection]",
                "[filter]", "[other]");
        List<String> ids = loaded.rules().stream().map(SigmaRule::id).toList();
        assertThat(correlation(conversion)).isEqualTo(("{'type':'temporal','rules':['%s','%s','%s'],'timespan':'24h',"
                .formatted(ids.toArray()) + "'condition':'%s and %s and not %s'}".formatted(ids.toArray()))
                .replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"median(x) > 5; S160", "count() by x; S160", "sum() > 5; S160",
            "near (a or b); S160", "near nobody; S107", "counts() > 5; S160"})
    void whatCannotBeConvertedIsSaidWithItsPlaceAndLeftAlone(String aggregation, String code) {
        Conversion conversion = convert(aggregation);
        assertThat(conversion.yaml()).isEmpty();
        assertThat(conversion.problems()).extracting(SigmaProblem::code).containsExactly(code);
        assertThat(conversion.problems().getFirst().line()).isBetween(12, 20);
    }

    @Test
    void aRuleWithoutTimeframeOrInPartsCannotBeConverted() {
        assertThat(OldRules.convert("o.yml", RULE.replace("    timeframe: 24h\n", "").replace("AGGREGATION",
                "count() > 1")).problems()).singleElement()
                .satisfies(p -> assertThat(p.where()).isEqualTo("o.yml:19:16"));
        assertThat(OldRules.convert("o.yml", "action: global\n" + RULE.replace("AGGREGATION", "count() > 1"))
                .problems()).extracting(SigmaProblem::code).containsExactly("S160");
        assertThat(OldRules.convert("o.yml", RULE.replace(" | AGGREGATION", ""))).isEqualTo(
                new Conversion("", 0, List.of()));
    }

    @Test
    void otherRulesOfTheFileStayAsTheyAre() {
        String other = "# first\ntitle: a\nlogsource: {product: p}\ndetection: {s: {A: 1}, condition: s} # one line\n";
        String yaml = convertAll(other + "---\n" + RULE.replace("AGGREGATION", "count() > 1"));
        assertThat(yaml).startsWith(other + "---\n# Kept by the blue team.\n");
        assertThat(YamlReader.read("n", yaml).documents()).hasSize(3);
    }

    private static String convertAll(String yaml) {
        Conversion conversion = OldRules.convert("o.yml", yaml);
        assertThat(conversion.problems()).isEmpty();
        return conversion.yaml();
    }

    @Test
    void aRuleWithoutIdGetsTheOneThatLoadingGivesIt() {
        String old = RULE.replace("id: 0e95725d-7320-415d-80f7-004da920fc11\n", "").replace("AGGREGATION",
                "count() > 1");
        String loadedBefore = SigmaRules.parse("o.yml", old.replace(" | count() > 1", "")).rules().getFirst().id();
        assertThat(SigmaRules.parse("other.yml", convertAll(old)).rules().getFirst().id()).isEqualTo(loadedBefore);
    }
}

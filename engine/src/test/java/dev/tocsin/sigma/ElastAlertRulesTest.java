package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ElastAlert's rules by what the rule and the correlation made of them say. */
class ElastAlertRulesTest {
    private static final RuleLogSource SOURCE = new RuleLogSource("test", null, null);

    private static Conversion convert(String rule) {
        return ElastAlertRules.convert("ea.yaml", "name: R\n" + rule, SOURCE);
    }

    private static List<YamlNode.Mapping> documents(Conversion conversion) {
        YamlReader.Documents read = YamlReader.read("new.yml", conversion.yaml());
        assertThat(read.problems()).isEmpty();
        return read.documents().stream().map(YamlNode.Mapping.class::cast).toList();
    }

    private static boolean matches(String filter, String event) {
        Conversion conversion = convert("type: any\nfilter: " + filter);
        assertThat(conversion.problems()).isEmpty();
        SigmaRules.Loaded loaded = SigmaRules.parse("new.yml", conversion.yaml());
        assertThat(loaded.problems()).isEmpty();
        return Rules.matches(loaded.rules().getFirst(), event);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {"[{term: {a: x}}]; {'a':'X'}; true",
            "[{term: {a: x}}, {term: {b: 1}}]; {'a':'x','b':2}; false",
            "[{term: {a.keyword: {value: x}}}]; {'a':'x'}; true", "[{terms: {a: [x, y]}}]; {'a':'y'}; true",
            "[{term: {a: 'x*'}}]; {'a':'xy'}; false", "[{wildcard: {a: 'x*'}}]; {'a':'xy'}; true",
            "[{prefix: {a: x}}]; {'a':'xy'}; true", "[{regexp: {a: 'x.z'}}]; {'a':'xyz'}; true",
            "[{regexp: {a: 'x.z'}}]; {'a':'xyzz'}; false", "[{match_phrase: {a: b c}}]; {'a':'a b c d'}; true",
            "[{range: {a: {gt: 1, lte: 3}}}]; {'a':3}; true", "[{range: {a: {from: 1, to: 3}}}]; {'a':4}; false",
            "[{exists: {field: a}}]; {'a':null}; true", "[{not: {term: {a: x}}}]; {'a':'y'}; true",
            "[{or: [{term: {a: x}}, {term: {a: y}}]}, {term: {b: 1}}]; {'a':'y','b':1}; true",
            "[{or: [{term: {a: x}}, {term: {a: y}}]}, {term: {b: 1}}]; {'a':'y','b':2}; false",
            "[{bool: {must: [{term: {a: x}}], must_not: [{term: {b: 1}}, {term: {b: 2}}]}}]; {'a':'x','b':3}; true",
            "[{bool: {must: [{term: {a: x}}], must_not: [{term: {b: 1}}, {term: {b: 2}}]}}]; {'a':'x','b':2}; false",
            "[{bool: {should: [{term: {a: x}}, {term: {b: 1}}], minimum_should_match: 1}}]; {'b':1}; true",
            "[{query: {query_string: {query: 'a: x AND NOT b:1'}}}]; {'a':'x','b':2}; true",
            "[{query_string: {query: 'a:x OR b:1 AND c:2'}}]; {'a':'x'}; true",
            "[{query_string: {query: '(a:x OR b:1) AND c:2'}}]; {'a':'x'}; false",
            "[{query_string: {query: 'a:(x OR y) && !b:z'}}]; {'a':'y'}; true",
            "[{query_string: {query: 'a:\"b c\"'}}]; {'a':'a b c d'}; true",
            "[{query_string: {query: 'a:fo*'}}]; {'a':'food'}; true",
            "[{query_string: {query: 'a:>5 AND a:<=7'}}]; {'a':7}; true",
            "[{query_string: {query: 'a:[5 TO 7}'}}]; {'a':7}; false",
            "[{query_string: {query: 'a:[5 TO *]'}}]; {'a':8}; true",
            "[{query_string: {query: 'a:/x.z/'}}]; {'a':'xyz'}; true",
            "[{query_string: {query: '_exists_:a -b:1'}}]; {'a':0}; true",
            "[{query_string: {query: '+a:x -b:1'}}]; {'a':'x','b':1}; false",
            "[{query_string: {query: 'failed password'}}]; {'m':'password'}; true",
            "[{query_string: {query: '\"failed password\" AND host.name:web-1'}}]; "
                    + "{'m':'sshd failed password','host':{'name':'web-1'}}; true",
            "[{query_string: {query: 'a:C\\:\\\\x'}}]; {'a':'C:\\\\x'}; true"})
    void aFilterBecomesADetection(String filter, String event, boolean expected) {
        assertThat(matches(filter, event.replace('\'', '"'))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
            "type: frequency, num_events: 5, timeframe: {minutes: 3}, query_key: user.keyword; "
                    + "{'type':'event_count','rules':[ID],'group-by':['user'],'timespan':'3m','condition':{'gte':5}}",
            "type: cardinality, cardinality_field: user, max_cardinality: 5, timeframe: {hours: 1}; "
                    + "{'type':'value_count','rules':[ID],'timespan':'1h','condition':{'gt':5,'field':'user'}}",
            "type: cardinality, cardinality_field: user, min_cardinality: 2, timeframe: {days: 1}; "
                    + "{'type':'value_count','rules':[ID],'timespan':'1d','condition':{'lt':2,'field':'user'}}",
            "type: change, compare_key: country, query_key: user, ignore_null: true, timeframe: {days: 1}; "
                    + "{'type':'x_change','rules':[ID],'group-by':['user'],'timespan':'1d','field':'country'}",
            "type: spike, spike_height: 3, spike_type: up, threshold_ref: 4, timeframe: {hours: 2}; "
                    + "{'type':'x_spike','rules':[ID],'timespan':'2h','x_spike_height':3,'x_spike_type':'up',"
                    + "'x_threshold_ref':4}",
            "type: flatline, threshold: 1, timeframe: {seconds: 30}, query_key: [a, b]; "
                    + "{'type':'x_flatline','rules':[ID],'group-by':['a','b'],'timespan':'30s','x_threshold':1}",
            "type: new_term, fields: [user], terms_window_size: {days: 90}; "
                    + "{'type':'x_new_term','rules':[ID],'timespan':'90d','field':'user'}",
            "type: new_term, fields: [[user, host]]; "
                    + "{'type':'x_new_term','rules':[ID],'timespan':'30d','field':['user','host']}"})
    void aTypeBecomesACorrelation(String settings, String expected) {
        Conversion conversion = ElastAlertRules.convert("ea.yaml",
                "{name: R, filter: [{term: {a: x}}], " + settings + "}", SOURCE);
        assertThat(conversion.problems()).isEmpty();
        List<YamlNode.Mapping> documents = documents(conversion);
        assertThat(String.valueOf(YamlJson.of(Objects.requireNonNull(documents.getLast().get("correlation")))))
                .isEqualTo(expected.replace("ID", "'" + documents.getFirst().text("id") + "'").replace('\'', '"'));
        assertThat(documents.getLast().text("id")).isNotEqualTo(documents.getFirst().text("id"));
        loads(conversion, 1, 1);
    }

    /** What a conversion makes is taken by the loader, the correlations too. */
    private static void loads(Conversion conversion, int rules, int correlations) {
        SigmaRules.Loaded loaded = SigmaRules.parse("new.yml", conversion.yaml());
        assertThat(loaded.problems()).as(conversion.yaml()).isEmpty();
        assertThat(loaded.rules()).hasSize(rules);
        assertThat(loaded.correlations()).hasSize(correlations);
    }

    @Test
    void percentageNeedsARuleForThePartAndOneForAll() {
        Conversion conversion = convert("type: percentage_match\nfilter: [{term: {a: x}}]\n"
                + "match_bucket_filter: [{term: {b: y}}]\nmax_percentage: 40\nmin_denominator: 10\n"
                + "buffer_time: {minutes: 5}");
        assertThat(conversion.problems()).isEmpty();
        SigmaRules.Loaded loaded = SigmaRules.parse("new.yml", conversion.yaml());
        assertThat(loaded.rules()).hasSize(2);
        assertThat(Rules.matches(loaded.rules().getFirst(), "{\"a\":\"x\"}")).isFalse();
        assertThat(Rules.matches(loaded.rules().getFirst(), "{\"a\":\"x\",\"b\":\"y\"}")).isTrue();
        assertThat(Rules.matches(loaded.rules().getLast(), "{\"a\":\"x\"}")).isTrue();
        assertThat(String.valueOf(YamlJson.of(Objects.requireNonNull(
                documents(conversion).getLast().get("correlation"))))).isEqualTo(
                        "{\"type\":\"x_percentage\",\"rules\":[\"%s\",\"%s\"],\"timespan\":\"5m\",".formatted(
                                loaded.rules().getFirst().id(), loaded.rules().getLast().id())
                                + "\"x_max_percentage\":40,\"x_min_denominator\":10}");
        loads(conversion, 2, 1);
    }

    @Test
    void severalNewTermFieldsAreSeveralCorrelations() {
        Conversion conversion = convert("type: new_term\nfilter: [{term: {a: x}}]\nfields: [user, host]");
        loads(conversion, 1, 2);
        List<YamlNode.Mapping> documents = documents(conversion);
        assertThat(documents).hasSize(3).extracting(d -> d.text("id")).doesNotHaveDuplicates();
    }

    @Test
    void listsBecomePartOfTheDetection() {
        String lists = "filter: [{term: {a: x}}]\ncompare_key: user\n";
        SigmaRule black = SigmaRules.parse("n.yml",
                convert(lists + "type: blacklist\nblacklist: [eve, 'm*']").yaml()).rules().getFirst();
        assertThat(Rules.matches(black, "{\"a\":\"x\",\"user\":\"Eve\"}")).isTrue();
        assertThat(Rules.matches(black, "{\"a\":\"x\",\"user\":\"mallory\"}")).isFalse();
        String white = lists + "type: whitelist\nwhitelist: [ann]\nignore_null: ";
        SigmaRule strict = SigmaRules.parse("n.yml", convert(white + "false").yaml()).rules().getFirst();
        SigmaRule lax = SigmaRules.parse("n.yml", convert(white + "true").yaml()).rules().getFirst();
        assertThat(Rules.matches(strict, "{\"a\":\"x\"}")).isTrue();
        assertThat(Rules.matches(lax, "{\"a\":\"x\"}")).isFalse();
        assertThat(Rules.matches(lax, "{\"a\":\"x\",\"user\":\"bob\"}")).isTrue();
        assertThat(Rules.matches(lax, "{\"a\":\"x\",\"user\":\"ann\"}")).isFalse();
    }

    @Test
    void whatStaysBehindIsSaidAndTheLogSourceIsMadeOfTheIndex() {
        Conversion conversion = ElastAlertRules.convert("ea.yaml", """
                name: Logins
                description: Many
                index: auth-*
                type: any
                priority: 1
                filter: [{term: {a: x}}]
                alert: [slack]
                realert: {minutes: 5}
                """, new RuleLogSource(null, null, null));
        assertThat(conversion.problems()).extracting(SigmaProblem::code).containsExactly("S285", "S284");
        assertThat(conversion.problems().getLast().what()).endsWith("alert, realert");
        SigmaRule rule = SigmaRules.parse("n.yml", conversion.yaml()).rules().getFirst();
        assertThat(rule.logSource()).isEqualTo(new RuleLogSource(null, null, "auth"));
        assertThat(rule.level()).isEqualTo("critical");
        assertThat(rule.description()).isEqualTo("Many");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {"type: metric_aggregation; 2",
            "type: any, filter: [{geo_distance: {a: 1}}]; 2", "type: any; 2",
            "type: frequency, num_events: 1, filter: [{term: {a: x}}]; 2",
            "type: frequency, num_events: many, timeframe: {minutes: 1}, filter: [{term: {a: x}}]; 2",
            "type: frequency, num_events: 1, timeframe: {months: 1}, filter: [{term: {a: x}}]; 2",
            "type: any, filter: [{query_string: {query: 'a:x~2'}}]; 2",
            "type: any, filter: [{query_string: {query: '(a:x'}}]; 2",
            "type: any, filter: [{query_string: {query: '*'}}]; 2",
            "type: any, filter: [{range: {a: {gt: now-1d}}}]; 2",
            "type: blacklist, compare_key: a, blacklist: ['!file /x'], filter: [{term: {a: x}}]; 2"})
    void whatCannotBeConvertedIsSaidWithItsPlace(String rule, int line) {
        Conversion conversion = ElastAlertRules.convert("ea.yaml", "# x\n{name: R, " + rule + "}", SOURCE);
        assertThat(conversion.converted()).isZero();
        assertThat(conversion.yaml()).isEmpty();
        assertThat(conversion.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("S161");
            assertThat(problem.line()).isEqualTo(line);
        });
    }
}

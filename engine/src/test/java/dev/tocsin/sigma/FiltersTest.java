package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code filter:} documents, as pySigma puts them on rules. */
class FiltersTest {
    private static final String RULE = """
            title: Whoami
            id: 6f3e2987-db24-4c78-a860-b4f4095a7095
            name: whoami
            logsource: {product: windows, category: process_creation}
            detection:
              selection_a: {Image: whoami}
              selection_b: {Image: id}
              condition: 1 of selection_*
            ---
            """;

    private static String filter(String logSource, String body) {
        return RULE + "title: No service accounts\nid: f1\nlogsource: {" + logSource + "}\nfilter:\n"
                + body.stripIndent().indent(2);
    }

    private static SigmaRules.Loaded load(String yaml) {
        return SigmaRules.parse("rules.yml", yaml);
    }

    private static boolean matches(SigmaRules.Loaded loaded, String event) {
        assertThat(loaded.rules()).hasSize(1);
        return Rules.matches(loaded.rules().getFirst(), event);
    }

    @Test
    void theRuleAndTheFiltersConditionMustHold() {
        SigmaRules.Loaded loaded = load(filter("product: windows", """
                rules: [6f3e2987-db24-4c78-a860-b4f4095a7095]
                selection: {User|startswith: svc_}
                condition: not selection
                """));
        assertThat(loaded.problems()).isEmpty();
        assertThat(matches(loaded, "{\"Image\":\"whoami\",\"User\":\"ann\"}")).isTrue();
        assertThat(matches(loaded, "{\"Image\":\"id\"}")).isTrue();
        assertThat(matches(loaded, "{\"Image\":\"whoami\",\"User\":\"svc_x\"}")).isFalse();
        assertThat(matches(loaded, "{\"Image\":\"cmd\",\"User\":\"ann\"}")).isFalse();
        assertThat(loaded.rules().getFirst().filters()).containsExactly(
                new SigmaRule.AppliedFilter("f1", "No service accounts", "rules.yml", 10));
        Explanation why = Explanation.of(loaded.rules().getFirst(), SigmaCases.json("{\"Image\":\"id\"}"), "windows",
                List.of("process_creation"), null, FieldMapping.IDENTITY);
        assertThat(why.toText()).contains("narrowed by the filter No service accounts (rules.yml:10)\n");
        assertThat(why.toJson().at("/filters/0/id").asString()).isEqualTo("f1");
    }

    @Test
    void patternsOfARuleAndOfItsFilterBindToTheirOwnSelections() {
        SigmaRules.Loaded loaded = load(filter("product: windows", """
                rules: any
                selection_a: {User: root}
                selection_c: {User: ann}
                condition: not 1 of selection_* and not selection_a and not all of them
                """));
        assertThat(loaded.problems()).isEmpty();
        assertThat(matches(loaded, "{\"Image\":\"whoami\",\"User\":\"bob\"}")).isTrue();
        assertThat(matches(loaded, "{\"Image\":\"whoami\",\"User\":\"root\"}")).isFalse();
        assertThat(matches(loaded, "{\"Image\":\"id\",\"User\":\"ann\"}")).isFalse();
        assertThat(matches(loaded, "{\"Image\":\"cmd\",\"User\":\"bob\"}")).isFalse();
    }

    @Test
    void everyConditionOfARuleIsNarrowedAndFiltersAddUp() {
        SigmaRules.Loaded loaded = load(filter("product: windows", """
                rules: whoami
                selection: {User: ann}
                condition: not selection
                """).replace("condition: 1 of selection_*", "condition: [selection_a, selection_b]")
                + "---\ntitle: No service accounts\nlogsource: {category: process_creation}\n"
                + "filter: {rules: all, selection: {User: bob}, condition: not selection}");
        assertThat(loaded.problems()).isEmpty();
        assertThat(matches(loaded, "{\"Image\":\"whoami\",\"User\":\"eve\"}")).isTrue();
        assertThat(matches(loaded, "{\"Image\":\"whoami\",\"User\":\"ann\"}")).isFalse();
        assertThat(matches(loaded, "{\"Image\":\"id\",\"User\":\"bob\"}")).isFalse();
        assertThat(loaded.rules().getFirst().filters()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"product: linux", "product: windows, service: sysmon", "category: file_event"})
    void aFilterIsForRulesOfItsLogSource(String logSource) {
        String body = "rules: any\nselection: {User: ann}\ncondition: not selection";
        SigmaRules.Loaded loaded = load(filter(logSource, body));
        assertThat(loaded.rules().getFirst().filters()).isEmpty();
        assertThat(loaded.problems()).isEmpty();
        assertThat(load(filter(logSource, body.replace("any", "whoami"))).problems())
                .extracting(SigmaProblem::code).containsExactly("S282");
    }

    @Test
    void anUnknownRuleIsAWarningWithItsPlaceAndTheOthersAreFiltered() {
        SigmaRules.Loaded loaded = load(filter("product: windows", """
                rules:
                  - whoam
                  - whoami
                selection: {User: ann}
                condition: not selection
                """));
        assertThat(loaded.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("S280");
            assertThat(problem.isError()).isFalse();
            assertThat(problem.where()).isEqualTo("rules.yml:15:7");
            assertThat(problem.hint()).contains("whoami");
        });
        assertThat(loaded.rules().getFirst().filters()).hasSize(1);
    }

    @Test
    void aFilterWithoutANegationIsKeptAndSaid() {
        SigmaRules.Loaded loaded = load(filter("product: windows", """
                rules: any
                selection: {User: adm}
                condition: selection
                """));
        assertThat(loaded.problems()).extracting(SigmaProblem::code).containsExactly("S281");
        assertThat(loaded.problems().getFirst().isError()).isFalse();
        assertThat(matches(loaded, "{\"Image\":\"whoami\",\"User\":\"adm\"}")).isTrue();
        assertThat(matches(loaded, "{\"Image\":\"whoami\",\"User\":\"ann\"}")).isFalse();
        assertThat(load(filter("product: windows", "rules: any\ns: {User|neq: x}\ncondition: s")).problems())
                .isEmpty();
    }

    @Test
    void correlationsAreNotFiltered() {
        SigmaRules.Loaded loaded = load(filter("product: windows", """
                rules: many
                selection: {User: adm}
                condition: not selection
                """) + "---\ntitle: c\nname: many\ncorrelation: {type: event_count, rules: [whoami]}");
        assertThat(loaded.problems()).filteredOn(p -> p.code().equals("S280")).singleElement()
                .satisfies(p -> assertThat(p.what()).contains("correlation"));
        assertThat(loaded.rules().getFirst().filters()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{selection: {A: 1}, condition: not selection}", "{rules: any, selection: {A: 1}}",
            "{rules: any, selection: {A: 1}, condition: [not selection]}", "[a]",
            "{rules: [{a: b}], selection: {A: 1}, condition: not selection}"})
    void whatIsNoFilterIsRefused(String filter) {
        SigmaRules.Loaded loaded = load(RULE + "title: f\nlogsource: {product: windows}\nfilter: " + filter);
        assertThat(loaded.problems()).extracting(SigmaProblem::code).containsExactly("S117");
        assertThat(loaded.rules().getFirst().filters()).isEmpty();
    }

    @Test
    void aConditionCanOnlyNameTheFiltersOwnSelections() {
        SigmaRules.Loaded loaded = load(filter("product: windows",
                "rules: any\nselection: {A: 1}\ncondition: not selection_a"));
        assertThat(loaded.problems()).extracting(SigmaProblem::code).containsExactly("S107");
    }

    @Test
    void filtersAreRewrittenByThePipelineLikeTheRule() {
        Pipeline pipeline = Pipeline.read("p.yml",
                "transformations: [{type: field_name_mapping, mapping: {User: user.name, Image: process.name}}]")
                .pipeline();
        SigmaRules.Loaded loaded = SigmaRules.parse("rules.yml", filter("product: windows",
                "rules: [whoami]\nselection: {User: ann}\ncondition: not selection"), pipeline);
        assertThat(loaded.problems()).isEmpty();
        assertThat(matches(loaded, "{\"process\":{\"name\":\"id\"},\"user\":{\"name\":\"ann\"}}")).isFalse();
        assertThat(matches(loaded, "{\"process\":{\"name\":\"id\"},\"user\":{\"name\":\"bob\"}}")).isTrue();
        assertThat(List.copyOf(loaded.rules().getFirst().filters())).hasSize(1);
    }
}

package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a step of a pipeline applies, and what is wrong with one that cannot be read. */
class PipelineConditionsTest {
    private static final String RULE = """
            title: t
            id: 7a1f5b0e-0000-4000-8000-000000000001
            status: test
            level: high
            date: 2026-03-01
            tags: [attack.t1059]
            team: blue
            weight: 7
            logsource: {product: windows, category: process_creation}
            detection:
              s: {Image: ['*\\a.exe', b], EventID: 1, Empty: null}
              condition: s
            """;

    private static List<SigmaProblem> problems(String yaml) {
        return Pipeline.read("p.yml", yaml).problems();
    }

    /** Which fields have a mark behind their name after a step under such conditions. */
    private static String marked(String conditions) {
        Pipeline.Read read = Pipeline.read("p.yml",
                "transformations:\n  - {id: first, type: field_name_mapping, mapping: {EventID: EventID}}\n"
                        + "  - {id: never, type: field_name_suffix, suffix: no, rule_conditions: [{type: tag, tag: x.y}]}\n"
                        + "  - {type: field_name_suffix, suffix: '!', " + conditions + "}");
        assertThat(read.problems()).isEmpty();
        Pipeline.Outcome outcome = read.pipeline().apply(SigmaRules.parse("r.yml", RULE).rules().getFirst());
        assertThat(outcome).isInstanceOf(Pipeline.Rewritten.class);
        StringBuilder marked = new StringBuilder();
        new RuleDraft(((Pipeline.Rewritten) outcome).rule(), java.util.Map.of()).items()
                .map(item -> String.valueOf(item.test().field())).filter(field -> field.endsWith("!"))
                .forEach(field -> marked.append(field.charAt(0)));
        return marked.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', nullValues = "none", value = {
            "rule_conditions: [{type: logsource, product: windows}]; IEE",
            "rule_conditions: [{type: logsource, product: windows, category: process_creation}]; IEE",
            "rule_conditions: [{type: logsource, service: sysmon}]; none",
            "rule_conditions: [{type: logsource, service: sysmon}], rule_cond_not: true; IEE",
            "rule_conditions: [{type: logsource, product: linux}, {type: is_sigma_rule}]; none",
            "rule_conditions: [{type: logsource, product: linux}, {type: is_sigma_rule}], rule_cond_op: or; IEE",
            "rule_conditions: {a: {type: logsource, product: linux}, b: {type: is_sigma_rule}}, "
                    + "rule_cond_expr: not a and b; IEE",
            "rule_conditions: [{type: is_sigma_correlation_rule}]; none",
            "rule_conditions: [{type: contains_detection_item, field: EventID, value: 1}]; IEE",
            "rule_conditions: [{type: contains_detection_item, field: Image, value: '*\\a.exe'}]; IEE",
            "rule_conditions: [{type: contains_detection_item, field: EventID, value: 2}]; none",
            "rule_conditions: [{type: contains_field, field: Image}]; IEE",
            "rule_conditions: [{type: processing_item_applied, processing_item_id: first}]; IEE",
            "rule_conditions: [{type: rule_processing_item_applied, processing_item_id: never}]; none",
            "rule_conditions: [{type: processing_state, key: k, val: v}]; none",
            "rule_conditions: [{type: tag, tag: attack.t1059}]; IEE",
            "rule_conditions: [{type: rule_attribute, attribute: level, op: gte, value: medium}]; IEE",
            "rule_conditions: [{type: rule_attribute, attribute: level, op: gt, value: high}]; none",
            "rule_conditions: [{type: rule_attribute, attribute: status, op: lt, value: stable}]; IEE",
            "rule_conditions: [{type: rule_attribute, attribute: team, value: blue}]; IEE",
            "rule_conditions: [{type: rule_attribute, attribute: team, op: ne, value: blue}]; none",
            "rule_conditions: [{type: rule_attribute, attribute: weight, op: gt, value: 10}]; none",
            "rule_conditions: [{type: rule_attribute, attribute: date, op: gte, value: 2026-01-01}]; IEE",
            "rule_conditions: [{type: rule_attribute, attribute: tags, op: in, value: attack.t1059}]; IEE",
            "rule_conditions: [{type: rule_attribute, attribute: tags, op: not_in, value: attack.t1059}]; none",
            "rule_conditions: [{type: rule_attribute, attribute: absent, value: x}]; none",
            "detection_item_conditions: [{type: match_string, cond: any, pattern: '.*exe'}]; I",
            "detection_item_conditions: [{type: match_string, cond: all, pattern: '.*exe'}]; none",
            "detection_item_conditions: [{type: match_string, cond: any, pattern: exe}]; none",
            "detection_item_conditions: [{type: match_string, cond: all, pattern: '.*exe', negate: true}]; EE",
            "detection_item_conditions: [{type: match_value, cond: any, value: 1}]; E",
            "detection_item_conditions: [{type: match_value, cond: any, value: b}]; I",
            "detection_item_conditions: [{type: contains_wildcard, cond: any}]; I",
            "detection_item_conditions: [{type: contains_wildcard, cond: all}]; none",
            "detection_item_conditions: [{type: is_null, cond: all}]; E",
            "detection_item_conditions: [{type: is_null, cond: all}], detection_item_cond_not: true; IE",
            "detection_item_conditions: [{type: processing_item_applied, processing_item_id: first}]; E",
            "detection_item_conditions: {n: {type: is_null, cond: any}, w: {type: contains_wildcard, cond: any}}, "
                    + "detection_item_cond_expr: n or w; IE",
            "field_name_conditions: [{type: include_fields, fields: [Image, Empty]}]; IE",
            "field_name_conditions: [{type: include_fields, fields: ['E.*d$'], mode: re}]; none",
            "field_name_conditions: [{type: include_fields, fields: ['E.*D$'], mode: re}]; E",
            "field_name_conditions: [{type: exclude_fields, fields: [Image]}]; EE",
            "field_name_conditions: [{type: include_fields, fields: [Image]}], field_name_cond_not: true; EE",
            "field_name_conditions: [{type: processing_item_applied, processing_item_id: never}]; none",
            "field_name_conditions: [{type: include_fields, fields: [Empty, EventID]}], "
                    + "detection_item_conditions: [{type: is_null, cond: any}]; E"})
    void aStepAppliesToWhatItsConditionsAllow(String conditions, String fields) {
        assertThat(marked(conditions)).isEqualTo(fields == null ? "" : fields);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"{type: field_name_maping, mapping: {a: b}}; S131; field_name_mapping",
            "{type: field_name_mapping, maping: {a: b}, mapping: {a: b}}; S131; mapping",
            "{type: field_name_mapping}; S130; ''", "{mapping: {a: b}}; S130; ''", "[a]; S130; ''",
            "{type: field_name_mapping, mapping: {a: null}}; S130; name",
            "{type: field_name_transform, transform_func: snakes}; S130; snake",
            "{type: regex, method: brackets}; S130; ''",
            "{type: query_expression_placeholders, expression: x}; S131; value_placeholders",
            "{type: value_placeholders, include: [a], exclude: [b]}; S130; ''",
            "{type: replace_string, regex: '(', replacement: b}; S130; ''", "{type: change_logsource}; S130; product",
            "{type: add_condition, conditions: {F|containz: a}}; S110; contains",
            "{type: convert_type, target_type: int}; S130; str",
            "{type: nest, items: [{type: nonsense}]}; S131; known",
            "{type: regex, rule_conditions: [{type: logsourc}]}; S131; logsource",
            "{type: regex, rule_conditions: [{type: logsource, products: a}]}; S131; product",
            "{type: regex, rule_conditions: {a: {type: is_sigma_rule}}, rule_cond_expr: b}; S107; a",
            "{type: regex, rule_conditions: [{type: is_sigma_rule}], rule_cond_expr: a}; S130; ''",
            "{type: regex, rule_conditions: {a: {type: is_sigma_rule}, b: {type: is_sigma_rule}}, rule_cond_expr: a}; "
                    + "S130; ''",
            "{type: regex, rule_cond_op: xor}; S130; or", "{type: regex, rule_cond_not: maybe}; S130; ''",
            "{type: regex, detection_item_conditions: [{type: is_null, cond: some}]}; S130; any",
            "{type: regex, rule_conditions: [{type: rule_attribute, attribute: level, value: hihg}]}; S130; high"})
    void whatCannotBeReadIsSaidWithItsPlaceAndTheRestIsUsed(String step, String code, String hint) {
        Pipeline.Read read = Pipeline.read("p.yml",
                "transformations:\n  - " + step + "\n  - {type: field_name_suffix, suffix: x}");
        assertThat(read.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(code);
            assertThat(problem.line()).isEqualTo(2);
            assertThat(problem.column()).isGreaterThan(1);
            assertThat(problem.hint()).contains(hint);
        });
        SigmaRule rule = SigmaRules.parse("rule.yml", Rules.yaml("s: {F: 1}\ncondition: s"), read.pipeline()).rules()
                .getFirst();
        assertThat(Rules.matches(rule, "{\"Fx\":1}")).isTrue();
    }

    @Test
    void whatSurroundsTheTransformationsIsReadToo() {
        assertThat(problems("- a")).extracting(SigmaProblem::code).containsExactly("S130");
        assertThat(problems("{name: x, transformation: []}")).extracting(SigmaProblem::hint)
                .containsExactly("did you mean \"transformations\"?");
        assertThat(problems("{priority: high}")).extracting(SigmaProblem::code).containsExactly("S130");
        assertThat(problems("{vars: {a: {b: c}}}")).extracting(SigmaProblem::code).containsExactly("S130");
        assertThat(problems("{transformations: {a: b}}")).extracting(SigmaProblem::code).containsExactly("S130");
        assertThat(problems("{name: x, allowed_backends: [splunk], finalizers: [], transformations: []}")).isEmpty();
        assertThat(problems("{postprocessing: [{type: embed}], finalizers: [{type: concat}]}"))
                .extracting(SigmaProblem::code).containsExactly("S283", "S283");
        assertThat(problems("a: [")).extracting(SigmaProblem::code).containsExactly("S101");
    }
}

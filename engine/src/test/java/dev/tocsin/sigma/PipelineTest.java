package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each transformation, by what a rule that went through it matches. */
class PipelineTest {
    private static Pipeline pipeline(String yaml) {
        Pipeline.Read read = Pipeline.read("p.yml", yaml);
        assertThat(read.problems()).isEmpty();
        return read.pipeline();
    }

    private static Pipeline step(String step) {
        return pipeline("transformations: [{id: it, " + step + "}]");
    }

    private static SigmaRule rewritten(Pipeline pipeline, String detection) {
        SigmaRules.Loaded loaded = SigmaRules.parse("rule.yml", Rules.yaml(detection), pipeline);
        assertThat(loaded.problems()).isEmpty();
        return loaded.rules().getFirst();
    }

    private static SigmaProblem refused(Pipeline pipeline, String detection) {
        SigmaRules.Loaded loaded = SigmaRules.parse("rule.yml", Rules.yaml(detection), pipeline);
        assertThat(loaded.rules()).isEmpty();
        return loaded.problems().getFirst();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
            "type: field_name_mapping, mapping: {F: G}; F: a; {\"G\":\"a\"}; true",
            "type: field_name_mapping, mapping: {F: G}; F: a; {\"F\":\"a\"}; false",
            "type: field_name_mapping, mapping: {F: [G, H]}; F: a; {\"G\":\"b\",\"H\":\"a\"}; true",
            "type: field_name_mapping, mapping: {F: [G, H]}; F|neq: a; {\"G\":\"b\",\"H\":\"a\"}; false",
            "type: field_name_mapping, mapping: {F: [G, H]}; F|neq: a; {\"G\":\"b\",\"H\":\"c\"}; true",
            "type: field_name_mapping, mapping: {F: [G, H]}; F|contains|all: [a, b]; {\"G\":\"a\",\"H\":\"b\"}; false",
            "type: field_name_mapping, mapping: {G: H}; F|fieldref: G; {\"F\":\"a\",\"H\":\"a\"}; true",
            "type: field_name_mapping, mapping: {G: [H, I]}; F|fieldref: G; {\"F\":\"a\",\"I\":\"a\"}; true",
            "type: field_name_mapping, mapping: {null: msg}; '|all': [b, c]; {\"msg\":\"abcd\"}; true",
            "type: field_name_mapping, mapping: {null: msg}; '|all': [b, c]; {\"other\":\"abcd\"}; false",
            "type: field_name_prefix_mapping, mapping: {win.: w.}; win.F: a; {\"w\":{\"F\":\"a\"}}; true",
            "type: field_name_prefix_mapping, mapping: {win.: [w., x.]}; win.F: a; {\"x.F\":\"a\"}; true",
            "type: field_name_prefix, prefix: p.; F: a; {\"p.F\":\"a\"}; true",
            "type: field_name_prefix, prefix: p.; '|all': [a]; {\"F\":\"a\"}; true",
            "type: field_name_suffix, suffix: .s; F: a; {\"F.s\":\"a\"}; true",
            "type: field_name_transform, transform_func: lower; FieldName: a; {\"fieldname\":\"a\"}; true",
            "type: field_name_transform, transform_func: upper_case; Fi: a; {\"FI\":\"a\"}; true",
            "type: field_name_transform, transform_func: title; fIELD: a; {\"Field\":\"a\"}; true",
            "type: field_name_transform, transform_func: snake_case; HTTPUserName: a; {\"http_user_name\":\"a\"}; true",
            "type: field_name_transform, transform_func: snake, mapping: {F: G}; F: a; {\"G\":\"a\"}; true",
            "type: replace_string, regex: '^C:', replacement: 'D:'; F|startswith: 'C:\\x'; {\"F\":\"D:\\\\xy\"}; true",
            "type: replace_string, regex: '(a)(?P<n>b)', replacement: '\\g<n>\\1'; F: xab; {\"F\":\"xba\"}; true",
            "type: replace_string, regex: b, replacement: '*'; F: abc; {\"F\":\"axxc\"}; true",
            "type: replace_string, regex: b, replacement: '*', skip_special: true; F: abc; {\"F\":\"a*c\"}; true",
            "type: replace_string, regex: b, replacement: '*', skip_special: true; F: abc; {\"F\":\"axxc\"}; false",
            "type: replace_string, regex: b, replacement: '*', skip_special: true, interpret_special: true; F: abc; "
                    + "{\"F\":\"axxc\"}; true",
            "type: replace_string, regex: b, replacement: $1; F: abc; {\"F\":\"a$1c\"}; true",
            "type: replace_string, regex: '^\\*', replacement: ''; F|contains: abc; {\"F\":\"xabc\"}; false",
            "type: replace_string, regex: '/e', replacement: '/x'; F|windash|contains: ' -e'; {\"F\":\"a /x\"}; true",
            "type: replace_string, regex: '/e', replacement: '/x'; F|windash|contains: ' -e'; {\"F\":\"a -e\"}; true",
            "type: replace_string, regex: ^a, replacement: z; '|all': [ab]; {\"F\":\"xzbx\"}; true",
            "type: map_string, mapping: {a: b}; F: a; {\"F\":\"b\"}; true",
            "type: map_string, mapping: {a: [b, c*]}; F: [a, d]; {\"F\":\"cx\"}; true",
            "type: map_string, mapping: {'*a*': [b, c]}; F|contains|all: [a, d]; {\"F\":\"c\"}; false",
            "type: regex; F|startswith: aB; {\"F\":\"Abx\"}; true",
            "type: regex, method: plain; F|startswith: aB; {\"F\":\"Abx\"}; false",
            "type: set_value, value: x*; F: [a, b]; {\"F\":\"xy\"}; true",
            "type: set_value, value: null; F: a; {}; true",
            "type: set_value, value: '5', force_type: num; F: a; {\"F\":5}; true",
            "type: convert_type, target_type: num; F: '5'; {\"F\":5}; true",
            "type: convert_type, target_type: str; F: 5; {\"F\":\"5\"}; true",
            "type: case, method: upper; F|cased: ab; {\"F\":\"AB\"}; true",
            "type: case, method: snake_case; F: someThing; {\"F\":\"some_thing\"}; true",
            "type: hashes_fields, valid_hash_algos: [MD5, SHA1], field_prefix: File; "
                    + "F|contains: MD5=987b65cd9b9f4e9a1afd8f8b48cf64a7; "
                    + "{\"FileMD5\":\"987B65CD9B9F4E9A1AFD8F8B48CF64A7\"}; true",
            "type: hashes_fields, valid_hash_algos: [MD5]; F|contains: 987b65cd9b9f4e9a1afd8f8b48cf64a7; "
                    + "{\"MD5\":\"987B65CD9B9F4E9A1AFD8F8B48CF64A7\"}; true",
            "type: hashes_fields, valid_hash_algos: [MD5]; F|contains: [MD5=98, IMPHASH=12]; "
                    + "{\"F\":\"SHA1=5,IMPHASH=12\"}; true",
            "type: add_condition, conditions: {EventID: [1, 2]}; F: a; {\"F\":\"a\",\"EventID\":2}; true",
            "type: add_condition, conditions: {EventID: [1, 2]}; F: a; {\"F\":\"a\",\"EventID\":3}; false",
            "type: add_condition, conditions: {G|startswith: a}, negated: true; F: a; {\"F\":\"a\",\"G\":\"ax\"}; "
                    + "false",
            "type: add_condition, conditions: {G: \"$product-${category}$$\"}, template: true; F: a; "
                    + "{\"F\":\"a\",\"G\":\"test-$\"}; true",
            "type: add_field, field: x; F: a; {\"F\":\"a\"}; true",
            "type: remove_field, field: [x, y]; F: a; {\"F\":\"a\"}; true",
            "type: set_field, fields: [x]; F: a; {\"F\":\"a\"}; true",
            "type: nest, items: [{type: field_name_suffix, suffix: 1}, {type: field_name_suffix, suffix: 2}]; F: a; "
                    + "{\"F12\":\"a\"}; true"})
    void aRuleMeans(String step, String item, String event, boolean expected) {
        assertThat(Rules.matches(rewritten(step(step), "selection:\n  " + item + "\ncondition: selection"), event))
                .isEqualTo(expected);
    }

    @Test
    void aDroppedItemTakesTheConditionsThatOnlyItFilledWithIt() {
        Pipeline drop = step("type: drop_detection_item, "
                + "field_name_conditions: [{type: include_fields, fields: [D]}]");
        SigmaRule rule = rewritten(drop, "a: {A: 1, D: 1}\nb: {D: 2}\nc: [{D: 3}, {C: 1}]\n"
                + "condition: a and not b and 1 of c*");
        assertThat(Rules.matches(rule, "{\"A\":1,\"D\":2,\"C\":1}")).isTrue();
        assertThat(Rules.matches(rule, "{\"A\":1,\"D\":3}")).isFalse();
        assertThat(rule.detections()).containsOnlyKeys("a", "c");
        assertThat(refused(drop, "b: {D: 2}\ncondition: b").code()).isEqualTo("S132");
    }

    @Test
    void theLogSourceMayBeChangedAndSoTheEventsThatTheRuleIsAskedAbout() {
        SigmaRule rule = rewritten(step("type: change_logsource, product: windows, service: sysmon"),
                "s: {A: 1}\ncondition: s");
        assertThat(rule.logSource()).isEqualTo(new RuleLogSource("windows", null, "sysmon"));
        SigmaEngine engine = SigmaEngine.compile(List.of(rule), FieldMapping.IDENTITY);
        assertThat(engine.match(SigmaCases.json("{\"A\":1}"), "windows", List.of(), "sysmon")).hasSize(1);
        assertThat(engine.match(SigmaCases.json("{\"A\":1}"), "test", List.of(), null)).isEmpty();
    }

    @Test
    void stateAndAttributesAreKeptAndAsked() {
        SigmaRule rule = rewritten(pipeline("""
                transformations:
                  - {type: set_state, key: index, val: 5}
                  - {type: set_custom_attribute, attribute: team, value: [blue, red]}
                  - type: field_name_suffix
                    suffix: _state
                    rule_conditions: [{type: processing_state, key: index, val: 4, op: gt}]
                  - type: field_name_suffix
                    suffix: _team
                    rule_conditions: [{type: rule_attribute, attribute: team, value: red, op: in}]
                """), "s: {A: 1}\ncondition: s");
        assertThat(rule.custom().get("team")).hasToString("[\"blue\",\"red\"]");
        assertThat(Rules.matches(rule, "{\"A_state_team\":1}")).isTrue();
    }

    @Test
    void aPipelineMayRefuseARule() {
        SigmaProblem problem = refused(step("type: rule_failure, message: not here"), "s: {A: 1}\ncondition: s");
        assertThat(problem.toString()).isEqualTo("rule.yml:1:1: error S132 not here; so says the pipeline");
        Pipeline items = step("type: detection_item_failure, message: no, "
                + "field_name_conditions: [{type: include_fields, fields: [B]}]");
        assertThat(refused(items, "s: {A: 1, B: 2}\ncondition: s").where()).isEqualTo("rule.yml:6:13");
        assertThat(rewritten(items, "s: {A: 1}\ncondition: s").detections()).hasSize(1);
        assertThat(refused(step("type: convert_type, target_type: num"), "s: {A: x}\ncondition: s").code())
                .isEqualTo("S132");
        assertThat(refused(step("type: hashes_fields, valid_hash_algos: [MD5]"), "s: {A: x}\ncondition: s").code())
                .isEqualTo("S132");
        Pipeline strict = pipeline("transformations: [{type: field_name_mapping, mapping: {A: x}}, "
                + "{type: strict_field_mapping_failure}]");
        assertThat(refused(strict, "s: {A: 1, B: 1}\ncondition: s").what()).contains("\"B\"");
        assertThat(rewritten(strict, "s: {A: 1}\ncondition: s").detections()).hasSize(1);
    }

    @Test
    void placeholdersAreFilledFromVariablesOrByAWildcardAndElseRefuseTheRule() {
        String rule = "s: {F|startswith|expand: 'x%who%-%what%'}\ncondition: s";
        Pipeline values = pipeline("vars: {who: [ann, 'b*b'], what: 7}\ntransformations: [{type: value_placeholders}]");
        SigmaRule filled = rewritten(values, rule);
        assertThat(Rules.matches(filled, "{\"F\":\"xAnn-7!\"}")).isTrue();
        assertThat(Rules.matches(filled, "{\"F\":\"xboob-7\"}")).isTrue();
        assertThat(Rules.matches(filled, "{\"F\":\"xeve-7\"}")).isFalse();
        Pipeline some = pipeline("vars: {who: ann}\ntransformations: "
                + "[{type: value_placeholders, include: [who]}, {type: wildcard_placeholders, exclude: [other]}]");
        assertThat(Rules.matches(rewritten(some, rule), "{\"F\":\"xann-anything\"}")).isTrue();
        SigmaProblem problem = refused(pipeline("vars: {who: ann, whaat: b}\n"
                + "transformations: [{type: value_placeholders}]"), rule);
        assertThat(problem.code()).isEqualTo("S115");
        assertThat(problem.what()).contains("%what%");
        assertThat(problem.hint()).contains("whaat");
        assertThat(refused(step("type: set_state, key: a, val: b"), rule).code()).isEqualTo("S115");
    }

    @Test
    void placeholdersOfRegularExpressionsAreFilledWithLiteralText() {
        String rule = "s: {F|re|expand: '^a%who%$'}\ncondition: s";
        Pipeline values = pipeline("vars: {who: [x.y, z]}\ntransformations: [{type: value_placeholders}]");
        assertThat(Rules.matches(rewritten(values, rule), "{\"F\":\"ax.y\"}")).isTrue();
        assertThat(Rules.matches(rewritten(values, rule), "{\"F\":\"axzy\"}")).isFalse();
        assertThat(Rules.matches(rewritten(step("type: wildcard_placeholders"), rule), "{\"F\":\"abc\"}")).isTrue();
        assertThat(refused(step("type: set_state, key: a, val: b"), rule).code()).isEqualTo("S115");
    }

    @Test
    void oneItemMayAskForEveryValueOfAPlaceholderOrForAny() {
        Pipeline values = pipeline("vars: {who: [ann, bob]}\ntransformations: [{type: value_placeholders}]");
        SigmaRule rule = rewritten(values, "s: {F|contains|all|expand: ['%who%', x]}\ncondition: s");
        assertThat(Rules.matches(rule, "{\"F\":\"bob x\"}")).isTrue();
        assertThat(Rules.matches(rule, "{\"F\":\"ann bob\"}")).isFalse();
    }

    @Test
    void severalPipelinesRunByPriority() {
        Pipeline late = pipeline("{priority: 20, transformations: [{type: field_name_suffix, suffix: _late}]}");
        Pipeline early = pipeline("{priority: 10, vars: {a: 1}, "
                + "transformations: [{type: field_name_suffix, suffix: _early}]}");
        SigmaRule rule = rewritten(Pipeline.chain(List.of(late, early)), "s: {F: 1}\ncondition: s");
        assertThat(Rules.matches(rule, "{\"F_early_late\":1}")).isTrue();
    }

    @Test
    void whatElseNamesAFieldOfARuleCanAskForItsNames() {
        Pipeline pipeline = pipeline("""
                transformations:
                  - type: field_name_mapping
                    mapping: {User: [user.name, winlog.user]}
                    rule_conditions: [{type: logsource, product: test}]
                  - {type: change_logsource, product: other}
                """);
        SigmaRule rule = Rules.rule("s: {A: 1}\ncondition: s");
        assertThat(pipeline.names("User", rule)).containsExactly("user.name", "winlog.user");
        assertThat(pipeline.names("Image", rule)).containsExactly("Image");
        assertThat(step("type: rule_failure, message: no").names("User", rule)).containsExactly("User");
    }
}

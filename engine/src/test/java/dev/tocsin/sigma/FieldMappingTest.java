package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldMappingTest {
    private static final RuleLogSource WINDOWS = new RuleLogSource("windows", "process_creation", null);
    private static final RuleLogSource LINUX = new RuleLogSource("linux", "process_creation", null);

    @Test
    void stepsApplyInOrderToRulesOfTheirLogSource() {
        FieldMapping.Read read = FieldMapping.read("p.yml", """
                name: p
                transformations:
                  - type: field_name_mapping
                    mapping: {Image: exe, User: [u1, u2]}
                    rule_conditions: [{type: logsource, product: windows}]
                  - type: field_name_prefix
                    prefix: win.
                    rule_conditions: [{type: logsource, product: linux}]
                    rule_cond_not: true
                """);
        assertThat(read.problems()).isEmpty();
        assertThat(read.mapping().paths("Image", WINDOWS)).containsExactly("Image", "win.exe");
        assertThat(read.mapping().paths("User", WINDOWS)).containsExactly("User", "win.u1", "win.u2");
        assertThat(read.mapping().paths("Image", LINUX)).containsExactly("Image");
    }

    @Test
    void whatIsNotSupportedIsLeftOutAndSaidWithItsPlace() {
        FieldMapping.Read read = FieldMapping.read("p.yml", """
                transformations:
                  - {type: add_condition, conditions: {index: x}}
                  - {type: field_name_mapping, mapping: {A: B}, detection_item_conditions: []}
                  - {type: field_name_mapping, mapping: {A: C}, rule_conditions: [{type: tag, tag: x}]}
                  - {type: field_name_mapping, mapping: {A: D}}
                """);
        assertThat(read.problems()).extracting(SigmaProblem::where).containsExactly("p.yml:2:5", "p.yml:3:49",
                "p.yml:4:67");
        assertThat(read.problems()).extracting(SigmaProblem::code).containsOnly("S131");
        assertThat(read.mapping().paths("A", WINDOWS)).containsExactly("A", "D");
    }

    @Test
    void theEventsOwnNameComesFirst() {
        FieldMapping mapping = FieldMapping.of(Map.of("A", List.of("x.y", "z")));
        SigmaRule rule = Rules.rule("s: {A: hit}\ncondition: s");
        SigmaEngine engine = SigmaEngine.compile(List.of(rule), mapping);
        Map.of("{\"A\":\"hit\",\"z\":\"no\"}", true, "{\"A\":\"no\",\"z\":\"hit\"}", false,
                "{\"x\":{\"y\":\"hit\"},\"z\":\"no\"}", true,
                "{\"x\":{\"y\":\"no\"},\"z\":\"hit\"}", false, "{\"z\":\"hit\"}", true, "{\"A\":null,\"z\":\"hit\"}",
                false)
                .forEach((event, expected) -> assertThat(
                        engine.match(SigmaCases.json(event), "test", List.of(), null)).as(event)
                        .hasSize(expected ? 1 : 0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"windows;process_creation;;Image;process.executable",
            "windows;process_creation;;ParentCommandLine;process.parent.command_line",
            "windows;registry_set;;TargetObject;registry.path",
            "windows;file_event;;TargetFilename;file.path", "windows;dns_query;;QueryName;dns.question.name",
            "windows;network_connection;;DestinationIp;destination.ip",
            "windows;;security;TargetUserSid;winlog.event_data.TargetUserSid",
            "windows;;;EventID;winlog.event_id", ";webserver;;cs-uri-query;url.query", ";proxy;;c-uri;url.original",
            "aws;;cloudtrail;eventName;aws.cloudtrail.event_name",
            "linux;process_creation;;CommandLine;process.command_line"})
    void theShippedMappingKnowsEcs(String product, String category, String service, String field, String path) {
        assertThat(FieldMapping.ecs().paths(field, new RuleLogSource(product, category, service))).contains(path)
                .startsWith(field);
    }

    @Test
    void aRuleForSysmonNamesRunsOnAnEcsEvent() {
        SigmaRule rule = SigmaRules.parse("r.yml", """
                title: t
                logsource: {product: windows, category: process_creation}
                detection:
                  s: {Image|endswith: '\\cmd.exe', CommandLine|contains: whoami}
                  f: {ParentImage|endswith: '\\explorer.exe'}
                  condition: s and not f
                """).rules().getFirst();
        SigmaEngine engine = SigmaEngine.compile(List.of(rule), FieldMapping.ecs());
        String event = "{\"process\":{\"executable\":\"C:\\\\x\\\\CMD.EXE\",\"command_line\":\"cmd /c whoami\",\"parent\":{\"executable\":\"%s\"}}}";
        assertThat(engine.match(SigmaCases.json(event.formatted("a.exe")), "windows", List.of("process_creation"),
                "sysmon")).hasSize(1);
        assertThat(engine.match(SigmaCases.json(event.formatted("C:\\\\explorer.exe")), "windows",
                List.of("process_creation"), null)).isEmpty();
    }
}

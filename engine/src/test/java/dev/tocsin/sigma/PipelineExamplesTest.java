package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Pipelines as people own them, over rules as they are published. */
class PipelineExamplesTest {
    private static final String PROCESS = """
            title: t
            logsource: {product: windows, category: process_creation}
            detection:
              s:
                Image|endswith: '\\whoami.exe'
                User: ann
                Hashes|contains: ['MD5=987B65CD9B9F4E9A1AFD8F8B48CF64A7', 'IMPHASH=1']
              f: {ParentImage: null, IntegrityLevel: System}
              condition: s and not f
            """;

    private static Pipeline pipeline(String... files) throws IOException {
        List<Pipeline> pipelines = new ArrayList<>();
        for (String file : files) {
            try (InputStream in = PipelineExamplesTest.class.getResourceAsStream("/sigma/pipelines/" + file + ".yml")) {
                Pipeline.Read read = Pipeline.read(file,
                        new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
                assertThat(read.problems()).isEmpty();
                pipelines.add(read.pipeline());
            }
        }
        return Pipeline.chain(pipelines);
    }

    private static SigmaRule rule(String yaml, String... pipelines) throws IOException {
        SigmaRules.Loaded loaded = SigmaRules.parse("rule.yml", yaml, pipeline(pipelines));
        assertThat(loaded.problems()).isEmpty();
        return loaded.rules().getFirst();
    }

    @Test
    void genericRulesRunOnSysmonEventsOfWhichOnlyTheChannelIsKnown() throws IOException {
        SigmaRule rule = rule("title: t\nlogsource: {product: windows, category: process_creation}\n"
                + "detection: {s: {CommandLine|contains: whoami}, condition: s}", "windows-logsources", "sysmon");
        assertThat(rule.logSource()).isEqualTo(new RuleLogSource("windows", null, null));
        SigmaEngine engine = SigmaEngine.compile(List.of(rule), FieldMapping.IDENTITY);
        String event = "{\"Channel\":\"%s\",\"EventID\":%s,\"CommandLine\":\"cmd /c whoami\"}";
        String sysmon = "Microsoft-Windows-Sysmon/Operational";
        for (String[] row : List.of(new String[]{sysmon, "1", "yes"}, new String[]{sysmon, "3", "no"},
                new String[]{"Security", "1", "no"})) {
            assertThat(engine.match(SigmaCases.json(event.formatted(row[0], row[1])), "windows", List.of(), null))
                    .as(Arrays.toString(row)).hasSize(row[2].equals("yes") ? 1 : 0);
        }
        assertThat(engine.match(SigmaCases.json(event.formatted(sysmon, "1")), "linux", List.of(), null)).isEmpty();
    }

    @Test
    void rulesOfSysmonsNamesRunOnEcsEventsOnlyByTheNewNames() throws IOException {
        SigmaRule rule = rule(PROCESS, "ecs_windows");
        String event = """
                {"process":{"executable":"C:\\\\x\\\\WHOAMI.exe","hash":{"md5":"987b65cd9b9f4e9a1afd8f8b48cf64a7"},
                 "parent":{"executable":"C:\\\\cmd.exe"}},"winlog":{"user":{"name":"Ann"}}}""";
        assertThat(Rules.matches(rule, event)).isTrue();
        assertThat(Rules.matches(rule, event.replace("executable\":\"C:\\\\x", "Image\":\"C:\\\\x"))).isFalse();
        assertThat(Rules.matches(rule, event.replace("987b", "0000"))).isFalse();
        assertThat(Rules.matches(rule, event.replace("\"executable\":\"C:\\\\cmd.exe\"", "\"pid\":1")
                .replace("\"winlog\":{", "\"winlog\":{\"event_data\":{\"IntegrityLevel\":\"System\"},"))).isFalse();
    }

    @Test
    void chainedByPriorityTheyGoFromAGenericRuleToEcs() throws IOException {
        SigmaRule rule = rule(PROCESS, "ecs_windows", "windows-logsources", "sysmon");
        List<String> fields = new RuleDraft(rule, java.util.Map.of()).items()
                .map(item -> String.valueOf(item.test().field())).distinct().toList();
        assertThat(fields).containsExactlyInAnyOrder("process.executable", "user.name", "winlog.user.name",
                "process.hash.md5", "winlog.event_data.Hashes", "process.parent.executable",
                "winlog.event_data.IntegrityLevel", "event.code", "winlog.channel");
    }

    @Test
    void thePlaceholdersOfThePublicRulesAreFilled() throws IOException {
        SigmaRule rule = rule("title: t\nlogsource: {product: windows, service: security}\ndetection:\n"
                + "  s: {EventID: 4661, Computer|expand: '%Domain_Controllers%', User|contains|expand: '%Admins%'}\n"
                + "  condition: s", "values");
        assertThat(Rules.matches(rule, "{\"EventID\":4661,\"Computer\":\"DC2.corp\",\"User\":\"x\"}")).isTrue();
        assertThat(Rules.matches(rule, "{\"EventID\":4661,\"Computer\":\"pc1\",\"User\":\"x\"}")).isFalse();
    }
}

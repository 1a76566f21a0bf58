package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void everySectionOfTheRecordIsDescribed() {
        assertThat(Settings.of(Sample.class)).extracting(s -> s.path() + " " + s.type()).containsExactly(" ", "log ",
                "sources.<name> syslog", "sources.<name> file", "sources.<name>.limits ", "sources.<name> http",
                "steps[] ", "limits ");
        assertThat(Settings.of(Sample.class).get(1).settings()).contains(
                new Settings.Setting("commit_interval", "a duration (100ms, 5s, 2m, 1h, 7d)", "100ms", ""),
                new Settings.Setting("embedded", "true or false", "true", ""));
        assertThat(Settings.of(Sample.class).get(5).settings()).extracting(Settings.Setting::type).containsExactly(
                "an endpoint (127.0.0.1:5514, [::1]:8080)", "a secret", "a list of duration (100ms, 5s, 2m, 1h, 7d)");
    }

    @Test
    void theReferenceHasATableForEachSection() {
        assertThat(ConfigReference.markdown(Sample.class)).startsWith("A file with one of everything.\n\n| setting |")
                .contains("| `name` | text | `tocsin` | Name of the node. |\n",
                        "| `sources` | a map of names to source, chosen by `type` | `{}` | What brings events in. |\n",
                        "## `sources.<name>` with `type: file`\n",
                        "| `path` | a path | required | The file to follow. |\n",
                        "| `lines` | a whole number | none |  |\n",
                        "| `transport` | one of udp, tcp, tls_tcp | `udp` |  |\n");
    }

    record Tree(@Default("{}") Map<String, Tree> branches) {
    }

    @Test
    void aRecordThatContainsItselfIsDescribedOnce() {
        assertThat(Settings.of(Tree.class)).hasSize(1);
    }

    @Test
    void everyProblemCodeIsExplainedAndUsedOnce() {
        List<String> codes = Arrays.stream(ProblemCode.values()).map(ProblemCode::code).toList();
        assertThat(codes).doesNotHaveDuplicates().allMatch(c -> c.matches("[EW]\\d{3}"));
        assertThat(ProblemCode.values())
                .allSatisfy(c -> assertThat(c.paragraph()).hasSizeGreaterThan(60).endsWith(".").doesNotContain("\n"));
        assertThat(ConfigReference.problems()).contains("## E107\n\n`type:` names none");
    }

    @Test
    void aTypingErrorIsNearAndAnotherWordIsNot() {
        List<String> known = List.of("syslog", "file", "http");
        assertThat(Nearest.to("syslgo", known)).contains("syslog");
        assertThat(Nearest.to("flie", known)).contains("file");
        assertThat(Nearest.to("kafka", known)).isEmpty();
        assertThat(Nearest.distance("abcd", "acbd")).isEqualTo(1);
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    }
}

package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemPrinterTest {
    private static String print(String source, Problem... problems) {
        return new ProblemPrinter(_ -> source.lines().toList(), false).print(List.of(problems));
    }

    @Test
    void aProblemIsShownInItsPlace() {
        String source = "sources:\n  main:\n    type: syslgo\n";
        Problem problem = ConfigFileTest.parse(source).problems().getFirst();
        assertThat(print(source, problem)).isEqualTo("""
                t.yaml:3:11 E107 unknown source type "syslgo"
                  2 |   main:
                  3 |     type: syslgo
                    |           ^
                      did you mean "syslog"? known here: file, http, syslog
                1 error
                """);
    }

    @Test
    void errorsAndWarningsAreCounted() {
        Problem error = new Problem("E102", "", "a", "");
        Problem warning = new Problem("W130", "", "b", "");
        assertThat(print("")).isEmpty();
        assertThat(print("", error, error, warning)).endsWith("\n2 errors, 1 warning\n");
        assertThat(print("", warning, warning)).endsWith("\n2 warnings\n");
    }

    @Test
    void secretsAndEscapeSequencesInTheFileAreNotShown() {
        String shown = print("  admin_token: hunter2\n\tna\u001B[2Jme: 5\n",
                new Problem("E102", "t.yaml:2:2", "x", ""));
        assertThat(print("a: {type: http, token: \"x y\", api_key: z, password: ${env:P}}\n",
                new Problem("E102", "t.yaml:1:1", "x", "")))
                .contains("  1 | a: {type: http, token: ***, api_key: ***, password: ${env:P}}\n");
        assertThat(shown).contains("  1 |   admin_token: ***\n", "  2 |  na\uFFFD[2Jme: 5\n", "\n    |  ^\n");
    }

    @Test
    void ofALongLineThePartWithTheProblemIsShown() {
        String line = "a".repeat(1000) + "HERE" + "b".repeat(1000);
        List<String> shown = print(line, new Problem("E101", "t.yaml:1:1001", "x", "")).lines().toList();
        assertThat(shown.get(1)).hasSizeLessThan(180);
        assertThat(shown.get(1).substring(shown.get(2).indexOf('^'))).startsWith("HERE");
    }

    @Test
    void aPlaceThatCannotBeShownIsStillNamed() {
        assertThat(print("one line", new Problem("E101", "t.yaml:9:1", "gone", "look"))).isEqualTo("""
                t.yaml:9:1 E101 gone
                  look
                1 error
                """);
        assertThat(new ProblemPrinter(true).print(List.of(new Problem("E100", "/no/such:1:1", "gone", ""))))
                .contains("\u001B[31mE100\u001B[0m gone");
    }
}

package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The specification clause by clause, most of all what the public rules never use. The rows stand in
 * {@code sigma/language/*.txt}; both evaluators must give each answer.
 */
class LanguageSpecTest {
    private record Row(String file, int line, String rule, String event, String expected) {
        private String detection() {
            return rule.startsWith("{") ? rule : "selection:\n  " + rule + "\ncondition: selection";
        }

        private void check() {
            if (expected.startsWith("S")) {
                SigmaProblem problem = Rules.refused(detection());
                assertThat(problem.code()).isEqualTo(expected);
                assertThat(problem.line()).isPositive();
                return;
            }
            assertThat(expected).isIn("yes", "no");
            assertThat(Rules.matches(detection(), event)).isEqualTo(expected.equals("yes"));
        }
    }

    private static List<DynamicNode> clauses(String file) throws IOException {
        List<DynamicNode> clauses = new ArrayList<>();
        List<DynamicTest> rows = new ArrayList<>();
        String clause = "";
        int line = 0;
        for (String text : text(file).lines().toList()) {
            line++;
            if (text.startsWith("## ")) {
                add(clauses, clause, rows);
                clause = text.substring(3);
            } else if (!text.isBlank() && !text.startsWith("#")) {
                String[] columns = text.split(" ;; ");
                assertThat(columns).as("%s:%d", file, line).hasSize(3);
                Row row = new Row(file, line, columns[0], columns[1], columns[2]);
                rows.add(DynamicTest.dynamicTest(file + ":" + line + " " + text, row::check));
            }
        }
        add(clauses, clause, rows);
        return clauses;
    }

    private static void add(List<DynamicNode> clauses, String clause, List<DynamicTest> rows) {
        if (!rows.isEmpty()) {
            clauses.add(DynamicContainer.dynamicContainer(clause, List.copyOf(rows)));
            rows.clear();
        }
    }

    private static String text(String file) throws IOException {
        try (InputStream in = LanguageSpecTest.class.getResourceAsStream("/sigma/language/" + file)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @TestFactory
    List<DynamicNode> modifiers() throws IOException {
        return clauses("modifiers.txt");
    }

    @TestFactory
    List<DynamicNode> values() throws IOException {
        return clauses("values.txt");
    }

    @TestFactory
    List<DynamicNode> conditions() throws IOException {
        return clauses("conditions.txt");
    }

    @Test
    void everyModifierHasRows() throws IOException {
        String rows = text("modifiers.txt");
        Stream<String> missing = Modifier.known().stream().filter(name -> !rows.contains("|" + name));
        assertThat(missing).isEmpty();
    }
}

package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every check finds what its guide says that it finds, and leaves alone what it says is good. */
class LintGuideTest {
    private static final String GOOD = """
            title: Shell Started By Office
            id: 7a1f5b0e-0000-4000-8000-00000000000%d
            status: test
            description: A shell was started by a program of an office suite.
            author: You
            date: 2026-01-31
            tags: [attack.execution]
            logsource: {product: windows, category: process_creation}
            detection: {selection: {Image|endswith: '\\cmd.exe'}, condition: selection}
            level: low
            """;
    private static final Pattern KEY = Pattern.compile("(?m)^\ufeff?!?([a-z-]+)");

    @TempDir
    Path directory;

    /** The rules that a snippet describes, each in a file of its own; a snippet that begins with --- has the good one before. */
    private List<SigmaProblem> lint(String snippet, LintGuide guide) throws IOException {
        String[] parts = snippet.startsWith("---\n") ? snippet.split("---\n", -1) : new String[]{snippet};
        Path place = Files.createTempDirectory(directory, "lint");
        for (int i = 0; i < parts.length; i++) {
            String name = guide.file().isEmpty() ? "rule_" + i + ".yml" : guide.file();
            Files.writeString(place.resolve(name), rule(parts[i], i));
        }
        SigmaLint.Options standard = SigmaLint.Options.standard();
        String fields = guide.fields();
        return SigmaLint.lint(List.of(place),
                fields == null ? standard : new SigmaLint.Options(KnownFields.of(fields), standard.mapping()))
                .problems();
    }

    static String rule(String snippet, int number) {
        String mark = snippet.startsWith("\ufeff") ? "\ufeff" : "";
        List<String> lines = new ArrayList<>(GOOD.formatted(number).lines().toList());
        Matcher keys = KEY.matcher(snippet);
        while (keys.find()) {
            lines.removeIf(line -> line.startsWith(keys.group(1) + ":"));
        }
        return mark + String.join("\n", lines) + "\n"
                + snippet.substring(mark.length()).replaceAll("(?m)^![a-z-]+\n", "");
    }

    @TestFactory
    Stream<DynamicTest> finds() {
        Map<LintCheck, LintGuide> guides = new LinkedHashMap<>(LintGuide.all());
        return guides.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey().code() + " " + entry.getKey(), () -> {
                    LintGuide guide = entry.getValue();
                    String code = entry.getKey().code();
                    assertThat(lint(guide.bad(), guide)).extracting(SigmaProblem::code).contains(code);
                    LintGuide plain = new LintGuide("", "", "", "", "", guide.fields());
                    assertThat(lint(guide.good(), plain)).extracting(SigmaProblem::code).doesNotContain(code);
                }));
    }

    @Test
    void aGoodRuleHasNothingToMend() throws IOException {
        assertThat(lint("", new LintGuide("", "", "", "", "", null))).isEmpty();
    }

    @Test
    void everyCheckHasAGuide() {
        assertThat(LintGuide.all().keySet()).containsExactlyInAnyOrder(LintCheck.values());
        assertThat(LintGuide.all().values()).allSatisfy(guide -> {
            assertThat(guide.why()).isNotBlank();
            assertThat(guide.fix()).isNotBlank();
        });
    }
}

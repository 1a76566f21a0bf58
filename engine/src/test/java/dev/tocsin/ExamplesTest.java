package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every file under examples/ is read; the rules have what a reader and a test runner need. */
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("../examples");
    private static final Path RULES = EXAMPLES.resolve("rules");

    @TestFactory
    Stream<DynamicTest> everyFileIsOneYamlDocument() throws IOException {
        // The programs in fabric/ are compiled and run by FabricExamplesTest.
        return files(EXAMPLES).stream().filter(f -> !f.startsWith(EXAMPLES.resolve("fabric")))
                .map(file -> DynamicTest.dynamicTest(EXAMPLES.relativize(file).toString(), () -> {
                    assertThat(file.toString()).matches(".*\\.(yml|yaml)");
                    boolean table = file.startsWith(EXAMPLES.resolve("logsources"));
                    assertThat(read(file)).isInstanceOf(table ? List.class : Map.class);
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyRuleSaysWhatItIs() throws IOException {
        return rules().stream().map(file -> DynamicTest.dynamicTest(RULES.relativize(file).toString(), () -> {
            Map<?, ?> rule = map(read(file));
            assertThat(text(rule, "title")).isNotBlank().hasSizeLessThanOrEqualTo(120);
            assertThat(UUID.fromString(text(rule, "id")).version()).isEqualTo(4);
            assertThat(text(rule, "status")).isIn("stable", "test");
            assertThat(text(rule, "level")).isIn("low", "medium", "high", "critical");
            assertThat(text(rule, "author")).isEqualTo("Tocsin");
            assertThat(text(rule, "description")).hasSizeGreaterThan(60);
            assertThat(list(rule, "references"))
                    .allSatisfy(r -> assertThat(r.toString()).startsWith("https://attack.mitre.org/techniques/"));
            assertThat(list(rule, "falsepositives")).isNotEmpty();
            assertThat(map(rule.get("detection")).containsKey("condition")).isTrue();
            Map<?, ?> source = map(rule.get("logsource"));
            assertThat(source.containsKey("product") ? source.get("product") : source.get("category")).isIn("windows",
                    "linux", "aws", "zeek", "webserver");
            // Each technique among the tags has its page among the references.
            List<String> techniques = list(rule, "tags").stream().map(Object::toString)
                    .filter(t -> t.matches("attack\\.t\\d+.*")).toList();
            assertThat(techniques).isNotEmpty();
            assertThat(list(rule, "references").stream().map(Object::toString))
                    .containsExactlyInAnyOrderElementsOf(techniques.stream().map(ExamplesTest::page).toList());
        }));
    }

    @TestFactory
    Stream<DynamicTest> everyRuleHasEventsThatMustAndMustNotFireIt() throws IOException {
        return rules().stream().map(file -> DynamicTest.dynamicTest(RULES.relativize(file).toString(), () -> {
            Path test = file.resolveSibling(file.getFileName().toString().replace(".yml", ".test.yml"));
            assertThat(test).exists();
            Map<?, ?> cases = map(read(test));
            assertThat(cases.keySet().stream().map(Object::toString)).containsExactly("must_fire", "must_not_fire");
            assertThat(list(cases, "must_fire")).isNotEmpty().allSatisfy(e -> assertThat(map(e)).isNotEmpty());
            assertThat(list(cases, "must_not_fire")).hasSizeGreaterThanOrEqualTo(2)
                    .allSatisfy(e -> assertThat(map(e)).isNotEmpty());
        }));
    }

    @Test
    void idsAndTitlesAreUnique() throws IOException {
        Set<String> ids = new HashSet<>();
        Set<String> titles = new HashSet<>();
        for (Path file : rules()) {
            Map<?, ?> rule = map(read(file));
            assertThat(ids.add(text(rule, "id"))).as("id of " + file).isTrue();
            assertThat(titles.add(text(rule, "title"))).as("title of " + file).isTrue();
        }
        assertThat(ids).hasSizeGreaterThanOrEqualTo(25);
    }

    private static String page(String tag) {
        return "https://attack.mitre.org/techniques/"
                + tag.substring("attack.".length()).toUpperCase(Locale.ROOT).replace('.', '/') + "/";
    }

    private static List<Path> rules() throws IOException {
        return files(RULES).stream().filter(f -> !f.toString().endsWith(".test.yml")).toList();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Object read(Path file) throws IOException {
        List<Object> documents = new ArrayList<>();
        new Load(LoadSettings.builder().setLabel(file.toString()).build()).loadAllFromString(Files.readString(file))
                .forEach(documents::add);
        assertThat(documents).as("documents in " + file).hasSize(1);
        return documents.getFirst();
    }

    private static Map<?, ?> map(Object value) {
        assertThat(value).isInstanceOf(Map.class);
        return (Map<?, ?>) value;
    }

    private static List<?> list(Map<?, ?> map, String key) {
        assertThat(map.get(key)).as(key).isInstanceOf(List.class);
        return (List<?>) map.get(key);
    }

    private static String text(Map<?, ?> map, String key) {
        assertThat(map.get(key)).as(key).isInstanceOf(String.class);
        return (String) map.get(key);
    }
}

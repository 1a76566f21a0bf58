package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tocsin.base.Problem;
import dev.tocsin.config.ConfigFile;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.event.Json;
import dev.tocsin.node.ConfigCheck;
import dev.tocsin.node.TocsinConfig;
import dev.tocsin.sigma.FieldMapping;
import dev.tocsin.sigma.RuleTests;
import dev.tocsin.sigma.SigmaProblem;
import dev.tocsin.sigma.SigmaRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The documentation says what the program does: what can be read by a program is read, what can be run is parsed. */
class DocsTest {
    private static final String WRITE = "tocsin.docs.write";
    private static final Path ROOT = root();
    private static final Path SOURCES = ROOT.resolve("engine/src/main/java/dev/tocsin");

    private static final Pattern FENCE = Pattern.compile("(?m)^```([a-z]*)\n(.*?)^```$", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\[[^\\]\\[]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.*)$");
    private static final Pattern INLINE_COMMAND = Pattern.compile("`(\\./tocsin[^`]*)`");
    private static final Pattern COMMAND = Pattern.compile("\\./tocsin(?: (?:'[^']*'|\"[^\"]*\"|[^|>&;#'\"\n])*)?");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
    /** The first line of a fence that is a file: what it is called. */
    private static final Pattern FILE_NAME = Pattern.compile("# ([\\w./-]+\\.ya?ml)\\b.*");

    @TempDir
    Path directory;

    /** @param kind what stands behind the three backticks */
    private record Fence(String kind, String text) {
        String firstLine() {
            return text.lines().findFirst().orElse("");
        }
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("engine")) ? here : here.getParent();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path top : List.of(ROOT, ROOT.resolve("docs"), ROOT.resolve("examples"))) {
            try (Stream<Path> files = top.equals(ROOT) ? Files.list(top) : Files.walk(top)) {
                files.filter(f -> f.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        return pages;
    }

    private static List<Fence> fences(Path page) throws IOException {
        return FENCE.matcher(Files.readString(page)).results().map(m -> new Fence(m.group(1), m.group(2))).toList();
    }

    private interface Check {
        void of(Path page) throws Exception;
    }

    private static Stream<DynamicTest> eachPage(Check check) throws IOException {
        return pages().stream().map(page -> DynamicTest.dynamicTest(ROOT.relativize(page).toString(),
                () -> check.of(page)));
    }

    @TestFactory
    Stream<DynamicTest> generatedPartsAreFresh() throws IOException {
        return eachPage(page -> {
            String text = Files.readString(page);
            String fresh = DocsPages.fresh(text);
            if (Boolean.getBoolean(WRITE)) {
                Files.writeString(page, fresh);
                return;
            }
            assertThat(text).as("The code says something else than " + ROOT.relativize(page)
                    + ". Write it anew: mvn -pl engine test -Dtest=DocsTest -D" + WRITE + "=true").isEqualTo(fresh);
        });
    }

    @TestFactory
    Stream<DynamicTest> linksLeadSomewhere() throws IOException {
        return eachPage(page -> {
            String text = FENCE.matcher(Files.readString(page)).replaceAll("");
            List<String> broken = new ArrayList<>();
            LINK.matcher(text).results().map(m -> m.group(1)).filter(l -> !l.matches("[a-z]+:.*")).forEach(link -> {
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
                if (!Files.exists(target) || parts.length == 2 && !anchors(target).contains(parts[1])) {
                    broken.add(link);
                }
            });
            assertThat(broken).isEmpty();
        });
    }

    /** As the well-known hosts make them: lower case, dashes for blanks, nothing but letters, digits, - and _. */
    private static Set<String> anchors(Path page) {
        Set<String> anchors = new HashSet<>();
        try {
            HEADING.matcher(Files.readString(page)).results().map(m -> m.group(1).toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-')).forEach(anchors::add);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return anchors;
    }

    @Test
    void everyPageCanBeReachedFromTheReadme() throws IOException {
        Set<Path> seen = new HashSet<>();
        List<Path> open = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        while (!open.isEmpty()) {
            Path page = open.removeLast();
            if (seen.add(page) && page.toString().endsWith(".md")) {
                LINK.matcher(Files.readString(page)).results().map(m -> m.group(1).replaceFirst("#.*", ""))
                        .filter(l -> !l.isEmpty() && !l.matches("[a-z]+:.*"))
                        .map(l -> page.resolveSibling(l).normalize()).filter(Files::isRegularFile).forEach(open::add);
            }
        }
        assertThat(seen).containsAll(pages());
    }

    /** Files that a page shows are laid side by side as it names them, so that a configuration finds its rules. */
    @TestFactory
    Stream<DynamicTest> filesShownAreGood() throws IOException {
        return eachPage(page -> {
            Path place = Files.createDirectories(directory.resolve(ROOT.relativize(page) + "-files"));
            Path examples = Files.createSymbolicLink(place.resolve("examples"), ROOT.resolve("examples"));
            int number = 0;
            for (Fence fence : fences(page)) {
                Matcher named = FILE_NAME.matcher(fence.firstLine());
                if (fence.kind().equals("yaml") && named.matches() && !named.group(1).equals("tocsin.yaml")) {
                    Path file = place.resolve(named.group(1));
                    Files.createDirectories(file.getParent());
                    Files.writeString(file, fence.text());
                }
            }
            for (Fence fence : fences(page)) {
                if (fence.kind().equals("yaml") && fence.firstLine().startsWith("# tocsin.yaml")) {
                    configuration(Files.writeString(place.resolve("tocsin" + ++number + ".yaml"), fence.text()));
                } else if (fence.kind().equals("yaml") && fence.text().contains("\ndetection:")) {
                    rule(Files.writeString(Files.createDirectories(place.resolve("rule" + ++number))
                            .resolve("rule.yml"), fence.text()));
                }
            }
            if (Files.isDirectory(place.resolve("rules"))) {
                RuleTests.Report tests = RuleTests.run(List.of(place.resolve("rules")), FieldMapping.IDENTITY);
                assertThat(tests.passed()).as(tests.toString()).isTrue();
            }
            // What the link leads to is not ours to tidy away.
            Files.delete(examples);
        });
    }

    private static void configuration(Path file) {
        List<Problem> problems = ConfigCheck
                .problems(ConfigFile.read(file, TocsinConfig.class, name -> "value of " + name));
        assertThat(problems).filteredOn(p -> ProblemCode.isError(p.code())).isEmpty();
    }

    private static void rule(Path file) {
        SigmaRules.Loaded loaded = SigmaRules.load(List.of(file));
        assertThat(loaded.rules()).isNotEmpty();
        assertThat(loaded.problems()).filteredOn(SigmaProblem::isError).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> jsonShownIsJson() throws IOException {
        return eachPage(page -> {
            for (Fence fence : fences(page)) {
                if (fence.kind().equals("json")) {
                    assertThatCode(() -> Json.mapper().readTree(fence.text())).as(fence.text())
                            .doesNotThrowAnyException();
                } else if (fence.kind().equals("jsonl")) {
                    fence.text().lines().forEach(l -> assertThatCode(() -> Json.mapper().readTree(l)).as(l)
                            .doesNotThrowAnyException());
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> commandsNamedExist() throws IOException {
        return eachPage(page -> {
            List<String> commands = new ArrayList<>();
            String text = Files.readString(page);
            INLINE_COMMAND.matcher(FENCE.matcher(text).replaceAll("")).results().map(m -> m.group(1))
                    .forEach(commands::add);
            fences(page).forEach(fence -> COMMAND.matcher(fence.text()).results().map(MatchResult::group)
                    .forEach(commands::add));
            for (String command : commands) {
                assertThatCode(() -> DocsPages.program().parseArgs(words(command))).as(command)
                        .doesNotThrowAnyException();
            }
        });
    }

    private static String[] words(String command) {
        Matcher whole = COMMAND.matcher(command);
        assertThat(whole.lookingAt()).isTrue();
        return WORD.matcher(whole.group()).results().skip(1)
                .map(m -> m.group(1) != null ? m.group(1) : m.group(2) != null ? m.group(2) : m.group(3))
                .toArray(String[]::new);
    }

    @Test
    void everyProblemCodeHasItsPlace() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/reference/problems.md"));
        Set<String> missing = literals("\"([A-Z]\\d{3})\"");
        missing.removeIf(code -> Pattern.compile("(?m)^(## |\\| )" + code + "\\b").matcher(page).find());
        assertThat(missing).isEmpty();
    }

    @Test
    void everyRouteHasItsPlace() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/reference/http.md"));
        Set<String> missing = literals("\"(/(?:api/v1|services|ingest|health|metrics)[^\"()\\[\\]]*)\"");
        missing.removeIf(route -> page.contains(route));
        assertThat(missing).isEmpty();
    }

    @Test
    void everyMetricHasItsPlace() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/reference/metrics.md"));
        Set<String> missing = literals("\"(tocsin_[a-z]+_[a-z_]*[a-z])\"");
        missing.removeIf(metric -> page.contains("`" + metric + "`"));
        assertThat(missing).isEmpty();
    }

    @Test
    void testsNamedInTheStatusTableExist() throws IOException {
        Set<String> there = new HashSet<>();
        for (String module : List.of("engine", "e2e")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                files.map(f -> f.getFileName().toString().replace(".java", "")).forEach(there::add);
            }
        }
        Set<String> missing = new TreeSet<>();
        for (Path page : pages()) {
            Pattern.compile("`([A-Z]\\w+(?:Test|Sim|Fuzz))`").matcher(Files.readString(page)).results()
                    .map(m -> m.group(1)).filter(name -> !there.contains(name)).forEach(missing::add);
        }
        assertThat(missing).isEmpty();
    }

    /** What the first group finds in the product's sources. */
    private static Set<String> literals(String regex) throws IOException {
        Pattern pattern = Pattern.compile(regex);
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                pattern.matcher(Files.readString(file)).results().map(m -> m.group(1)).forEach(found::add);
            }
        }
        assertThat(found).isNotEmpty();
        return found;
    }
}

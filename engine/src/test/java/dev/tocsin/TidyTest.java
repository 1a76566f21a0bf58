package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the source tree and holds it to STYLE: sizes, names, words. */
class TidyTest {
    private static final int FILE_LINES_MAX = 500;
    private static final int METHOD_LINES_MAX = 60;
    private static final int LINE_MAX = 160;

    /** A file that breaks a rule on purpose, and why. */
    private static final Map<String, String> WAIVERS = Map.of();

    private static final Set<String> NAMES_THAT_SAY_NOTHING = Set.of("Manager", "Helper", "Util", "Utils", "Impl",
            "Abstract", "Data", "Info");
    private static final List<String> WORDS = List.of("TODO", "FIXME", " XXX", " HACK", "@Disabled",
            "System.out.println(\"DEBUG");
    private static final Pattern IMPORT = Pattern.compile("^import (?:static )?[\\w.]+\\.(\\w+);$");

    /** The formatter does not break a text, and a sentence that is cut into pieces cannot be searched for. */
    private static final Pattern LONG_TEXT = Pattern.compile("\"[^\"]{40,}");

    private static final Path ROOT = root();

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("engine")) ? here : here.getParent();
    }

    private static List<Path> sources(String kind) throws IOException {
        List<Path> out = new ArrayList<>();
        for (String module : List.of("engine", "e2e", "bench")) {
            Path dir = ROOT.resolve(module).resolve("src").resolve(kind);
            if (Files.isDirectory(dir)) {
                try (Stream<Path> files = Files.walk(dir)) {
                    files.filter(f -> f.toString().endsWith(".java")).forEach(out::add);
                }
            }
        }
        return out;
    }

    private static List<Path> all() throws IOException {
        List<Path> all = new ArrayList<>(sources("main"));
        all.addAll(sources("test"));
        assertThat(all).isNotEmpty();
        return all;
    }

    @Test
    void filesAreSmall() throws IOException {
        List<Integer> sizes = new ArrayList<>();
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources("main")) {
            int lines = Files.readAllLines(file).size();
            if (!file.endsWith("package-info.java")) {
                sizes.add(lines);
            }
            if (lines > FILE_LINES_MAX && !WAIVERS.containsKey(file.getFileName().toString())) {
                tooLong.add(ROOT.relativize(file) + " has " + lines);
            }
        }
        assertThat(tooLong).isEmpty();
        sizes.sort(null);
        assertThat(sizes.get(sizes.size() / 2)).as("median").isLessThanOrEqualTo(110);
        assertThat(sizes.get(sizes.size() * 9 / 10)).as("nine of ten").isLessThanOrEqualTo(310);
    }

    @Test
    void methodsFitAScreen() throws IOException {
        List<String> tooLong = new ArrayList<>();
        Pattern start = Pattern
                .compile(
                        "^    (?:    )?(?!record|return|if|for|while|switch|try|synchronized)[\\w@<].*\\) (?:throws [\\w., ]+ )?\\{$|^    (?:    )?throws .*\\{$");
        for (Path file : sources("main")) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                Matcher m = start.matcher(lines.get(i));
                if (m.matches()) {
                    String indent = lines.get(i).substring(0,
                            lines.get(i).length() - lines.get(i).stripLeading().length());
                    int end = i + 1;
                    while (end < lines.size() && !lines.get(end).equals(indent + "}")) {
                        end++;
                    }
                    if (end - i - 1 > METHOD_LINES_MAX) {
                        tooLong.add(file.getFileName() + ":" + (i + 1) + " " + (end - i - 1) + " lines");
                    }
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void namesSayWhatThingsAre() throws IOException {
        List<String> bad = new ArrayList<>();
        for (Path file : all()) {
            String name = file.getFileName().toString().replace(".java", "");
            for (String word : name.split("(?=[A-Z])")) {
                if (NAMES_THAT_SAY_NOTHING.contains(word)) {
                    bad.add(name);
                }
            }
        }
        assertThat(bad).isEmpty();
    }

    @Test
    void nothingIsLeftOpen() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : all()) {
            if (file.endsWith("TidyTest.java")) {
                continue;
            }
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (WORDS.stream().anyMatch(line::contains)) {
                    found.add(file.getFileName() + ":" + (i + 1) + " " + line.strip());
                }
                if (line.contains("Thread.sleep(") && file.toString().contains("test")) {
                    found.add(file.getFileName() + ":" + (i + 1) + " sleeps for a fixed time");
                }
                if (line.length() > LINE_MAX && !line.stripLeading().startsWith("{\"")
                        && !LONG_TEXT.matcher(line).find()) {
                    found.add(file.getFileName() + ":" + (i + 1) + " is " + line.length() + " wide");
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void importsAreUsed() throws IOException {
        List<String> unused = new ArrayList<>();
        for (Path file : all()) {
            String text = Files.readString(file);
            String body = text.lines().filter(l -> !l.startsWith("import ")).reduce("", (a, b) -> a + "\n" + b);
            text.lines().map(IMPORT::matcher).filter(Matcher::matches).map(m -> m.group(1))
                    .filter(name -> !Pattern.compile("\\b" + name + "\\b").matcher(body).find())
                    .forEach(name -> unused.add(file.getFileName() + " " + name));
        }
        assertThat(unused).isEmpty();
    }

    @Test
    void everyRoomSaysWhatItIs() throws IOException {
        try (Stream<Path> rooms = Files.list(ROOT.resolve("engine/src/main/java/dev/tocsin"))) {
            for (Path room : rooms.filter(Files::isDirectory).toList()) {
                Path says = room.resolve("package-info.java");
                assertThat(says).exists();
                assertThat(Files.readString(says)).contains("@org.jspecify.annotations.NullMarked");
            }
        }
    }

    @Test
    void noMachinePathsAreInTheTree() throws IOException {
        Pattern path = Pattern.compile("(^|[^A-Za-z0-9_./-])/(" + "wo" + "rk|" + "fa" + "rm)/");
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(Files::isRegularFile).filter(TidyTest::isText).toList()) {
                if (path.matcher(Files.readString(file)).find()) {
                    found.add(ROOT.relativize(file).toString());
                }
            }
        }
        assertThat(found).isEmpty();
    }

    private static boolean isText(Path file) {
        Path relative = ROOT.relativize(file);
        boolean skipped = Arrays.asList(".git", "target", "data").contains(relative.getName(0).toString())
                || relative.toString().contains("/target/");
        return !skipped && relative.toString().matches(".*\\.(java|md|yml|yaml|xml|js|css|html|sh)$");
    }
}

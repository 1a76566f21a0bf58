package dev.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Problem;
import dev.tocsin.config.ProblemCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What {@code check} accepts starts; what it refuses it explains, and {@code run} does not start it. */
class CheckNeverLiesTest {
    @TempDir
    private Path directory;
    private String good = "";

    /**
     * @param code that must be among the problems
     * @param text of the file
     * @param place {@code :line:column} that the problem must name, or empty for any
     */
    private record Broken(String code, String text, String place) {
    }

    @BeforeEach
    void fillTheDirectory() throws Exception {
        good = Files.readString(resource("good.yaml"));
        Files.createDirectories(directory.resolve("rules"));
        Files.createDirectories(directory.resolve("foreign"));
        Files.writeString(directory.resolve("foreign/thesis.tex"), "mine");
        Files.writeString(directory.resolve("table.yaml"), "- when: {badge: '*'}\n  product: doors\n");
        Files.writeString(directory.resolve("text.yaml"), "not a table\n");
        Files.writeString(directory.resolve("broken.yaml"), "- whn: {badge: '*'}\n  product: doors\n");
        Files.writeString(directory.resolve("rules/shell.yml"), """
                title: Shell
                id: 5d7a0d2e-6a0b-4d62-9a43-0a2f2a1f7c11
                status: test
                logsource: {product: linux}
                detection: {s: {CommandLine|contains: /bin/sh}, condition: s}
                level: low
                """);
    }

    @TestFactory
    Stream<DynamicTest> whatCheckRefusesDoesNotStart() throws Exception {
        List<String> lines = Files.readAllLines(resource("broken.txt")).stream().filter(l -> !l.startsWith("#"))
                .toList();
        assertThat(lines).hasSizeGreaterThan(100);
        return lines.stream().map(line -> DynamicTest.dynamicTest(line, () -> refused(broken(line))));
    }

    private Broken broken(String line) {
        String[] parts = line.split(" \\| ", 3);
        String find = parts[1].replace("\\n", "\n").replace("\\t", "\t");
        assertThat(good).contains(find);
        int at = good.indexOf(find);
        String marked = good.substring(0, at) + parts[2].replace("\\n", "\n").replace("\\t", "\t")
                + good.substring(at + find.length());
        int mark = marked.indexOf('§');
        if (mark < 0) {
            return new Broken(parts[0], marked, "");
        }
        String before = marked.substring(0, mark);
        long row = before.chars().filter(c -> c == '\n').count() + 1;
        return new Broken(parts[0], marked.replace("§", ""), ":" + row + ":" + (mark - before.lastIndexOf('\n')));
    }

    private void refused(Broken broken) throws IOException {
        Path file = Files.writeString(directory.resolve("tocsin.yaml"), broken.text);
        List<Problem> errors = new LocalNode().check(file).stream().filter(p -> ProblemCode.isError(p.code())).toList();
        assertThat(errors).anySatisfy(p -> {
            assertThat(p.code()).isEqualTo(broken.code);
            assertThat(p.where()).startsWith(file.toString()).endsWith(broken.place);
        });
        assertThat(errors).allSatisfy(p -> {
            assertThat(p.where()).matches("\\Q" + file + "\\E:[1-9]\\d*:[1-9]\\d*");
            assertThat(p.what()).isNotBlank().doesNotContain("dev.tocsin", "java.lang").doesNotEndWith(".");
            // What was expected, or may be, is a hint in itself.
            assertThat(p.hint() + p.code() + p.what()).matches("(?s).+E\\d{3}.*|E(105|106)expected.*|E112.*|E120.*");
        });

        Run.Result run = new Run().with(new LocalNode()).command("run", "-c", file.toString());
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.notes()).contains(broken.code).doesNotContain("ready");
        assertThat(directory.resolve("data")).doesNotExist();
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void whatCheckAcceptsStarts() throws IOException {
        starts(good);
    }

    @Test
    void anEmptyFileStarts() throws IOException {
        starts("sources: {}\nweb: {listen: 127.0.0.1:0}\n");
    }

    @Test
    void whatIsOpenToTheNetworkOnPurposeStarts() throws IOException {
        starts(good
                .replace("type: syslog\n    listen: 127.0.0.1:0",
                        "type: syslog\n    listen: 0.0.0.0:0\n    plaintext: true")
                .replace("type: http\n    listen: 127.0.0.1:0", "type: http\n    listen: '[::]:0'\n    plaintext: true")
                .replace("roles: [collector, worker, proxy, logger, manager]", "roles: [collector, worker]"));
    }

    @Test
    void oddButGoodNamesAndPathsStart() throws IOException {
        Path odd = Files.createDirectories(directory.resolve("a dir/ümläut"));
        starts(good.replace("data: data", "data: a dir/ümläut/data").replace("  fw:", "  FW.1_a-b:")
                .replace("out/alerts.jsonl", "a dir/ümläut/alerts").replace("in/*.log", "'a dir/**/[ab]?*.log'")
                .replace("name: main", "name: \"0\""));
        assertThat(odd.resolve("data")).isDirectory();
    }

    private void starts(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("tocsin.yaml"), text);
        Run.Result check = new Run().with(new LocalNode()).command("check", "-c", file.toString());
        assertThat(check.out()).endsWith(": good\n");
        assertThat(check.exit()).isZero();
        Run.Result run = new Run().with(new LocalNode()).command("run", "-c", file.toString());
        assertThat(run.notes()).contains("ready");
        assertThat(run.exit()).isZero();
        // What has been started once is still accepted.
        assertThat(new Run().with(new LocalNode()).command("check", "-c", file.toString()).exit()).isZero();
    }

    @Test
    void aPortThatIsTakenIsSaidAndNothingStaysOpen() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path file = Files.writeString(directory.resolve("tocsin.yaml"), good.replace("web:\n  listen: 127.0.0.1:0",
                    "web:\n  listen: 127.0.0.1:" + taken.getLocalPort()));
            Run.Result run = new Run().with(new LocalNode()).command("run", "-c", file.toString());
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.notes()).contains("E116", "127.0.0.1:" + taken.getLocalPort()).doesNotContain("ready at");
        }
        // Nothing was left behind that keeps a second start from working.
        starts(good);
    }

    @Test
    void anUnknownRoleIsWrongUsage() throws IOException {
        Path file = Files.writeString(directory.resolve("tocsin.yaml"), good);
        Run.Result run = new Run().with(new LocalNode()).command("run", "-c", file.toString(), "--role", "boss");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.notes()).contains("unknown role \"boss\"",
                "known: collector, processor, engine, worker, proxy, logger, manager");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    private static Path resource(String name) throws URISyntaxException {
        URL url = CheckNeverLiesTest.class.getResource("/check/" + name);
        assertThat(url).isNotNull();
        return Path.of(url.toURI());
    }
}

package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.base.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final Path ETC = Path.of("/etc/tocsin");
    private static final Map<String, String> ENVIRONMENT = Map.of("PORT", "6000", "EVIL", "a\nb: c", "EMPTY", "",
            "WORD",
            "verysecret");

    static Outcome<Sample> parse(String text) {
        return ConfigFile.parse(text, "t.yaml", ETC, Sample.class, ENVIRONMENT::get);
    }

    static List<String> problems(String text) {
        return parse(text).problems().stream().map(Problem::toString).toList();
    }

    static Sample good(String text) {
        Outcome<Sample> outcome = parse(text);
        assertThat(outcome.problems()).isEmpty();
        return outcome.value().orElseThrow();
    }

    @Test
    void anEmptyFileGivesAllDefaults() {
        for (String text : List.of("", "# nothing but a comment\n", "{}", "---\n", "~", "\uFEFF")) {
            Sample sample = good(text);
            assertThat(sample.name()).isEqualTo("tocsin");
            assertThat(sample.log()).isEqualTo(new Sample.LogConfig(Path.of("/etc/tocsin/data"),
                    Duration.ofMillis(100), new ByteSize(10 << 20), true));
            assertThat(sample.sources()).isEmpty();
            assertThat(sample.token()).isNull();
        }
    }

    @Test
    void everyKindOfValueIsRead() {
        Sample sample = good("""
                name: n1
                log: {data: ../var/log, commit_interval: 2m, segment_size: 1GB, embedded: false}
                sources:
                  z: {type: syslog, listen: "[::1]:514", transport: tls_tcp}
                  a: {type: file, path: /var/log/auth.log, lines: 7}
                  m: {type: http, listen: 0.0.0.0:8088, token: "${WORD}", retries: [1s, 7d, 0]}
                tags: [a, "1", 2]
                steps:
                  - drop: event.code == 5
                    reason: noise
                  - drop: "false"
                words: {b: null, a: x}
                limits: {low: -3, high: 5, ratio: 2.5e-1, events_max: 9000000000}
                """);
        assertThat(sample.log()).isEqualTo(new Sample.LogConfig(Path.of("/etc/var/log"), Duration.ofMinutes(2),
                new ByteSize(1_000_000_000), false));
        assertThat(sample.sources().keySet()).containsExactly("z", "a", "m");
        assertThat(sample.sources().get("z"))
                .isEqualTo(new Sample.SyslogConfig(new Endpoint("::1", 514), Sample.Transport.TLS_TCP));
        assertThat(sample.sources().get("a")).isEqualTo(new Sample.FileConfig(Path.of("/var/log/auth.log"), 7,
                new Sample.Limits(10, 20, 0.5, 1000)));
        assertThat(sample.sources().get("m")).isEqualTo(new Sample.HttpConfig(new Endpoint("0.0.0.0", 8088),
                new Secret("verysecret"), List.of(Duration.ofSeconds(1), Duration.ofDays(7), Duration.ZERO)));
        assertThat(sample.tags()).containsExactly("a", "1", "2");
        assertThat(sample.words()).containsExactly(Map.entry("b", "null"), Map.entry("a", "x"));
        assertThat(sample.prefix()).isEmpty();
        assertThat(sample.steps()).containsExactly(new Sample.StepConfig("event.code == 5", "noise"),
                new Sample.StepConfig("false", null));
        assertThat(sample.limits()).isEqualTo(new Sample.Limits(-3, 5, 0.25, 9_000_000_000L));
    }

    @Test
    void aSettingWithoutValueIsAsIfItWereNotThere() {
        assertThat(good("name:\nsources: ~\nlog:\n").name()).isEqualTo("tocsin");
        assertThat(problems("sources: {a: {type: file, path: }}"))
                .containsExactly("t.yaml:1:27 E103 the setting \"path\" is missing; The file to follow.");
    }

    @Test
    void allProblemsAreToldAtOnceInTheOrderOfTheFile() {
        assertThat(problems("""
                nmae: x
                sources:
                  a:
                    type: syslgo
                  b: {type: syslog, transport: upd}
                limits:
                  low: 30
                log: [1]
                """)).containsExactly(
                "t.yaml:1:1 E102 unknown setting \"nmae\"; did you mean \"name\"? "
                        + "known here: limits, log, name, prefix, sources, steps, tags, token, words",
                "t.yaml:4:11 E107 unknown source type \"syslgo\"; did you mean \"syslog\"? known here: file, http, syslog",
                "t.yaml:5:32 E108 unknown value \"upd\"; did you mean \"udp\"? known here: tcp, tls_tcp, udp",
                "t.yaml:7:8 E112 low is above high: 30 > 20",
                "t.yaml:8:6 E105 expected a section of settings, found a list; "
                        + "write lines \"name: value\" below it, further to the right");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
            "log: {commit_interval: 5}|t.yaml:1:24 E106 expected a duration (100ms, 5s, 2m, 1h, 7d), found \"5\"; "
                    + "add a unit, as in 5s",
            "log: {commit_interval: 99999999999d}|t.yaml:1:24 E106 expected a duration (100ms, 5s, 2m, 1h, 7d), "
                    + "found \"99999999999d\"",
            "log: {segment_size: 999999999999TiB}|t.yaml:1:21 E106 expected a size (512, 64KiB, 10MiB, 2GB), "
                    + "found \"999999999999TiB\"",
            "limits: {low: 3000000000}|t.yaml:1:15 E106 expected a whole number, found \"3000000000\"; "
                    + "it is from -2147483648 to 2147483647",
            "limits: {ratio: NaN}|t.yaml:1:17 E106 expected a number, found \"NaN\"",
            "log: {embedded: yes}|t.yaml:1:17 E106 expected true or false, found \"yes\"",
            "log: {data: ''}|t.yaml:1:13 E106 expected a path, found \"\"",
            "tags: [a, ~]|t.yaml:1:11 E105 expected text, found nothing",
            "tags: a|t.yaml:1:7 E105 expected a list, found \"a\"; "
                    + "write [one, two], or a line \"- one\" for each",
            "name: [a]|t.yaml:1:7 E105 expected text, found a list",
            "[1]|t.yaml:1:1 E105 expected a section of settings, found a list; "
                    + "write lines \"name: value\" below it, further to the right",
            "sources: {a: {}}|t.yaml:1:14 E103 this source has no \"type\"; known here: syslog, file, http",
            "{[a]: b}|t.yaml:1:2 E105 expected a name, found a list",
            "name: !include x|t.yaml:1:7 E111 the YAML tag \"!include\" has no meaning here; remove it",
            "log: &a {data: *a}|t.yaml:1:6 E111 an alias contains itself; write it out without the alias",
            "name: ${NONE}|t.yaml:1:7 E109 the environment variable NONE is not set; "
                    + "set it, or give a default: ${NONE:-value}",
            "name: ${EVIL}|t.yaml:1:7 E110 what ${EVIL} stands for has more than one line; "
                    + "give it one line only",
            "name: ${exec:id}|t.yaml:1:7 E110 cannot read ${exec:id}; write ${NAME}, ${env:NAME}, ${NAME:-default}, "
                    + "${file:/path}, or $${ for a literal ${",
            "name: ${WORD|t.yaml:1:7 E110 \"${\" is not closed by \"}\"; write $${ for a literal ${",
            "limits: {low: '${WORD}'}|t.yaml:1:15 E106 expected a whole number, found what ${WORD} stands for"})
    void aProblemSaysWhereAndWhatAndWhatToDo(String yaml, String problem) {
        assertThat(problems(yaml)).containsExactly(problem);
    }

    @Test
    void aNameGivenTwiceIsRefusedAtTheSecond() {
        assertThat(problems("name: a\nlog: {}\nname: b\n"))
                .containsExactly("t.yaml:3:1 E104 \"name\" is given twice, first in line 1; remove one of them");
    }

    @Test
    void brokenYamlIsToldWithItsPlace() {
        assertThat(parse("name: a\nlog: {data: x\n").problems()).singleElement()
                .satisfies(p -> assertThat(p.toString()).startsWith("t.yaml:3:1 E101 not valid YAML: "));
        assertThat(parse("name: a\u0007\n").problems()).singleElement().satisfies(
                p -> assertThat(p.toString()).startsWith("t.yaml:1:8 E101 the character U+0007 must not be"));
    }

    @Test
    void variablesAndFilesArePutIntoSingleValues(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("pass"), "s3cret\n");
        Files.writeString(directory.resolve("two"), "a\nb\n");
        String text = """
                name: a-${PORT}-${env:PORT}-${NONE:-x y}-${EMPTY:-d}-${env:NONE:-}-$${PORT}-$5
                token: ${file:pass}
                """;
        Sample sample = ConfigFile.parse(text, "t.yaml", directory, Sample.class, ENVIRONMENT::get).value()
                .orElseThrow();
        assertThat(sample.name()).isEqualTo("a-6000-6000-x y-d--${PORT}-$5");
        assertThat(sample.token()).isEqualTo(new Secret("s3cret"));
        assertThat(ConfigFile.parse("token: ${file:two}\nname: ${file:none}", "t.yaml", directory, Sample.class,
                ENVIRONMENT::get).problems()).extracting(Problem::code).containsExactly("E110", "E110");
    }

    @Test
    void aSecretInTheFileIsAWarningAndTheFileIsStillUsed() {
        Outcome<Sample> outcome = parse("token: abc");
        assertThat(outcome.value().orElseThrow().token()).isEqualTo(new Secret("abc"));
        assertThat(outcome.problems()).extracting(Problem::code).containsExactly("W130");
        assertThat(outcome.problems().toString()).doesNotContain("abc");
    }

    @Test
    void hostileFilesEndAtALimit() {
        assertThat(problems("[".repeat(1_000_000))).singleElement().asString().contains("E111 nested deeper than 50");
        StringBuilder laughs = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x]\n");
        for (char c = 'b'; c < 'k'; c++) {
            char before = (char) (c - 1);
            laughs.append(c).append(": &").append(c).append(" [").append(("*" + before + ",").repeat(9)).append("]\n");
        }
        assertThat(problems(laughs.toString())).singleElement().asString().contains("E111 more than 100000 values");
        assertThat(problems("tags: &t [a]\nx: [" + "*t,".repeat(101) + "]")).singleElement().asString()
                .contains("E111 more than 100 aliases");
        StringBuilder wrong = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            wrong.append("wrong").append(i).append(": 1\n");
        }
        assertThat(problems(wrong.toString())).hasSize(Findings.PROBLEMS_MAX + 1).last().asString()
                .isEqualTo("t.yaml E113 1500 more problems are not listed; mend the first ones and check again");
    }

    @Test
    void aFileThatCannotBeReadIsAProblem(@TempDir Path directory) throws Exception {
        Path none = directory.resolve("none.yaml");
        assertThat(ConfigFile.read(none, Sample.class).problems().toString()).contains("none.yaml:1:1",
                "E100", "there is no such file");
        Path latin = directory.resolve("latin.yaml");
        Files.write(latin, "name: x\ntags: [é]\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(ConfigFile.read(latin, Sample.class).problems().toString()).contains("latin.yaml:2:8",
                "the file is not UTF-8");
        Path big = directory.resolve("big.yaml");
        Files.write(big, new byte[ConfigFile.BYTES_MAX + 1]);
        assertThat(ConfigFile.read(big, Sample.class).problems().toString()).contains("larger than 3 MiB");
        Path good = directory.resolve("good.yaml");
        Files.writeString(good, "log: {data: store}");
        assertThat(ConfigFile.read(good, Sample.class).value().orElseThrow().log().data())
                .isEqualTo(directory.resolve("store"));
    }

    @Test
    void anchorsMayBeUsedToSayTheSameTwice() {
        Sample sample = good("tags: [&t hello, *t]\nname: *t\n");
        assertThat(sample.tags()).containsExactly("hello", "hello");
        assertThat(sample.name()).isEqualTo("hello");
    }
}

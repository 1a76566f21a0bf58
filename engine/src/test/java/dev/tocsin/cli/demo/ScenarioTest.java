package dev.tocsin.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ScenarioTest {
    private static final Path DEMO = Path.of("../examples/demo");
    private static final ZoneId ZONE = ZoneOffset.UTC;
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-05T06:07:08.009Z"));

    @TempDir
    Path folder;

    @Test
    void theStoryNamesTheShippedRulesAllOfThemAndNoOthers() throws IOException {
        Set<String> shipped = new HashSet<>();
        try (Stream<Path> files = Files.walk(Path.of("../examples/rules"))) {
            for (Path file : files.filter(f -> f.toString().matches(".*(?<!\\.test)\\.yml")).toList()) {
                shipped.add(Section.read(file).text("id"));
            }
        }
        Set<String> named = new HashSet<>();
        Scenario.read(DEMO).story().steps().forEach(step -> named.addAll(step.fires()));
        assertThat(named).containsExactlyInAnyOrderElementsOf(shipped);
    }

    @Test
    void theStoryBeginsAtOnceAndLastsAboutAMinuteAndAHalf() {
        Story story = Scenario.read(DEMO).story();
        assertThat(story.steps().getFirst().after()).isEqualTo(Duration.ZERO);
        assertThat(story.length()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(120));
        assertThat(story.steps()).allSatisfy(step -> assertThat(step.fires()).isNotEmpty());
    }

    @Test
    void everyMessageIsWellFormedWhateverTheSeed() throws Exception {
        Scenario scenario = Scenario.read(DEMO);
        for (Template template : scenario.background()) {
            SplittableRandom random = new SplittableRandom(11);
            for (int i = 0; i < 1_000; i++) {
                wellFormed(template.render(cast(scenario, random)));
            }
        }
        SplittableRandom random = new SplittableRandom(12);
        for (int telling = 0; telling < 1_000; telling++) {
            Cast cast = scenario.storyCast(random, CLOCK, ZONE);
            for (Story.Step step : scenario.story().steps()) {
                assertThat(step.caption().render(cast)).doesNotContain("${");
                for (Story.Shot shot : step.shots()) {
                    wellFormed(shot.template().render(cast));
                }
            }
        }
    }

    @Test
    void oneSeedGivesTheSameMessagesAndAnotherGivesOthers() {
        assertThat(thousand(5)).isEqualTo(thousand(5)).isNotEqualTo(thousand(6));
    }

    @Test
    void twoTellingsHaveNoMessageInCommon() {
        Scenario scenario = Scenario.read(DEMO);
        SplittableRandom random = new SplittableRandom(3);
        InstantSource later = InstantSource.fixed(CLOCK.instant().plusSeconds(110));
        assertThat(telling(scenario, scenario.storyCast(random, CLOCK, ZONE)))
                .doesNotContainAnyElementsOf(telling(scenario, scenario.storyCast(random, later, ZONE)));
    }

    @Test
    void whatWasPickedStaysPickedWithinAMessage() throws IOException {
        write("""
                pools: {host: [{name: a, ip: 10.0.0.1}, {name: b, ip: 10.0.0.2}], word: [x, y]}
                templates:
                  - {name: t, via: syslog_udp, customer: c, let: {pid: '${int:1-9}'},
                     text: '${host.name} ${host.ip} ${host#2.name} ${pid}${pid} ${word}'}
                """, "t");
        Scenario scenario = Scenario.read(folder);
        Supplier<Message> traffic = scenario.traffic(new SplittableRandom(1), CLOCK, ZONE);
        for (int i = 0; i < 100; i++) {
            assertThat(traffic.get().text()).matches("(a 10\\.0\\.0\\.1 b|b 10\\.0\\.0\\.2 a) (\\d)\\2 [xy]");
        }
    }

    @Test
    void timesAreWrittenAsSendersWriteThem() throws IOException {
        write("""
                templates:
                  - {name: t, via: syslog_udp, customer: c,
                     text: '${now:rfc3164}|${now:clf}|${now:iso}|${now:seconds}|${now:sysmon}|${now:local}|${now:epoch}'}
                """,
                "t");
        assertThat(Scenario.read(folder).traffic(new SplittableRandom(1), CLOCK, ZoneOffset.ofHours(2)).get().text())
                .isEqualTo("Nov  5 08:07:08|05/Nov/2026:08:07:08 +0200|2026-11-05T06:07:08.009Z|2026-11-05T06:07:08Z"
                        + "|2026-11-05 06:07:08.009|2026-11-05 08:07:08|1793858828.009");
    }

    @Test
    void aSlipIsRefusedWithItsPlace() throws IOException {
        refused("{name: t, via: hec, customer: c, text: '${nobody}'}", "(t): ${nobody} names no pool");
        refused("{name: t, via: hec, customer: c, text: '${int:9-1}'}", "${int:9-1} is not a range");
        refused("{name: t, via: hec, customer: c, text: '${now:noon}'}", "unknown time ${now:noon}; known: iso");
        refused("{name: t, via: pigeon, customer: c, text: x}", "unknown via \"pigeon\"; known: syslog_tcp");
        refused("{name: t, via: hec, customer: c, text: x, event: {}}", "exactly one of text, event, windows");
        refused("{name: t, via: hec, customer: c, txt: x}", "templates[0]: unknown key \"txt\"");
        refused("{name: t, via: ingest, customer: c, text: x}", "via ingest needs a \"source\"");
        refused("{name: t, via: hec, text: x}", "\"customer\" is missing");
        refused("{name: t, via: [", "not YAML");
    }

    private void refused(String template, String message) throws IOException {
        write("templates:\n  - " + template + "\n", "t");
        assertThatThrownBy(() -> Scenario.read(folder)).isInstanceOf(ScenarioException.class)
                .hasMessageContaining("background.yml").hasMessageContaining(message);
    }

    private void write(String background, String title) throws IOException {
        Files.writeString(folder.resolve("background.yml"), background);
        Files.writeString(folder.resolve("story.yml"), "title: " + title + """

                steps:
                  - caption: c
                    events: [{via: hec, customer: c, text: x}]
                """);
    }

    private static List<String> telling(Scenario scenario, Cast cast) {
        return scenario.story().steps().stream().flatMap(step -> step.shots().stream())
                .map(shot -> shot.template().render(cast).text()).toList();
    }

    private static List<String> thousand(long seed) {
        Supplier<Message> traffic = Scenario.read(DEMO).traffic(new SplittableRandom(seed), CLOCK, ZONE);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            texts.add(traffic.get().text());
        }
        return texts;
    }

    private static Cast cast(Scenario scenario, SplittableRandom random) {
        return scenario.trafficCast(random, CLOCK, ZONE);
    }

    private static void wellFormed(Message message) throws Exception {
        String text = message.text();
        assertThat(text).doesNotContain("${").doesNotContain("\n").isNotBlank();
        switch (message.via()) {
            case WEB_LOG -> assertThat(text).matches(
                    "[\\d.]+ - - \\[05/Nov/2026:06:07:08 \\+0000] \"(GET|POST) /\\S* HTTP/1\\.1\" \\d{3} \\d+ \"[^\"]*\" \"[^\"]+\"");
            case SYSLOG_TCP, SYSLOG_LINES, SYSLOG_UDP -> assertThat(text).matches(
                    "<\\d{1,3}>(Nov  5 06:07:08 [\\w.-]+ [\\w-]+(\\[\\d+])?: .+|1 2026-11-05T06:07:08\\.009Z \\S+ \\S+ \\S+ - - .+)");
            case INGEST -> assertThat(message.body().isObject()).isTrue();
            case HEC -> {
                if (message.body().isString()) {
                    DocumentBuilderFactory.newInstance().newDocumentBuilder()
                            .parse(new InputSource(new StringReader(text)));
                }
            }
        }
        if (text.contains("{\"EventTime\"")) {
            dev.tocsin.event.Json.read(text.substring(text.indexOf('{')));
        }
    }
}

package dev.tocsin.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with an output is said before the start, with its place. */
class SinkCheckTest {
    @TempDir
    Path directory;

    private List<Problem> problems(String sinks) throws IOException {
        Path file = Files.writeString(directory.resolve("t.yaml"),
                "node: {data: data}\nsinks:\n" + sinks.indent(2));
        return ConfigCheck.problems(ConfigCheck.read(file));
    }

    private static String place(Problem problem) {
        return problem.code() + " " + problem.where().replaceFirst(".*t\\.yaml:", "");
    }

    @Test
    void whatWouldGoToAnotherMachineInClearTextIsRefusedUnlessItIsSaid() throws IOException {
        String sinks = """
                a: {type: syslog, address: '192.0.2.1:514'PLAIN}
                b: {type: relp, address: '192.0.2.1:2514'PLAIN}
                c: {type: splunk_hec, url: 'http://192.0.2.1:8088', token: '${file:token}'PLAIN}
                d: {type: opensearch, url: 'http://192.0.2.1:9200'PLAIN}
                e: {type: webhook, url: 'http://192.0.2.1/x'PLAIN}
                f: {type: kafka, bootstrap_servers: '192.0.2.1:9092', topic: t PLAIN}
                """;
        Files.writeString(directory.resolve("token"), "t");
        assertThat(problems(sinks.replace("PLAIN", ""))).extracting(SinkCheckTest::place).containsExactly("E115 3:30",
                "E115 4:28", "E115 5:30", "E115 6:30", "E115 7:27", "E115 8:39");
        assertThat(problems(sinks.replace("PLAIN", ", plaintext: true"))).isEmpty();
        assertThat(problems(sinks.replace("PLAIN", "").replace("http:", "https:").replace("514'}", "514', tls: {}}")
                .replace("topic: t ", "topic: t, tls: {}")
                .replace("a: {type: syslog", "a: {type: syslog, transport: tls")))
                .isEmpty();
    }

    @Test
    void aFileOfTlsThatCannotBeUsedIsSaid() throws IOException {
        Files.writeString(directory.resolve("hello.pem"), "hello");
        assertThat(problems("""
                a:
                  type: relp
                  address: 192.0.2.1:2514
                  tls:
                    ca: none.pem
                b:
                  type: opensearch
                  url: https://192.0.2.1:9200
                  tls:
                    ca: hello.pem
                """)).satisfiesExactly(p -> {
            assertThat(place(p)).isEqualTo("E114 7:11");
            assertThat(p.what()).contains("none.pem");
        }, p -> {
            assertThat(place(p)).startsWith("E112 ");
            assertThat(p.what()).contains("hello.pem");
        });
        assertThat(problems("""
                c:
                  type: webhook
                  url: https://192.0.2.1/
                  tls:
                    certificate: hello.pem
                """)).satisfiesExactly(p -> {
            assertThat(place(p)).isEqualTo("E112 7:20");
            assertThat(p.what()).contains("certificate is given without key");
        });
    }

    @Test
    void settingsThatContradictAreSaidWithTheirPlace() throws IOException {
        assertThat(problems("""
                a: {type: splunk_hec, url: 'https://s:8088/services/collector', token: '${TOCSIN_TEST_NONE:-x}'}
                b: {type: opensearch, url: 'https://s:9200', user: ann}
                c: {type: kafka, bootstrap_servers: 'k:9092', topic: t, marks: t}
                d: {type: syslog, address: '127.0.0.1:6514', transport: tls, framing: newline}
                e: {type: relp, address: '127.0.0.1:2514', window: 0}
                f: {type: webhook, url: 'https://s/', bath: 3}
                """)).extracting(SinkCheckTest::place).containsExactly("E112 3:30", "E112 4:54", "E112 5:66",
                "E112 6:73",
                "E112 7:54", "E102 8:41");
    }
}

package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fluenda.parcefone.event.CEFHandlingException;
import com.fluenda.parcefone.event.CommonEvent;
import com.fluenda.parcefone.parser.CEFParser;
import dev.tocsin.event.Json;
import dev.tocsin.sink.HostileRecords.Made;
import dev.tocsin.sink.StrictLines.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Whatever an attacker writes into a log comes out of each format as it went in, and as nothing else. */
class LineFormatFuzz {
    private static String line(SinkFormat format, Made made) {
        return StrictLines.utf8(LineFormat.of(format, false).line(made.event()));
    }

    private static String id(Made made) {
        return made.event().id().toString();
    }

    /** What CEF is to hold, without keys that other systems give a type. */
    private static Map<String, String> cefTexts(Made made) {
        Map<String, String> texts = new TreeMap<>();
        texts.put("externalId", id(made));
        texts.put("cs2", made.event().customer());
        texts.put("cs3", made.event().source());
        texts.put("suser", made.text("user.name"));
        if (made.alert()) {
            texts.put("dhost", made.text("host.name"));
            texts.put("msg", made.text("summary"));
            texts.put("cs1", made.text("rule.title"));
            texts.put("cs6", made.text("rule.author"));
        } else {
            texts.put("act", made.text("event.action"));
            texts.put("outcome", made.text("event.outcome"));
            texts.put("msg", SinkRecord.first(made.text("message"), made.text("event.original")));
            texts.put("duser", made.text("user.target.name"));
            texts.put("fname", made.text("file.name"));
            texts.put("filePath", made.text("file.path"));
            texts.put("sproc", made.text("process.name"));
            texts.put("request", made.text("url.full"));
            texts.put("cs1", made.text("event.dataset"));
            texts.put("cs5", made.text("process.command_line"));
            texts.put("cs6", made.text("event.code"));
        }
        String ip = made.text("source.ip");
        if (ip.matches("10[.]\\d+[.]0[.]\\d+")) {
            texts.put("src", ip);
        } else if (ip.startsWith("2001:db8:0:0:0:0:0:")) {
            texts.put("c6a2", ip);
        } else if (made.text("source.domain").isEmpty()) {
            texts.put("shost", ip);
        }
        texts.values().removeIf(String::isEmpty);
        return texts;
    }

    private static String name(Made made) {
        return made.alert()
                ? SinkRecord.first(made.text("rule.title"), "alert")
                : SinkRecord.first(made.text("event.action"), made.text("event.dataset"), made.event().source());
    }

    private static String signature(Made made) {
        return made.alert()
                ? SinkRecord.first(made.text("rule.id"), "alert")
                : SinkRecord.first(made.text("event.code"), made.text("event.action"), made.text("event.dataset"),
                        made.event().source());
    }

    @Test
    void cefIsReadBackEqualByAReaderFromTheSpecification() {
        HostileRecords.each(made -> {
            Line read = StrictLines.cef(line(SinkFormat.CEF, made));
            assertThat(read.header().subList(0, 2)).containsExactly("Tocsin", "Tocsin");
            assertThat(read.header().get(3)).isEqualTo(signature(made).replaceAll("[\n\r]", " "));
            assertThat(read.header().get(4)).isEqualTo(name(made).replaceAll("[\n\r]", " "));
            assertThat(read.header().get(5)).matches("10|\\d");
            assertThat(read.attributes()).containsAllEntriesOf(cefTexts(made));
            assertThat(read.attributes()).containsEntry("rt", "" + made.event().time().toEpochMilli());
        });
    }

    /**
     * ParCEFone does not take escapes away, so they are taken away here, and it takes the bar behind a header that ends in
     * an escaped backslash for an escaped bar; those are left to the strict reader.
     */
    @Test
    void cefIsReadBackEqualByParcefone() {
        CEFParser parser = new CEFParser();
        AtomicInteger read = new AtomicInteger();
        HostileRecords.each(made -> {
            if (signature(made).endsWith("\\") || name(made).endsWith("\\")) {
                return;
            }
            CommonEvent event = parser.parse(line(SinkFormat.CEF, made), false, Locale.ENGLISH);
            assertThat(event).as(line(SinkFormat.CEF, made)).isNotNull();
            try {
                assertThat(String.valueOf(event.getHeader().get("name")).replaceAll("\\\\([\\\\|])", "$1"))
                        .isEqualTo(name(made).replaceAll("[\n\r]", " "));
                Map<String, Object> extension = event.getExtension(true);
                cefTexts(made).forEach((key, text) -> {
                    String value = String.valueOf(extension.get(key));
                    assertThat(key.equals("src") || key.equals("c6a2")
                            ? value.substring(1)
                            : StrictLines
                                    .cefValue(value))
                            .as(key).isEqualTo(text);
                });
            } catch (CEFHandlingException e) {
                throw new AssertionError(e);
            }
            read.incrementAndGet();
        });
        assertThat(read.get()).isGreaterThan(HostileRecords.HOW_MANY * 8 / 10);
    }

    private static void leef(SinkFormat format, String blanks) {
        HostileRecords.each(made -> {
            Line read = StrictLines.leef(line(format, made));
            assertThat(read.header().get(3)).isEqualTo(signature(made).replaceAll("[\n\r\t]", " ").replace('|', '/'));
            Map<String, String> texts = new TreeMap<>();
            texts.put("usrName", made.text("user.name"));
            texts.put("identHostName", made.text("host.name"));
            texts.put("src", made.text("source.ip"));
            texts.put("customer", made.event().customer());
            texts.put("name", name(made));
            texts.put("msg", made.alert()
                    ? made.text("summary")
                    : SinkRecord.first(made.text("message"), made.text("event.original")));
            texts.put("policy", made.text("rule.title"));
            texts.put("commandLine", made.text("process.command_line"));
            texts.values().removeIf(String::isEmpty);
            texts.replaceAll((_, text) -> text.replaceAll(blanks, " "));
            assertThat(read.attributes()).containsAllEntriesOf(texts).containsEntry("tocsinId", id(made))
                    .containsKeys("devTime", "devTimeFormat", "sev", "cat");
        });
    }

    @Test
    void leef2IsReadBackEqualButForLineEnds() {
        leef(SinkFormat.LEEF, "[\n\r]");
    }

    @Test
    void leef1IsReadBackEqualButForLineEndsAndTabs() {
        leef(SinkFormat.LEEF1, "[\n\r\t]");
    }

    private static void leaves(String path, JsonNode node, List<String> out) {
        if (node.isObject()) {
            node.properties().forEach(f -> leaves(path + "." + f.getKey(), f.getValue(), out));
        } else {
            out.add(node.isArray() ? node.toString() : node.asString());
        }
    }

    @Test
    void keyValueHoldsEveryLeaf() {
        HostileRecords.each(made -> {
            Map<String, String> read = StrictLines.keyValue(line(SinkFormat.KV, made));
            assertThat(read).containsAllEntriesOf(made.texts()).containsEntry("tocsin.id", id(made));
            List<String> leaves = new ArrayList<>(List.of(id(made), made.event().customer(), made.event().source(),
                    made.event().origin().toString()));
            leaves("", Json.read(made.event().json()), leaves);
            assertThat(read.values()).containsExactlyInAnyOrderElementsOf(leaves);
        });
    }

    @Test
    void syslog5424IsReadBackEqualOutOfAStreamOfCountedMessages() {
        for (SinkFormat format : List.of(SinkFormat.CEF, SinkFormat.JSON)) {
            SinkCounts counts = new SinkCounts();
            SyslogMessage messages = new SyslogMessage(
                    SyslogStyle.of(SyslogSinkTest.config("octets", 5424, format, "16MiB", 514)), "node 1", counts.cut);
            HostileRecords.each(made -> {
                byte[] frame = SyslogSinkConfig.Framing.OCTETS.frame(messages.of(made.event()));
                int blank = 0;
                while (frame[blank] != ' ') {
                    blank++;
                }
                byte[] message = Arrays.copyOfRange(frame, blank + 1, frame.length);
                assertThat(StrictLines.utf8(Arrays.copyOf(frame, blank))).isEqualTo("" + message.length);
                StrictLines.Syslog read = StrictLines.syslog(message);
                assertThat(read.text()).isEqualTo(line(format, made));
                assertThat(read.parameters()).containsEntry("id", id(made)).containsEntry("customer",
                        made.event().customer().replaceAll("[\n\r\t]", " "));
                assertThat(read.host()).isEqualTo("node_1");
                assertThat(read.priority() / 8).isEqualTo(16);
                assertThat(read.element()).isEqualTo("tocsin@32473");
                assertThat(frame).doesNotContain('\n');
            });
            assertThat(counts.shortened()).isZero();
        }
    }
}

package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Problem;
import dev.tocsin.config.Secret;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was wrong with the outputs of the event connectors that came before (CloudPassage's of 2013, its rewrite v1.10, and
 * those built on its SDK), one test for each, named after the defect.
 */
class OriginalDefectsTest {
    private static final Path FILE = Path.of("/out/events.jsonl");
    private static final FileSinkConfig CONFIG = new FileSinkConfig(SinkStream.EVENTS, FILE, new ByteSize(1 << 30), 0,
            SinkFormat.JSON);

    @TempDir
    Path directory;

    private final FakeDisk disk = new FakeDisk();
    private final FakeState state = new FakeState();
    private final List<Problem> alarms = new ArrayList<>();

    private FileSink sink() {
        FileSink sink = new FileSink(CONFIG, 1, "n1", alarms::add, disk);
        sink.assigned(0, state);
        return sink;
    }

    private static List<Event> events(int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> Events.event(n, "{\"n\":" + n + "}")).toList();
    }

    private List<Integer> written() {
        return new String(disk.read(FILE), StandardCharsets.UTF_8).lines().map(l -> Json.read(l).path("n").asInt())
                .toList();
    }

    private static List<Integer> numbers(int to) {
        return IntStream.range(0, to).boxed().toList();
    }

    private static String line(SinkFormat format, String json) {
        return StrictLines.utf8(LineFormat.of(format, false).line(Events.event(1, json)));
    }

    @Test
    @DisplayName("v1.10 retrieve_events: the checkpoint file is renamed before the output; a crash loses up to 5,000 events")
    void v110CheckpointBeforeOutput() throws IOException {
        FileSink sink = sink();
        sink.handle(0, events(0, 5000), new FakeOutput());
        assertThat(disk.exists(FILE) ? disk.read(FILE).length : 0).as("nothing is written before the flush").isZero();
        // The process dies here: nothing is committed, so the place in the input is where it was.
        disk.kill();
        state.rollback();
        FileSink second = sink();
        second.handle(0, events(0, 5000), new FakeOutput());
        second.flush(Commit.NONE);
        assertThat(written()).as("the output is there before the checkpoint is").isEqualTo(numbers(5000));
        // It dies between the output and the checkpoint.
        disk.kill();
        state.rollback();
        FileSink third = sink();
        third.handle(0, events(0, 5000), new FakeOutput());
        third.flush(Commit.NONE);
        state.commit();
        assertThat(written()).isEqualTo(numbers(5000));
    }

    @Test
    @DisplayName("file output: no fsync, and the page's checkpoint right after print; a power cut loses what was checkpointed")
    void fileOutputNoFsyncPageCheckpointRightAfterPrint() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            FakeDisk cut = new FakeDisk();
            FakeState checkpoint = new FakeState();
            FileSink sink = new FileSink(CONFIG, 1, "n1", alarms::add, cut);
            sink.assigned(0, checkpoint);
            sink.handle(0, events(0, 100), new FakeOutput());
            sink.flush(Commit.NONE);
            checkpoint.commit();
            cut.cutPower(new Random(seed));
            assertThat(new String(cut.read(FILE), StandardCharsets.UTF_8).lines()).as("seed " + seed).hasSize(100);
        }
        assertThat(alarms).isEmpty();
    }

    @Test
    @DisplayName("CEF/LEEF/KV: critical is compared with the text \"True\", so the severity is always 3")
    void cefLeefKvSeverityStringCompare() {
        assertThat(StrictLines.cef(line(SinkFormat.CEF, "{\"critical\":true}")).header().get(5)).isEqualTo("9");
        assertThat(StrictLines.cef(line(SinkFormat.CEF, "{\"critical\":\"True\"}")).header().get(5)).isEqualTo("9");
        assertThat(StrictLines.cef(line(SinkFormat.CEF, "{\"critical\":false}")).header().get(5)).isEqualTo("3");
        for (SinkFormat leef : List.of(SinkFormat.LEEF, SinkFormat.LEEF1)) {
            assertThat(StrictLines.leef(line(leef, "{\"critical\":true}")).attributes()).containsEntry("sev", "9");
            assertThat(StrictLines.leef(line(leef, "{\"critical\":false}")).attributes()).containsEntry("sev", "3");
        }
        assertThat(line(SinkFormat.KV, "{\"critical\":true}")).contains("critical=\"true\"");
        SyslogMessage message = new SyslogMessage(
                new SyslogStyle(5424, SyslogSinkConfig.Facility.LOCAL0, SinkFormat.CEF, 8192), "n1", new LongAdder());
        assertThat(StrictLines.utf8(message.of(Events.event(1, "{\"critical\":true}")))).startsWith("<130>1 ");
        assertThat(StrictLines.utf8(message.of(Events.event(1, "{\"critical\":false}")))).startsWith("<133>1 ");
    }

    @Test
    @DisplayName("CEF/LEEF/KV: no escaping of newline, equals sign and quotes; unparseable or forged records")
    void cefLeefKvEscaping() {
        String hostile = "a=b \"q\" \\ | c\nCEF:0|forged|forged|1|1|forged|10|\r\tend";
        String json = Json.mapper().writeValueAsString(Json.object().put("message", hostile));
        for (SinkFormat format : List.of(SinkFormat.CEF, SinkFormat.LEEF, SinkFormat.LEEF1, SinkFormat.KV,
                SinkFormat.JSON)) {
            assertThat(line(format, json)).as(format + ": one record is one line").doesNotContain("\n", "\r");
        }
        assertThat(StrictLines.cef(line(SinkFormat.CEF, json)).attributes()).containsEntry("msg", hostile);
        assertThat(StrictLines.keyValue(line(SinkFormat.KV, json))).containsEntry("message", hostile);
        assertThat(Json.read(line(SinkFormat.JSON, json)).path("message").asString()).isEqualTo(hostile);
        // LEEF has no escapes: line ends are blanks, and what separates is not in the value.
        assertThat(StrictLines.leef(line(SinkFormat.LEEF, json)).attributes()).containsValue(
                hostile.replace('\n', ' ').replace('\r', ' '));
    }

    @Test
    @DisplayName("v1.10 LEEF: attributes are separated by five spaces, and the time's format is called leefDateFormat")
    void leefDevTimeFormatAndSeparators() {
        for (SinkFormat format : List.of(SinkFormat.LEEF, SinkFormat.LEEF1)) {
            String line = line(format, "{\"message\":\"one  two     three\"}");
            assertThat(line).contains("devTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ").doesNotContain("leefDateFormat");
            assertThat(StrictLines.leef(line).attributes()).containsEntry("devTime", "2026-03-04T05:06:07.000+0000")
                    .containsValue("one  two     three");
        }
        assertThat(line(SinkFormat.LEEF1, "{}")).contains("\tdevTimeFormat=");
    }

    @Test
    @DisplayName("syslog: the prefix of RFC 3164 is in local time, twice a year ambiguous")
    void rfc3164PrefixLocalTime() {
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
            SyslogMessage old = new SyslogMessage(
                    new SyslogStyle(3164, SyslogSinkConfig.Facility.LOCAL0, SinkFormat.CEF, 8192), "n1",
                    new LongAdder());
            assertThat(StrictLines.utf8(old.of(Events.event(1, "{}")))).startsWith("<134>Mar  4 05:06:07 n1 tocsin: ");
            SyslogMessage message = new SyslogMessage(
                    new SyslogStyle(5424, SyslogSinkConfig.Facility.LOCAL0, SinkFormat.CEF, 8192), "n1",
                    new LongAdder());
            assertThat(StrictLines.utf8(message.of(Events.event(1, "{}"))))
                    .startsWith("<134>1 2026-03-04T05:06:07.000000Z n1 tocsin ");
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @Test
    @DisplayName("--ha in Redis: events are keyed by time, name and message, so that distinct events collapse")
    void haRedisEventKeyCollapsesDistinctEvents() throws IOException {
        String same = "{\"event\":{\"action\":\"login\"},\"message\":\"failed\"}";
        List<Event> distinct = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
            Event event = Events.event(n, same);
            distinct.add(event);
        }
        assertThat(distinct).extracting(Event::time).containsOnly(Events.TIME);
        FileSink sink = sink();
        sink.handle(0, distinct, new FakeOutput());
        sink.flush(Commit.NONE);
        List<String> ids = new String(disk.read(FILE), StandardCharsets.UTF_8).lines()
                .map(l -> Json.read(l).at("/tocsin/id").asString()).toList();
        assertThat(ids).isEqualTo(distinct.stream().map(Event::id).map(EventId::toString).toList())
                .doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("Splunk app: writes the API key and the secret it is given into its log")
    void splunkAppLogsSecrets() throws Exception {
        Secret secret = new Secret("s3cr3t-t0ken");
        String away;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            away = "http://127.0.0.1:" + free.getLocalPort();
        }
        SplunkHecSinkConfig splunk = new SplunkHecSinkConfig(SinkStream.ALERTS, away, secret, true, null, "tocsin",
                SinkFormat.JSON, true, ByteSize.parse("1MiB"), 1, Duration.ofSeconds(1), Duration.ofSeconds(1), null,
                false);
        WebhookSinkConfig webhook = new WebhookSinkConfig(SinkStream.ALERTS, away + "/s3cr3t-t0ken?k=s3cr3t-t0ken",
                secret, Map.of("Authorization", secret), 1, ByteSize.parse("1MiB"), Duration.ofSeconds(1), null, false);
        OpenSearchSinkConfig search = new OpenSearchSinkConfig(SinkStream.ALERTS, away, "ann", secret, null, "", false,
                ByteSize.parse("1MiB"), Duration.ofSeconds(1), null, false);
        assertThat(splunk.toString() + search).contains("***").doesNotContain("s3cr3t");
        try (SplunkHecSink one = new SplunkHecSink(splunk, "n1", new SinkCounts());
                WebhookSink two = new WebhookSink(webhook, new SinkCounts(), alarms::add);
                OpenSearchSink three = new OpenSearchSink(search, new SinkCounts())) {
            assertThatThrownBy(() -> one.handle(0, events(0, 1), new FakeOutput())).hasMessageContaining("127.0.0.1")
                    .hasMessageNotContaining("s3cr3t");
            assertThatThrownBy(() -> two.handle(0, events(0, 1), new FakeOutput())).hasMessageContaining("127.0.0.1")
                    .hasMessageNotContaining("s3cr3t");
            assertThatThrownBy(() -> three.handle(0, events(0, 1), new FakeOutput())).hasMessageContaining("127.0.0.1")
                    .hasMessageNotContaining("s3cr3t");
        }
    }
}

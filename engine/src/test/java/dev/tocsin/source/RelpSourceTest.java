package dev.tocsin.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.source.RelpClient.Answer;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RelpSourceTest {
    private static final Answer SERVER_CLOSE = new Answer(0, "serverclose", "");

    private final FakeAppender log = new FakeAppender();
    private final Collector collector = new Collector("main", "n1", 3, log, InstantSource.system());
    private RelpSource source = source(config(10_000, "64MiB"));

    static RelpSourceConfig config(int window, String inFlight) {
        return new RelpSourceConfig(new Endpoint("127.0.0.1", 0), "acme", "auto", LogSourceHint.NONE, null,
                ByteSize.parse("100KiB"), 100, Duration.ofHours(1), window, ByteSize.parse(inFlight), null, false);
    }

    private RelpSource source(RelpSourceConfig config) {
        return new RelpSource("edge", config, collector);
    }

    @BeforeEach
    void start() {
        source.start();
    }

    @AfterEach
    void close() {
        log.unblock();
        log.release();
        source.close();
    }

    @Test
    void aSessionOpensWithOffersAndClosesAfterAllAnswers() throws IOException {
        try (RelpClient client = new RelpClient(new Socket("127.0.0.1", source.port()))) {
            Answer offers = client.open();
            assertThat(offers.number()).isEqualTo(1);
            assertThat(offers.command()).isEqualTo("rsp");
            assertThat(offers.data().split("\n")).startsWith("200 OK").contains("relp_version=0", "commands=syslog");
            client.send("syslog", "<13>1 2026-01-02T03:04:05Z host app - - - grüße");
            client.send("close", "");
            assertThat(client.answer()).isEqualTo(new Answer(2, "rsp", "200 OK"));
            assertThat(client.answer()).isEqualTo(new Answer(3, "rsp", ""));
            assertThat(client.answer()).isEqualTo(SERVER_CLOSE);
            assertThat(client.isAtEnd()).isTrue();
        }
        assertThat(log.originals()).containsExactly("<13>1 2026-01-02T03:04:05Z host app - - - grüße");
        assertThat(log.events().getFirst().key()).isEqualTo("edge/127.0.0.1");
        assertThat(log.bodies().getFirst().at("/tocsin/transport").asString()).isEqualTo("relp");
    }

    @Test
    void nothingIsAcknowledgedBeforeItIsDurableAndThenInOrder() throws IOException {
        log.hold();
        try (RelpClient client = RelpClient.open(source.port())) {
            for (int i = 0; i < 500; i++) {
                client.send("syslog", "message " + i);
            }
            await().until(() -> log.size() == 500);
            assertThat(client.hasAnswer()).isFalse();
            assertThat(source.status().durable()).isZero();
            log.release();
            for (int i = 0; i < 500; i++) {
                assertThat(client.answer()).isEqualTo(new Answer(i + 2, "rsp", "200 OK"));
            }
        }
        assertThat(log.originals()).isEqualTo(IntStream.range(0, 500).mapToObj(i -> "message " + i).toList());
        assertThat(source.status().durable()).isEqualTo(500);
    }

    @Test
    void whatWasNotAcknowledgedComesAgainUnderTheSameNameAndWhatWasIsAnother() throws IOException {
        log.hold();
        try (RelpClient client = RelpClient.open(source.port())) {
            client.send("syslog", "same");
            client.send("syslog", "same");
            await().until(() -> log.size() == 2);
        }
        var first = log.events().stream().map(e -> e.id()).toList();
        assertThat(first).doesNotHaveDuplicates();
        try (RelpClient again = RelpClient.open(source.port())) {
            again.send("syslog", "same");
            again.send("syslog", "same");
            await().until(() -> log.size() == 4);
            assertThat(log.events().stream().map(e -> e.id()).skip(2).toList()).isEqualTo(first);
            log.release();
            again.answer();
            again.answer();
            again.send("syslog", "same");
            again.answer();
            assertThat(first).doesNotContain(log.events().getLast().id());
        }
    }

    @Test
    void theWindowBoundsWhatIsUnderWay() throws Exception {
        source.close();
        source = source(config(50, "64MiB"));
        source.start();
        log.hold();
        try (RelpClient client = RelpClient.open(source.port())) {
            for (int i = 0; i < 200; i++) {
                client.send("syslog", "message " + i);
            }
            await().until(() -> log.size() > 0);
            await().during(Duration.ofMillis(200)).until(() -> log.size() <= 50);
            log.release();
            for (int i = 0; i < 200; i++) {
                assertThat(client.answer().number()).isEqualTo(i + 2);
            }
        }
        assertThat(log.originals()).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void aMessageThatIsTooLongIsKeptInPartAndAcknowledged() throws IOException {
        try (RelpClient client = RelpClient.open(source.port())) {
            client.send("syslog", "x".repeat(300_000));
            client.send("syslog", "next");
            assertThat(client.answer().data()).isEqualTo("200 OK");
            assertThat(client.answer().data()).isEqualTo("200 OK");
        }
        assertThat(log.originals()).containsExactly("next");
        assertThat(log.causes().getFirst()).contains("300000 bytes", "message_max");
        assertThat(log.deadOriginals().getFirst()).hasSize(64 * 1024);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x syslog 1 a\n", "2syslog 1 a\n", "1234567890 syslog 1 a\n", "2  1 a\n",
            "2 sys-log 1 a\n", "2 syslog x a\n", "2 syslog 9999999999 a\n", "2 syslog \n", "\n",
            "2 syslog 5\nabcde\n"})
    void afterBytesThatAreNoFrameTheSenderIsToldAndTheConnectionEnds(String broken) throws IOException {
        try (RelpClient client = RelpClient.open(source.port())) {
            client.raw(broken);
            Answer answer = client.answer();
            assertThat(answer.command()).isEqualTo("rsp");
            assertThat(answer.data()).startsWith("500 ");
            assertThat(client.answer()).isEqualTo(SERVER_CLOSE);
            assertThat(client.isAtEnd()).isTrue();
        }
        assertThat(log.size()).isZero();
        assertThat(source.status().error()).contains("1 turned away");
    }

    @Test
    void aMessageInABrokenFrameIsKeptAsADeadLetter() throws IOException {
        try (RelpClient client = RelpClient.open(source.port())) {
            client.raw("2 syslog 4 good\n3 syslog 4 worse\n");
            assertThat(client.answer()).isEqualTo(new Answer(2, "rsp", "200 OK"));
            Answer answer = client.answer();
            assertThat(answer.number()).isEqualTo(3);
            assertThat(answer.data()).startsWith("500 no LF");
            assertThat(client.answer()).isEqualTo(SERVER_CLOSE);
        }
        assertThat(log.originals()).containsExactly("good");
        assertThat(log.deadOriginals()).containsExactly("wors");
    }

    @Test
    void aMessageThatDidNotComeToItsEndIsNeitherAcknowledgedNorKept() throws IOException {
        try (RelpClient client = RelpClient.open(source.port())) {
            client.send("syslog", "whole");
            client.answer();
            client.raw("3 syslog 100 half");
        }
        source.close();
        assertThat(log.originals()).containsExactly("whole");
        assertThat(log.dead()).isEmpty();
    }

    @Test
    void whatComesBeforeOpenOrWithoutOurCommandIsRefused() throws IOException {
        for (String first : List.of("1 syslog 1 a\n", "1 open 14 relp_version=0\n",
                "1 open 15 commands=syslog\n", "1 open 32 relp_version=0\ncommands=eventlog\n")) {
            try (RelpClient client = new RelpClient(new Socket("127.0.0.1", source.port()))) {
                client.raw(first);
                assertThat(client.answer().data()).as(first).startsWith("500 ");
                assertThat(client.answer()).isEqualTo(SERVER_CLOSE);
                assertThat(client.isAtEnd()).isTrue();
            }
        }
        assertThat(log.size()).isZero();
    }

    @Test
    void anUnknownCommandIsRefusedAndTheSessionGoesOn() throws IOException {
        try (RelpClient client = RelpClient.open(source.port())) {
            client.send("starttls", "");
            assertThat(client.answer().data()).startsWith("500 the command starttls");
            client.send("syslog", "a");
            assertThat(client.answer().data()).isEqualTo("200 OK");
        }
    }

    @Test
    void closingAsksTheSenderToCloseAfterTheAnswers() throws IOException {
        log.hold();
        try (RelpClient client = RelpClient.open(source.port())) {
            client.send("syslog", "last words");
            await().until(() -> log.size() == 1);
            Thread closer = Thread.ofVirtual().start(source::close);
            log.release();
            assertThat(client.answer()).isEqualTo(new Answer(2, "rsp", "200 OK"));
            assertThat(client.answer()).isEqualTo(SERVER_CLOSE);
            client.close();
            await().until(() -> !closer.isAlive());
        }
        assertThat(source.status().state()).isEqualTo("stopped");
    }

    @Test
    void aFrameMayComeByteByByte() throws IOException {
        try (RelpClient client = RelpClient.open(source.port())) {
            for (char c : "2 syslog 11 in small\n12\n3 syslog 0\n".toCharArray()) {
                client.raw(String.valueOf(c));
            }
            assertThat(client.answer().number()).isEqualTo(2);
            assertThat(client.answer().number()).isEqualTo(3);
        }
        assertThat(log.originals()).containsExactly("in small\n12", "");
    }
}

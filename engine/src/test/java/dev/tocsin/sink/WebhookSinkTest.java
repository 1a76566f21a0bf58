package dev.tocsin.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Problem;
import dev.tocsin.config.Secret;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import dev.tocsin.log.Unavailable;
import dev.tocsin.sink.FakeHttp.Asked;
import dev.tocsin.sink.FakeHttp.Fault;
import dev.tocsin.sink.FakeHttp.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WebhookSinkTest {
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    private final SinkCounts counts = new SinkCounts();
    private final List<Problem> alarms = new ArrayList<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private FakeHttp receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = new FakeHttp(0, null, this::take);
    }

    @AfterEach
    void stop() {
        receiver.close();
        assertThat(receiver.troubles).isEmpty();
    }

    private synchronized Reply take(Asked asked) {
        if (asked.text().contains("BAD")) {
            return Reply.of(422, "cannot read message");
        }
        Json.read(asked.body()).forEach(e -> taken.add(e.at("/tocsin/id").asString()));
        return Reply.of(204, "");
    }

    private static WebhookSinkConfig config(String url, @Nullable Secret secret, int batch, String batchMax) {
        return new WebhookSinkConfig(SinkStream.ALERTS, url, secret, Map.of("Authorization", new Secret("Bearer x")),
                batch, ByteSize.parse(batchMax), Duration.ofSeconds(2), null, false);
    }

    private WebhookSink sink(int batch, String batchMax) {
        WebhookSink sink = new WebhookSink(config("http://127.0.0.1:" + receiver.port() + "/hook?to=soc",
                new Secret("key"), batch, batchMax), counts, alarms::add,
                new Backoff(InstantSource.system(), new Random(1), Duration.ofMillis(2)), InstantSource.fixed(NOW));
        sink.assigned(0, new FakeState());
        return sink;
    }

    private static List<Event> events(int from, int to) {
        List<Event> events = new ArrayList<>();
        for (int n = from; n < to; n++) {
            events.add(Events.event(n, "{\"message\":\"m" + n + (n % 100 == 50 ? " BAD" : "") + "\"}"));
        }
        return events;
    }

    private static List<String> ids(int from, int to) {
        return events(from, to).stream().map(e -> e.id().toString()).toList();
    }

    private static FakeOutput write(WebhookSink sink, int from, int to) throws IOException {
        FakeOutput out = new FakeOutput();
        sink.handle(0, events(from, to), out);
        sink.flush(Commit.NONE);
        return out;
    }

    @Test
    void aRequestIsSignedAndNamedByItsIds() throws Exception {
        write(sink(3, "1MiB"), 0, 7);
        assertThat(taken).isEqualTo(ids(0, 7));
        assertThat(receiver.asked).hasSize(3);
        Asked first = receiver.asked.getFirst();
        assertThat(first.path() + "?" + first.query()).isEqualTo("/hook?to=soc");
        assertThat(first.header("Authorization")).isEqualTo("Bearer x");
        assertThat(first.header("X-Tocsin-Timestamp")).isEqualTo("1772600767");
        // As the manual tells receivers to check it.
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec("key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] signed = ("1772600767." + first.text()).getBytes(StandardCharsets.UTF_8);
        assertThat(first.header("X-Tocsin-Signature"))
                .isEqualTo("sha256=" + java.util.HexFormat.of().formatHex(mac.doFinal(signed)));
        assertThat(receiver.asked).extracting(a -> a.header("Idempotency-Key")).doesNotHaveDuplicates()
                .allMatch(k -> k.matches("[0-9a-f]{32}"));
        write(sink(3, "1MiB"), 0, 7);
        assertThat(receiver.asked.get(3).header("Idempotency-Key")).as("another process, the same batch")
                .isEqualTo(first.header("Idempotency-Key"));
        assertThat(counts.delivered()).isEqualTo(14);
    }

    @Test
    void anAnswerThatIsLostMakesItComeAgainUnderTheSameKey() throws IOException {
        WebhookSink sink = sink(10, "1MiB");
        receiver.next.add(new Fault(Reply.of(0, ""), true));
        assertThatThrownBy(() -> write(sink, 0, 10)).isInstanceOf(IOException.class);
        assertThat(counts.unknown()).isEqualTo(10);
        sink.assigned(0, new FakeState());
        write(sink, 0, 10);
        assertThat(receiver.asked.get(0).header("Idempotency-Key"))
                .isEqualTo(receiver.asked.get(1).header("Idempotency-Key"));
        assertThat(counts.delivered()).isEqualTo(10);
        assertThat(counts.redelivered()).isEqualTo(10);
    }

    @Test
    void theEventAtFaultGoesToDeadAndTheOthersArrive() throws IOException {
        FakeOutput out = write(sink(100, "1MiB"), 0, 100);
        assertThat(out.events("dead")).containsExactly(events(50, 51).getFirst());
        assertThat(out.calls()).anyMatch(c -> c.endsWith("it answered 422: cannot read message"));
        assertThat(taken).hasSize(99).doesNotHaveDuplicates();
        assertThat(counts.rejected()).isEqualTo(1);
    }

    @Test
    void whoSaysThatItIsGoneGetsNothingAndAPersonIsToldOnce() throws IOException {
        WebhookSink sink = sink(10, "1MiB");
        for (int i = 0; i < 3; i++) {
            receiver.next.add(new Fault(Reply.of(410, ""), false));
            sink.assigned(0, new FakeState());
            assertThatThrownBy(() -> write(sink, 0, 10)).isInstanceOf(Unavailable.class).hasMessageContaining("held");
        }
        assertThat(alarms).extracting(Problem::code).containsExactly("E404");
        write(sink, 0, 10);
        assertThat(taken).isEqualTo(ids(0, 10));
        assertThat(counts.redelivered()).isZero();
    }

    @Test
    void onlyTwoHundredsCountAsDelivered() {
        WebhookSink sink = sink(10, "1MiB");
        for (int status : new int[]{301, 302, 304, 401, 403, 404, 429, 500, 502, 503}) {
            receiver.next.add(new Fault(Reply.of(status, ""), false));
            assertThatThrownBy(() -> write(sink, 0, 10)).hasMessageContaining("it answered " + status);
        }
        assertThat(counts.delivered()).isZero();
        assertThat(counts.rejected()).isZero();
    }

    @Test
    void aReceiverIsLeftAloneForAsLongAsItAsks() {
        WebhookSink sink = sink(10, "1MiB");
        receiver.next.add(new Fault(new Reply(429, "", Map.of("Retry-After", "30")), false));
        assertThatThrownBy(() -> write(sink, 0, 10)).hasMessageContaining("it answered 429");
        assertThatThrownBy(() -> write(sink, 0, 10)).hasMessageContaining("it is asked again in 30 s");
        assertThat(receiver.asked).hasSize(1);
    }

    @Test
    void retryAfterIsSecondsFractionsOrADate() {
        record Case(String header, String expected) {
        }
        for (Case each : List.of(new Case("7", "PT7S"), new Case("0.25", "PT0.25S"),
                new Case("Wed, 04 Mar 2026 05:06:17 GMT", "PT10S"), new Case("Wed, 04 Mar 2026 05:06:00 GMT", "PT0S"),
                new Case("999999999", "PT10M"))) {
            HttpAnswer answer = new HttpAnswer(429, java.net.http.HttpHeaders.of(
                    Map.of("Retry-After", List.of(each.header)), (_, _) -> true), new byte[0]);
            assertThat(answer.retryAfter(NOW)).as(each.header).hasValue(Duration.parse(each.expected));
        }
        HttpAnswer none = new HttpAnswer(429, java.net.http.HttpHeaders.of(
                Map.of("Retry-After", List.of("soon")), (_, _) -> true), new byte[0]);
        assertThat(none.retryAfter(NOW)).isEmpty();
    }

    @Test
    void theWaitIsARandomPartOfATimeThatDoublesUpToAMinute() {
        List<Long> waits = new ArrayList<>();
        HttpTarget target = new HttpTarget(java.net.URI.create("http://x"), null, Duration.ofSeconds(1), Map.of());
        Backoff backoff = new Backoff(InstantSource.fixed(NOW), new Random(3), Duration.ofSeconds(4));
        for (int i = 0; i < 40; i++) {
            backoff.failed(target, new IOException("away"));
            try {
                backoff.await();
            } catch (IOException e) {
                waits.add(Long.parseLong(String.valueOf(e.getMessage()).replaceAll(".* in (\\d+) s", "$1")));
            }
        }
        assertThat(waits).hasSizeGreaterThan(30).allMatch(w -> w <= 60).anyMatch(w -> w > 45).anyMatch(w -> w < 15);
    }

    @Test
    void requestsAreNoLargerThanTold() throws IOException {
        write(sink(10_000, "2KiB"), 0, 50);
        assertThat(receiver.asked).hasSizeGreaterThan(2).allMatch(a -> a.body().length <= 2049);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nothingIsLostWhateverTheReceiverDoes(long seed) {
        Random random = new Random(seed);
        WebhookSink sink = sink(7, "1MiB");
        for (int next = 0; next < 450; next += 50) {
            for (int i = random.nextInt(6); i > 0; i--) {
                int[] statuses = {0, 500, 503, 429, 404};
                receiver.next.add(new Fault(new Reply(statuses[random.nextInt(5)], "", Map.of("Retry-After", "0.01")),
                        random.nextBoolean()));
            }
            int from = next;
            await().pollInterval(Duration.ofMillis(5)).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
                sink.assigned(0, new FakeState());
                write(sink, from, from + 50);
                return true;
            });
        }
        assertThat(new HashSet<>(taken)).hasSize(446);
        assertThat(counts.delivered()).isEqualTo(446);
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> config("ftp://x/y", null, 1, "1MiB")).hasMessageContaining("https://host:port");
        assertThatThrownBy(() -> config("https://x/y", new Secret(""), 1, "1MiB")).hasMessageContaining("secret");
        assertThatThrownBy(() -> config("https://x/y", null, 0, "1MiB")).hasMessageContaining("batch");
        assertThatThrownBy(() -> config("https://x/y", null, 1, "1")).hasMessageContaining("batch_max");
        assertThatThrownBy(() -> new WebhookSinkConfig(SinkStream.ALERTS, "https://x", null,
                Map.of("Content-Length", new Secret("1")), 1, ByteSize.parse("1MiB"), Duration.ofSeconds(1), null,
                false))
                .hasMessageContaining("Content-Length");
    }
}

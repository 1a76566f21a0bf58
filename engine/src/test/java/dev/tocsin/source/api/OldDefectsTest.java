package dev.tocsin.source.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tocsin.event.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What the connectors before this one did wrong when reading, one test for each. */
@Timeout(300)
class OldDefectsTest {
    private static final Instant NOON = TableApi.NOON;

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "e" + i).toList();
    }

    private static TableApi tableOf(int events) {
        TableApi api = new TableApi();
        IntStream.range(0, events).forEach(i -> api.add("e" + i, NOON.minusSeconds(600).plusMillis(i * 100L)));
        return api;
    }

    private static List<String> taken(Taken taken) {
        return taken.events.stream().map(ApiEvent::id).toList();
    }

    @Test
    void theCheckpointWasSetBehindTheLastEventSoThatEqualAndLateOnesWereLost() throws Exception {
        TableApi api = tableOf(20);
        Instant last = NOON.minusSeconds(5);
        api.add("last", last);
        Taken taken = new Taken();
        api.read(TableApi.INLINE, taken);
        api.add("equal", last);
        api.add("late", last.minusSeconds(40));
        api.clock.advance(Duration.ofSeconds(5));
        api.read(TableApi.INLINE, taken);
        api.add("very-late", last.minusSeconds(400));
        api.clock.advance(Duration.ofSeconds(60));
        api.read(TableApi.INLINE, taken);
        assertThat(taken(taken)).endsWith("last", "late", "equal", "very-late").doesNotHaveDuplicates().hasSize(24);
        assertThat(api.counts.lateBy()).containsExactly(0, 1, 0, 1, 0, 1, 0, 0, 0, 0);
    }

    @Test
    void anEventInsertedWhilePagesWereReadShiftedTheOthersSoThatOneWasLostAndOneDoubled() throws Exception {
        TableApi api = tableOf(200);
        AtomicInteger once = new AtomicInteger();
        // Pages 1 to 10 are asked for at one time: those that are answered after page 5 are shifted by one.
        api.hook((ask, answer) -> {
            if (TableApi.page(ask) == 5 && once.getAndIncrement() == 0) {
                api.add("inserted", NOON.minusSeconds(600).plusMillis(50));
                api.remove("e3");
            }
            return answer;
        });
        Taken taken = new Taken();
        api.read(TableApi.INLINE, taken);
        assertThat(taken(taken)).containsAll(ids(0, 200)).contains("inserted").doesNotHaveDuplicates().hasSize(201);
    }

    @Test
    void eventsThatWereTakenAwayShiftedTheOthersSoThatSomeWereLost() throws Exception {
        TableApi api = tableOf(200);
        AtomicInteger once = new AtomicInteger();
        api.hook((ask, answer) -> {
            if (TableApi.page(ask) == 4 && once.getAndIncrement() == 0) {
                ids(0, 5).forEach(api::remove);
            }
            return answer;
        });
        Taken taken = new Taken();
        api.read(TableApi.INLINE, taken);
        assertThat(taken(taken)).containsAll(ids(5, 200)).doesNotHaveDuplicates();
        assertThat(api.counts.windowsReread.sum()).isPositive();
    }

    @Test
    void aPageThatFailedThreeTimesWasLeftOutOrWaitedForForEver() throws Exception {
        TableApi api = tableOf(100);
        AtomicInteger failures = new AtomicInteger();
        List<String> seen = new ArrayList<>();
        ApiPoller poller = api.poller(TableApi.INLINE);
        api.hook((ask, answer) -> {
            if (TableApi.page(ask) == 4 && failures.getAndIncrement() < 40) {
                seen.add(poller.status().reason());
                return new Transport.Answer(500, answer.headers(), new byte[0]);
            }
            return answer;
        });
        Taken taken = new Taken();
        try (poller) {
            poller.run("", taken, true);
            assertThat(poller.status().reason()).isEmpty();
        }
        assertThat(taken(taken)).isEqualTo(ids(0, 100));
        assertThat(seen.getLast()).contains("/events, page 4: status 500").contains("asking again");
        assertThat(api.counts.retries.sum()).isEqualTo(40);
    }

    @Test
    void allThreadsLoggedInTogetherWhenTheTokenDied() throws Exception {
        SimulatedApi api = SimulatedApi.of(3, "rate", "5", "per_page_max", "20", "token_uses", "40");
        Taken taken = new Taken();
        try (ApiPoller poller = api.poller(SimulatedApi.config("halo", "sweep: {window: 0}\n"))) {
            poller.run("", taken, true);
        }
        long logins = api.asked.stream().filter(a -> a.uri().getPath().equals("/oauth/access_token")).count();
        long pages = api.asked.size() - logins;
        assertThat(taken.repeats()).isEmpty();
        assertThat(taken.events).hasSizeGreaterThan(2900);
        assertThat(logins).isEqualTo(api.counts.tokenRefreshes.sum()).isLessThanOrEqualTo(pages / 40 + 2);
    }

    @Test
    void theOutputQueueHadNoBound() throws Exception {
        TableApi api = tableOf(3000);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch delivering = new CountDownLatch(1);
        AtomicInteger page = new AtomicInteger();
        api.hook((ask, answer) -> {
            page.accumulateAndGet(TableApi.page(ask), Math::max);
            return answer;
        });
        Delivery slow = new Delivery() {
            @Override
            public void deliver(List<ApiEvent> events, String cursor) throws InterruptedException {
                assertThat(events).hasSizeLessThanOrEqualTo(1000);
                delivering.countDown();
                assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
            }

            @Override
            public boolean isOver() {
                return false;
            }
        };
        ApiPoller poller = api.poller(TableApi.INLINE.replace("per_page: 10", "per_page: 100"));
        Thread running = Thread.ofVirtual().start(() -> {
            try {
                poller.run("", slow, true);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertThat(delivering.await(30, TimeUnit.SECONDS)).isTrue();
        // A thousand events are being delivered, and ten pages behind them are there: nothing more is asked for.
        assertThat(running.join(Duration.ofMillis(300))).isFalse();
        assertThat(page.get()).isBetween(10, 10 + 10);
        held.countDown();
        running.join();
        poller.close();
    }

    @Test
    void theCheckpointWasWrittenBeforeTheOutputSoThatACrashLostABatch() throws Exception {
        TableApi api = tableOf(2500);
        Taken taken = new Taken().crashing(0.3, 5);
        int runs = 0;
        for (boolean done = false; !done; runs++) {
            try {
                api.read(TableApi.INLINE, taken);
                done = true;
            } catch (Taken.Crash e) {
                done = false;
            }
        }
        assertThat(runs).isGreaterThan(1);
        assertThat(taken(taken)).isEqualTo(ids(0, 2500));
    }

    @Test
    void theFirstEventOfARunWasDroppedAndTheLastOfABatchDoubled() throws Exception {
        TableApi api = tableOf(30);
        Taken taken = new Taken();
        for (int i = 0; i < 5; i++) {
            api.read(TableApi.INLINE, taken);
            api.add("n" + i, api.clock.now());
            api.clock.advance(Duration.ofSeconds(20));
        }
        api.read(TableApi.INLINE, taken);
        List<String> all = new ArrayList<>(ids(0, 30));
        all.addAll(List.of("n0", "n1", "n2", "n3", "n4"));
        assertThat(taken(taken)).isEqualTo(all);
    }

    @Test
    void aBurstOfOneInstantAboveThePageCapWasReadForEver() throws Exception {
        SimulatedApi api = new SimulatedApi(4, Duration.ofSeconds(150), Duration.ZERO, "rate", "2", "burst_every",
                "60s",
                "burst_size", "1200", "per_page_max", "100", "pages_max", "10");
        Taken taken = new Taken();
        try (ApiPoller poller = api.poller(SimulatedApi.config("halo", ""))) {
            poller.run("", taken, true);
        }
        var old = api.ledger();
        old.values().removeIf(t -> t.created().isAfter(SimulatedApi.START.minusSeconds(2)));
        assertThat(old).hasSizeGreaterThan(2400);
        assertThat(taken.times.keySet()).containsAll(old.keySet());
        assertThat(taken.repeats()).isEmpty();
        assertThat(api.counts.windowSplits.sum()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aBurstThatNoFilterSplitsIsHeldAndToldRatherThanSkipped() throws Exception {
        SimulatedApi api = new SimulatedApi(4, Duration.ofSeconds(90), Duration.ZERO, "rate", "2", "burst_every", "60s",
                "burst_size", "600", "per_page_max", "100", "pages_max", "5");
        Instant end = SimulatedApi.START.plusSeconds(300);
        Taken taken = new Taken().until(() -> api.clock.now().isAfter(end));
        List<ApiStatus> stati = new ArrayList<>();
        try (ApiPoller poller = api.poller(SimulatedApi.config("example-offset", ""))) {
            Delivery looking = new Delivery() {
                @Override
                public void deliver(List<ApiEvent> events, String cursor) {
                    taken.deliver(events, cursor);
                }

                @Override
                public boolean isOver() {
                    stati.add(poller.status());
                    return taken.isOver();
                }
            };
            poller.run("", looking, false);
            assertThat(stati).anySatisfy(s -> {
                assertThat(s.state()).isEqualTo(ApiStatus.State.DEGRADED);
                assertThat(s.reason()).contains("than the API shows").contains("split filter");
            });
            assertThat(Instant.parse(Json.read(taken.cursor).path("watermark").asString()))
                    .isBeforeOrEqualTo(Instant.parse("2026-03-01T11:59:30Z"));
            // The vendor shows more: reading goes on from there.
            api.turn("{\"pages_max\": 0, \"rate\": 0, \"burst_every\": \"0\"}");
            taken.until(() -> false);
            api.clock.advance(Duration.ofSeconds(5));
            poller.run(taken.cursor, taken, true);
        }
        assertThat(taken.times.keySet()).isEqualTo(api.ledger().keySet());
        assertThat(taken.repeats()).isEmpty();
    }

    @Test
    void theIdsOfTheLastBatchWereForgottenSoThatBurstsWereDoubledOrStuck() throws Exception {
        TableApi api = new TableApi();
        Instant instant = NOON.minusSeconds(300);
        IntStream.range(0, 900).forEach(i -> api.add("e" + i, instant));
        Taken taken = new Taken();
        for (int i = 0; i < 5; i++) {
            api.read(TableApi.INLINE, taken);
            api.clock.advance(Duration.ofSeconds(7));
        }
        assertThat(taken(taken)).containsExactlyInAnyOrderElementsOf(ids(0, 900));
    }

    @Test
    void eventsOfTheSameTimeNameAndMessageWereTakenForOne() throws Exception {
        TableApi api = new TableApi();
        Instant time = NOON.minusSeconds(30);
        for (String id : List.of("one", "two")) {
            api.add(time, Json.object().put("id", id).put("created_at", time.toString()).put("name", "Login")
                    .put("message", "same"));
        }
        Taken taken = new Taken();
        api.read(TableApi.INLINE, taken);
        assertThat(taken(taken)).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void eventsWithoutAnIdAreCountedByTheirContent() throws Exception {
        TableApi api = new TableApi();
        Instant time = NOON.minusSeconds(30);
        for (int i = 0; i < 3; i++) {
            api.add(time, Json.object().put("created_at", time.toString()).put("message", "same"));
        }
        String yaml = TableApi.INLINE.replace("  id: id\n", "");
        Taken taken = new Taken();
        api.read(yaml, taken);
        api.add(time, Json.object().put("message", "same").put("created_at", time.toString()));
        api.clock.advance(Duration.ofSeconds(5));
        api.read(yaml, taken);
        assertThat(taken(taken)).hasSize(4).doesNotHaveDuplicates()
                .allMatch(id -> id.matches("sha256:[0-9a-f]{64}/[1-4]"));
    }

    @Test
    void timesWithoutAFractionCouldNotBeRead() throws Exception {
        TableApi api = new TableApi();
        Instant time = NOON.minusSeconds(60);
        List<String> forms = List.of("2026-03-01T11:59:00Z", "2026-03-01T11:59:00.001Z", "2026-03-01T11:59:00.002003Z",
                "2026-03-01T11:59:00.003004005Z", "2026-03-01T12:59:00.004+01:00", "2026-03-01 11:59:00.005");
        for (int i = 0; i < forms.size(); i++) {
            api.add(time.plusMillis(i), Json.object().put("id", "e" + i).put("created_at", forms.get(i)));
        }
        Taken taken = new Taken();
        api.read(TableApi.INLINE, taken);
        assertThat(taken(taken)).isEqualTo(ids(0, 6));
        assertThat(taken.instants()).isSorted().startsWith(time).endsWith(time.plusMillis(5));
        assertThat(api.counts.eventsUntimed.sum()).isZero();
    }

    @Test
    void aRunReadFiveHundredEventsAndFailedAtItsThirdTryEvenWhenThatSucceeded() throws Exception {
        TableApi api = tableOf(5000);
        AtomicInteger tries = new AtomicInteger();
        api.hook((_, answer) -> tries.getAndIncrement() % 3 < 2
                ? new Transport.Answer(503, answer.headers(), new byte[0])
                : answer);
        Taken taken = new Taken();
        api.read(TableApi.INLINE, taken);
        assertThat(taken(taken)).isEqualTo(ids(0, 5000));
    }

    @Test
    void theKeyAndItsSecretWereLogged() throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger("dev.tocsin.source.api");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        Level before = log.getLevel();
        log.setLevel(Level.TRACE);
        List<String> reasons = new ArrayList<>();
        try {
            TableApi api = tableOf(10);
            String yaml = TableApi.INLINE
                    + "auth: {type: api_key, key: open sesame/42, in: query, name: api_key}\n";
            ApiPoller poller = api.poller(yaml);
            AtomicInteger asked = new AtomicInteger();
            // A vendor that repeats everything it was told, as some do.
            api.hook((ask, answer) -> asked.getAndIncrement() < 9
                    ? new Transport.Answer(500, answer.headers(), (ask.uri() + " open sesame/42").getBytes())
                    : answer);
            Taken taken = new Taken().until(() -> {
                reasons.add(poller.status().reason());
                return false;
            });
            try (poller) {
                poller.run("", taken, true);
            }
            assertThat(taken.events).hasSize(10);
            assertThat(TableApi.parameters(api.asked.getFirst())).containsEntry("api_key", "open sesame/42");
        } finally {
            log.detachAppender(lines);
            log.setLevel(before);
        }
        List<String> said = new ArrayList<>(lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
        said.addAll(reasons);
        assertThat(said).anySatisfy(line -> assertThat(line).contains("status 500").contains("***"));
        assertThat(said).noneMatch(line -> line.contains("sesame"));
        assertThat(new AuthConfig.ApiKey(new dev.tocsin.config.Secret("sesame"), "n", AuthConfig.ApiKey.In.QUERY, "")
                .toString()).doesNotContain("sesame");
    }

    @Test
    void aCursorThatCannotBeReadIsToldRatherThanStartedAnew() {
        TableApi api = tableOf(1);
        Taken taken = new Taken();
        for (String cursor : List.of("nonsense", "{}", "{\"version\": 9}", "[]")) {
            taken.cursor = cursor;
            assertThatThrownBy(() -> api.read(TableApi.INLINE, taken)).as(cursor).isInstanceOf(ApiException.class)
                    .hasMessageContaining("cursor");
        }
        assertThat(taken.events).isEmpty();
    }
}

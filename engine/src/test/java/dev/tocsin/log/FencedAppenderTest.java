package dev.tocsin.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One source, several processes that could read it, and the log that lets one of them write. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FencedAppenderTest {
    private static final Duration LEASE = Duration.ofSeconds(5);

    private final String prefix = SharedBroker.newPrefix();
    private final AtomicLong clock = new AtomicLong(1);
    private final AtomicBoolean full = new AtomicBoolean();
    private final List<FencedAppender> opened = new ArrayList<>();
    private DurableLog log;

    @BeforeEach
    void open() {
        log = SharedBroker.open(prefix, List.of());
    }

    @AfterEach
    void close() {
        opened.forEach(FencedAppender::close);
        log.close();
    }

    private FencedAppender contender(String member) {
        FencedAppender contender = new FencedAppender("halo", SharedBroker.clients(),
                new Topics(prefix, log.partitions()), member, LEASE, full::get, clock::get);
        opened.add(contender);
        return contender;
    }

    private static FencedTerm lead(FencedAppender contender) {
        AtomicReference<Optional<FencedTerm>> led = new AtomicReference<>(Optional.empty());
        await().until(() -> {
            led.set(contender.tryLead());
            return led.get().isPresent();
        });
        return led.get().orElseThrow();
    }

    private void after(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private List<String> intake() throws IOException {
        return IntakeIds.of(log);
    }

    private void awaitAudit(long in, long out, long dead) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            List<AuditReport.Row> rows = log.audit().rows();
            assertThat(rows).allMatch(r -> r.stage().equals("collect") && r.balanced());
            assertThat(rows.stream().mapToLong(AuditReport.Row::in).sum()).isEqualTo(in);
            assertThat(rows.stream().mapToLong(AuditReport.Row::out).sum()).isEqualTo(out);
            assertThat(rows.stream().mapToLong(AuditReport.Row::dead).sum()).isEqualTo(dead);
        });
        assertThat(log.audit().verdict()).isEqualTo("balanced");
    }

    private static List<String> ids(List<Event> events) {
        return events.stream().map(e -> e.id().toString()).toList();
    }

    @Test
    void eventsAndPlaceAreWrittenTogetherAndTheAuditBalances() throws Exception {
        FencedTerm term = lead(contender("a"));
        assertThat(term.document()).isEmpty();
        List<Event> events = Events.range(0, 500);
        term.append(events.subList(0, 400), List.of(), "{\"n\":400}");
        term.append(events.subList(400, 500), List.of(new Appender.DeadLetter(Events.numbered(777), "too odd")),
                "{\"n\":500}");
        term.close();
        FencedTerm next = lead(contender("b"));
        assertThat(next.epoch()).isGreaterThan(term.epoch());
        assertThat(next.document()).isEqualTo("{\"n\":500}");
        next.append(List.of(Events.numbered(600)), List.of(), "{\"n\":501}");
        assertThat(intake()).hasSize(501).containsAll(ids(events));
        awaitAudit(502, 501, 1);
        assertThat(opened.getLast().status().state()).isEqualTo("running");
        assertThat(opened.getLast().status().out()).isEqualTo(1);
    }

    @Test
    void aStandbyWaitsALeaseOfSilenceByItsOwnClockAndNoLonger() throws Exception {
        FencedTerm term = lead(contender("a"));
        FencedAppender standby = contender("b");
        assertThat(standby.tryLead()).isEmpty();
        assertThat(standby.leader()).isEqualTo("a");
        for (int i = 0; i < 3; i++) {
            after(LEASE.minusSeconds(1));
            term.renew();
            assertThat(standby.tryLead()).isEmpty();
        }
        after(LEASE.minusSeconds(1));
        assertThat(standby.tryLead()).isEmpty();
        after(Duration.ofSeconds(1));
        assertThat(term.isHeld()).isFalse();
        assertThat(lead(standby).epoch()).isEqualTo(term.epoch() + 1);
    }

    @Test
    void aLeaderPausedForThreeLeasesWritesNothingAnyMore() throws Exception {
        FencedTerm stale = lead(contender("a"));
        stale.append(Events.range(0, 10), List.of(), "{\"n\":10}");
        FencedAppender standby = contender("b");
        assertThat(standby.tryLead()).isEmpty();
        after(LEASE.multipliedBy(3));
        FencedTerm term = lead(standby);
        assertThat(term.document()).isEqualTo("{\"n\":10}");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> stale.append(Events.range(10, 20), List.of(), "{\"n\":20}"))
                    .isInstanceOf(FencedException.class);
        }
        assertThatThrownBy(stale::renew).isInstanceOf(FencedException.class);
        stale.close();
        term.append(Events.range(10, 15), List.of(), "{\"n\":15}");
        assertThat(intake()).hasSize(15);
        awaitAudit(15, 15, 0);
    }

    @Test
    void aLeaderPausedInTheMiddleOfATransactionWritesNothingOfIt() throws Exception {
        FencedTerm stale = lead(contender("a"));
        stale.append(Events.range(0, 10), List.of(), "{\"n\":10}");
        FencedAppender standby = contender("b");
        assertThat(standby.tryLead()).isEmpty();
        CountDownLatch inTheMiddle = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        List<Event> slow = new AbstractList<>() {
            private int reads;

            @Override
            public Event get(int index) {
                // The first time through is the check of sizes.
                if (reads++ == 15) {
                    inTheMiddle.countDown();
                    try {
                        goesOn.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                return Events.numbered(10 + index);
            }

            @Override
            public int size() {
                return 10;
            }
        };
        AtomicReference<Throwable> answer = new AtomicReference<>();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                stale.append(slow, List.of(), "{\"n\":20}");
                answer.set(new AssertionError("accepted"));
            } catch (Throwable e) {
                answer.set(e);
            }
        });
        inTheMiddle.await();
        after(LEASE.multipliedBy(3));
        FencedTerm term = lead(standby);
        assertThat(term.document()).isEqualTo("{\"n\":10}");
        goesOn.countDown();
        writer.join();
        assertThat(answer.get()).isInstanceOf(FencedException.class);
        term.append(Events.range(10, 13), List.of(), "{\"n\":13}");
        assertThat(intake()).hasSize(13);
    }

    @Test
    void whoEndsItsTermIsFollowedAtOnce() {
        FencedTerm term = lead(contender("a"));
        FencedAppender standby = contender("b");
        assertThat(standby.tryLead()).isEmpty();
        term.close();
        assertThat(standby.tryLead()).as("without any time going by").isPresent();
    }

    @Test
    void ofTwoThatTryAtOnceOneLeads() throws Exception {
        lead(contender("a"));
        List<FencedAppender> standbys = List.of(contender("b"), contender("c"), contender("d"));
        standbys.forEach(s -> assertThat(s.tryLead()).isEmpty());
        after(LEASE);
        List<FencedTerm> led = new java.util.concurrent.CopyOnWriteArrayList<>();
        List<Thread> threads = standbys.stream().map(s -> Thread.ofVirtual().start(() -> s.tryLead()
                .ifPresent(led::add))).toList();
        for (Thread thread : threads) {
            thread.join();
        }
        int accepted = 0;
        for (FencedTerm term : led) {
            try {
                term.append(List.of(Events.numbered((int) term.epoch())), List.of(), "{}");
                accepted++;
            } catch (FencedException e) {
                assertThat(e).hasMessageContaining("nothing was written");
            }
        }
        assertThat(accepted).isLessThanOrEqualTo(1);
        assertThat(led.stream().map(FencedTerm::epoch)).doesNotHaveDuplicates();
    }

    @Test
    void aFullDiskHoldsEventsBackAndKeepsTheLead() throws Exception {
        FencedTerm term = lead(contender("a"));
        full.set(true);
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                term.append(Events.range(0, 5), List.of(), "{\"n\":5}");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        FencedAppender standby = contender("b");
        assertThat(standby.tryLead()).isEmpty();
        after(LEASE.dividedBy(2));
        await().until(term::isHeld);
        assertThat(intake()).isEmpty();
        full.set(false);
        writer.join();
        assertThat(intake()).hasSize(5);
    }

    @Test
    void anEventThatTheLogCannotTakeIsRefusedAndNothingOfItsBatchIsWritten() throws Exception {
        FencedTerm term = lead(contender("a"));
        Event huge = Events.event(1, "x".repeat(KafkaClients.EVENT_BYTES_MAX + 1));
        assertThatThrownBy(() -> term.append(List.of(Events.numbered(1), huge), List.of(), "{}"))
                .isInstanceOf(IllegalArgumentException.class);
        term.append(List.of(Events.numbered(2)), List.of(), "{\"n\":1}");
        assertThat(intake()).hasSize(1);
    }
}

package dev.tocsin.rollout;

import static dev.tocsin.rollout.FlagDocuments.json;
import static dev.tocsin.rollout.FlagDocuments.openFor;
import static dev.tocsin.rollout.FlagDocuments.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.base.Problem;
import dev.tocsin.log.ChangeLog;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.SharedBroker;
import dev.tocsin.rollout.FlagDesk.Effect;
import dev.tocsin.rollout.FlagDesk.Explanation;
import dev.tocsin.rollout.FlagDesk.Outcome;
import dev.tocsin.rollout.FlagDesk.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Flags of several nodes over one real log. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FlagDeskTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int FLIPS = Integer.getInteger("tocsin.flips", 40);

    private final String prefix = SharedBroker.newPrefix();
    private final List<FlagDesk> desks = new ArrayList<>();
    private DurableLog log;

    @BeforeEach
    void open() {
        log = SharedBroker.open(prefix, List.of());
    }

    @AfterEach
    void close() {
        desks.forEach(FlagDesk::close);
        log.close();
    }

    private FlagDesk desk(@Nullable String engine) {
        FlagDesk desk = new FlagDesk(log.changeLog("control-flags"), engine, "blue", "paris",
                Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC));
        desks.add(desk);
        assertThat(desk.await(SOON)).isTrue();
        return desk;
    }

    private static Passage egress(FlagDesk desk) {
        return desk.gates().egress("acme", "syslog", "r1", "id").passage();
    }

    @Test
    void aChangeIsKeptWithWhoWhenAndWhyAndReadBackAfterARestart() {
        FlagDesk first = desk("blue");
        assertThat(first.flags().revision()).isZero();
        first.change(new Request(null, openFor("blue"), " go live ", 0L, false), "ann");
        first.change(new Request("detect.egress", openFor("green").at("/flags/detect.egress"), "to green", 1L, false),
                "bob");
        assertThat(egress(first)).isEqualTo(Passage.HELD);
        first.close();
        FlagDesk again = desk("green");
        assertThat(egress(again)).isEqualTo(Passage.OPEN);
        assertThat(again.flags().revision()).isEqualTo(2);
        assertThat(again.flags().who()).isEqualTo("bob");
        List<FlagChange> history = again.history(10);
        assertThat(history).extracting(FlagChange::revision).containsExactly(2L, 1L);
        assertThat(history.get(0).changed()).containsExactly("detect.egress");
        assertThat(history.get(1)).isEqualTo(new FlagChange(1, "ann", Instant.parse("2026-03-01T12:00:00Z"), "go live",
                List.of("detect.egress", "detect.ingress"), openFor("blue")));
        assertThat(again.history(1)).hasSize(1);
    }

    @Test
    void whoSawAnOlderRevisionIsTold() {
        FlagDesk here = desk("blue");
        FlagDesk there = desk("blue");
        here.change(new Request(null, openFor("blue"), "a", 0L, false), "ann");
        assertThatThrownBy(() -> there.change(new Request(null, openFor("green"), "b", 0L, false), "bob"))
                .isInstanceOf(ChangeLog.ConflictException.class);
        await().atMost(SOON).until(() -> there.flags().revision() == 1);
        assertThat(egress(there)).isEqualTo(Passage.OPEN);
        assertThat(there.change(new Request(null, openFor("green"), "b", 1L, false), "bob").applied()).isTrue();
        assertThatThrownBy(() -> here.change(new Request(null, openFor("red"), "c", 1L, false), "ann"))
                .isInstanceOf(ChangeLog.ConflictException.class);
    }

    @Test
    void whatIsRefusedChangesNothing() {
        FlagDesk desk = desk("blue");
        Outcome refused = desk.change(request(json("{'flags':{'detect.egress':{'state':'ON','variants':{}}}}")), "ann");
        assertThat(refused.applied()).isFalse();
        assertThat(refused.problems()).extracting(Problem::where).containsExactlyInAnyOrder(
                "/flags/detect.egress/state", "/flags/detect.egress/variants");
        assertThat(desk.change(new Request(null, openFor("blue"), "", null, true), "ann").applied()).as("tried")
                .isFalse();
        assertThatThrownBy(() -> desk.change(new Request(null, openFor("blue"), " ", null, false), "ann"))
                .hasMessageContaining("says why");
        assertThat(desk.history(10)).isEmpty();
        desk.change(request(openFor("blue")), "ann");
        assertThat(desk.change(request(openFor("blue")), "ann").applied()).as("the same again").isFalse();
        assertThat(desk.history(10)).hasSize(1);
    }

    @Test
    void anOutcomeSaysWhichEnginesItOpensAndCloses() {
        FlagDesk desk = desk(null);
        Outcome tried = desk.change(new Request(null, openFor("green"), "", null, true), "ann");
        assertThat(tried.effects()).containsExactly(new Effect("detect.ingress", "blue", "open", "closed"),
                new Effect("detect.ingress", "green", "held", "open"),
                new Effect("detect.egress", "blue", "open", "closed"),
                new Effect("detect.egress", "green", "held", "open"));
    }

    @Test
    void anExplanationNamesTheBranchThatDecided() {
        FlagDesk desk = desk("blue");
        String egress = "{'if':[{'==':[{'var':'engine'},'green']},{'if':[{'in':[{'var':'customer'},['acme']]},'open',"
                + "{'fractional':[{'var':'targetingKey'},['open',5],['closed',95]]}]},"
                + "{'if':[{'==':[{'var':'engine'},'blue']},'open','closed']}]}";
        desk.change(request(json("{'flags':{'detect.egress':{'state':'ENABLED','variants':{'open':true,'closed':false},"
                + "'defaultVariant':'closed','targeting':" + egress + "}}}")), "ann");
        Explanation acme = desk.explain("detect.egress", "green", "acme", "", "", "", "");
        assertThat(acme.decision()).isEqualTo("open");
        assertThat(acme.steps()).extracting(FlagDesk.Step::path).containsExactly(
                "/flags/detect.egress/targeting/if", "/flags/detect.egress/targeting/if/1/if");
        assertThat(acme.steps()).extracting(FlagDesk.Step::value).containsExactly("true", "true");
        Explanation other = desk.explain("detect.egress", "green", "other", "", "", "", "");
        assertThat(other.decision()).isEqualTo("varies");
        assertThat(other.variesBy()).containsExactly("targetingKey");
        Explanation one = desk.explain("detect.egress", "green", "other", "", "", "", "id-1");
        assertThat(one.decision()).isIn("open", "closed");
        assertThat(one.steps().getLast().condition()).isEqualTo("fractional by \"id-1\"");
        Explanation red = desk.explain("detect.egress", "red", "acme", "", "", "", "");
        assertThat(red.decision()).isEqualTo("held");
        assertThat(red.why()).contains("does not name engine red");
        assertThat(desk.explain("detect.ingress", "", "acme", "", "", "", "").why()).isEqualTo(
                "detect.ingress is not set");
        assertThatThrownBy(() -> desk.explain("detect.egres", "", "", "", "", "", ""))
                .hasMessageContaining("did you mean \"detect.egress\"?");
    }

    /** How long from asking for a change to the first changed decision at each of three nodes; -Dtocsin.flips=200. */
    @Test
    void aFlipReachesEveryNode() {
        List<FlagDesk> nodes = List.of(desk("blue"), desk("blue"), desk("blue"));
        long[] micros = new long[FLIPS * nodes.size()];
        for (int flip = 0; flip < FLIPS; flip++) {
            boolean opens = flip % 2 == 0;
            long asked = System.nanoTime();
            int number = flip;
            List<Thread> waiting = new ArrayList<>();
            for (int n = 0; n < nodes.size(); n++) {
                FlagDesk node = nodes.get(n);
                int slot = flip * nodes.size() + n;
                waiting.add(Thread.ofVirtual().start(() -> {
                    while (node.gates().revision() <= number || (egress(node) == Passage.OPEN) != opens) {
                        java.util.concurrent.locks.LockSupport.parkNanos(200_000);
                    }
                    micros[slot] = (System.nanoTime() - asked) / 1000;
                }));
            }
            nodes.get(0).change(request(openFor(opens ? "blue" : "green")), "flip");
            waiting.forEach(FlagDeskTest::join);
        }
        Arrays.sort(micros);
        System.out.printf("%d flips on 3 nodes: change to decision p50 %.1f ms, p99 %.1f ms, max %.1f ms%n", FLIPS,
                micros[micros.length / 2] / 1000.0, micros[micros.length * 99 / 100] / 1000.0,
                micros[micros.length - 1] / 1000.0);
        assertThat(nodes.get(2).history(1000)).hasSize(FLIPS);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

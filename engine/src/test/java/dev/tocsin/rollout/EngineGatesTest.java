package dev.tocsin.rollout;

import static dev.tocsin.rollout.FlagDocuments.flag;
import static dev.tocsin.rollout.FlagDocuments.json;
import static dev.tocsin.rollout.FlagDocuments.openFor;
import static dev.tocsin.rollout.FlagDocuments.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.openfeature.sdk.BooleanHook;
import dev.openfeature.sdk.HookContext;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.rollout.Decision.Reason;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class EngineGatesTest {
    private final MemoryChangeLog log = new MemoryChangeLog();
    private final List<FlagDesk> desks = new ArrayList<>();

    @AfterEach
    void close() {
        desks.forEach(FlagDesk::close);
    }

    private FlagDesk desk(@Nullable String engine) {
        FlagDesk desk = new FlagDesk(log, engine, "blue", "paris", Clock.systemUTC());
        desks.add(desk);
        return desk;
    }

    private void set(JsonNode document) {
        FlagDesk desk = desks.getFirst();
        assertThat(desk.change(request(document), "ann").problems()).isEmpty();
    }

    private static JsonNode both(JsonNode flag) {
        var document = Json.object();
        document.putObject("flags").<tools.jackson.databind.node.ObjectNode>set("detect.ingress", flag)
                .set("detect.egress", flag);
        return document;
    }

    private static Passage ingress(FlagDesk desk, String customer) {
        return desk.gates().ingress(customer, "syslog", "id").passage();
    }

    @Test
    void anEngineWithoutANameAndWithoutFlagsHasNoGates() {
        FlagDesk desk = desk(null);
        assertThat(desk.gates().areIdle()).isTrue();
        assertThat(desk.gates().ingress("acme", "s", "id")).isEqualTo(Decision.NO_GATE);
        assertThat(desk.gates().egress("acme", "s", "r", "id").passage()).isEqualTo(Passage.OPEN);
        assertThat(desk.gates().troubles()).isEmpty();
    }

    @Test
    void aNewEngineStartsWithBothGatesClosedAndHealthSaysWhy() {
        FlagDesk green = desk("green");
        assertThat(green.gates().areIdle()).isFalse();
        assertThat(green.gates().ingress("acme", "s", "id")).isEqualTo(Decision.held(Reason.MISSING,
                "detect.ingress is not set"));
        assertThat(green.gates().egress("acme", "s", "r", "id").passage()).isEqualTo(Passage.HELD);
        assertThat(green.gates().troubles()).containsOnlyKeys("detect.ingress", "detect.egress");
        // Flags that name only others do not open it, not even by their default.
        set(both(flag("open", "{'if':[{'==':[{'var':'engine'},'blue']},'open',null]}")));
        assertThat(green.gates().ingress("acme", "s", "id").reason()).isEqualTo(Reason.UNNAMED);
        assertThat(green.gates().troubles().get("detect.egress")).contains("does not name engine green");
        set(openFor("blue", "green"));
        assertThat(ingress(green, "acme")).isEqualTo(Passage.OPEN);
        assertThat(green.gates().troubles()).isEmpty();
    }

    /** 10 customers, 2 engines, 2 flags: the exact table. */
    @Test
    void flagsAreByCustomerAndEngine() {
        FlagDesk blue = desk("blue");
        FlagDesk green = desk("green");
        var document = Json.object();
        document.putObject("flags").<tools.jackson.databind.node.ObjectNode>set("detect.ingress",
                flag("closed", "{'if':[{'in':[{'var':'engine'},['blue','green']]},'open',null]}"))
                .set("detect.egress", flag("closed", "{'if':[{'==':[{'var':'engine'},'green']},"
                        + "{'if':[{'in':[{'var':'customer'},['c3','c7']]},'open','closed']},"
                        + "{'if':[{'in':[{'var':'customer'},['c3','c7']]},'closed','open']}]}"));
        // Blue has to be named as well, or it is held.
        JsonNode named = json(document.toString().replace("{\"==\":[{\"var\":\"engine\"},\"green\"]}",
                "{\"and\":[{\"in\":[{\"var\":\"engine\"},[\"blue\",\"green\"]]},{\"==\":[{\"var\":\"engine\"},\"green\"]}]}"));
        set(named);
        for (int i = 0; i < 10; i++) {
            String customer = "c" + i;
            boolean isGreens = i == 3 || i == 7;
            assertThat(ingress(blue, customer)).isEqualTo(Passage.OPEN);
            assertThat(ingress(green, customer)).isEqualTo(Passage.OPEN);
            assertThat(green.gates().egress(customer, "s", "r", "id").passage())
                    .isEqualTo(isGreens ? Passage.OPEN : Passage.CLOSED);
            assertThat(blue.gates().egress(customer, "s", "r", "id").passage())
                    .isEqualTo(isGreens ? Passage.CLOSED : Passage.OPEN);
        }
    }

    @Test
    void ruleSourceAndSiteCountToo() {
        FlagDesk desk = desk(null);
        set(json("{'flags':{'detect.egress':{'state':'ENABLED','variants':{'open':true,'closed':false},"
                + "'defaultVariant':'open','targeting':{'if':[{'or':[{'==':[{'var':'rule'},'noisy']},"
                + "{'==':[{'var':'source'},'lab']},{'!=':[{'var':'site'},'paris']}]},'closed',null]}}}}"));
        EngineGates gates = desk.gates();
        assertThat(gates.egress("acme", "s", "r1", "id").passage()).isEqualTo(Passage.OPEN);
        assertThat(gates.egress("acme", "s", "noisy", "id").passage()).isEqualTo(Passage.CLOSED);
        assertThat(gates.egress("acme", "lab", "r1", "id").passage()).isEqualTo(Passage.CLOSED);
        // The flag that was never set is no gate, since the engine has no name of its own.
        assertThat(ingress(desk, "acme")).isEqualTo(Passage.OPEN);
    }

    @Test
    void everyKindOfErrorHolds() {
        FlagDesk desk = desk("blue");
        set(openFor("blue"));
        assertThat(ingress(desk, "acme")).isEqualTo(Passage.OPEN);

        log.breakDown("the topic is gone");
        assertThat(desk.gates().ingress("acme", "s", "id").reason()).isEqualTo(Reason.UNREADABLE);
        assertThat(desk.gates().troubles().get("detect.ingress")).contains("the topic is gone");
        log.recover();
        assertThat(ingress(desk, "acme")).isEqualTo(Passage.OPEN);

        log.write("this is not JSON");
        assertThat(desk.gates().ingress("acme", "s", "id").why()).contains("revision 2", "it is not JSON");
        written(openFor("blue").toString());
        assertThat(ingress(desk, "acme")).isEqualTo(Passage.OPEN);

        written(openFor("blue").toString().replace("\"in\"", "\"within\""));
        assertThat(desk.gates().ingress("acme", "s", "id").why()).contains("unknown operator \"within\"");

        written(openFor("blue").toString().replace("ENABLED", "DISABLED"));
        assertThat(desk.gates().ingress("acme", "s", "id").reason()).isEqualTo(Reason.DISABLED);

        written("{\"flags\":{}}");
        assertThat(desk.gates().ingress("acme", "s", "id").reason()).isEqualTo(Reason.MISSING);

        set(both(flag("closed", "{'if':[{'==':[{'var':'engine'},'blue']},{'cat':[{'var':'customer'}]},null]}")));
        assertThat(desk.gates().ingress("open", "s", "id").passage()).isEqualTo(Passage.OPEN);
        assertThat(desk.gates().ingress("acme", "s", "id").why()).contains("\"acme\", which is no variant");
        assertThat(desk.gates().troubles().get("detect.ingress")).contains("\"acme\"");

        set(both(flag("closed", "{'if':[{'==':[{'var':'engine'},'blue']},{'if':[{'sem_ver':[{'var':'source'},'>',"
                + "'1.0.0']},'open','closed']},null]}")));
        assertThat(desk.gates().ingress("acme", "2.0.0", "id").passage()).isEqualTo(Passage.OPEN);
        assertThat(desk.gates().ingress("acme", "syslog", "id").why()).contains("\"syslog\" is no version");
    }

    /** As another program, or another version of this one, would write it. */
    private void written(String document) {
        long next = log.last(1).getFirst().revision() + 1;
        log.write("{\"revision\":" + next
                + ",\"who\":\"x\",\"when\":\"2026-01-01T00:00:00Z\",\"why\":\"\",\"changed\":[],"
                + "\"document\":" + document + "}");
    }

    /** A flag that was there and is gone is missing, also for the engine without a name. */
    @Test
    void aFlagThatWasRemovedIsMissed() {
        FlagDesk desk = desk(null);
        set(openFor("blue"));
        assertThat(ingress(desk, "acme")).isEqualTo(Passage.OPEN);
        set(json("{'flags':{}}"));
        assertThat(desk.gates().ingress("acme", "s", "id").reason()).isEqualTo(Reason.MISSING);
        assertThat(desk(null).gates().ingress("acme", "s", "id").reason()).as("after a restart")
                .isEqualTo(Reason.MISSING);
    }

    @Test
    void beforeTheTopicWasReadEverythingIsHeld() {
        MemoryChangeLog silent = new MemoryChangeLog() {
            @Override
            public synchronized void follow(Follower follower) {
                follower.begin();
            }
        };
        try (FlagDesk desk = new FlagDesk(silent, null, "blue", "paris", Clock.systemUTC())) {
            assertThat(desk.await(java.time.Duration.ofMillis(1))).isFalse();
            assertThat(desk.gates().areIdle()).isFalse();
            assertThat(ingress(desk, "acme")).isEqualTo(Passage.HELD);
        }
    }

    /** What a hook of OpenFeature breaks is held, too. */
    @Test
    void aHookThatFailsHolds() {
        FlagDesk desk = desk("blue");
        set(openFor("blue"));
        desk.client().addHooks(new BooleanHook() {
            @Override
            public void after(HookContext<Boolean> context,
                    dev.openfeature.sdk.FlagEvaluationDetails<Boolean> details, Map<String, Object> hints) {
                throw new IllegalStateException("the hook is broken");
            }
        });
        assertThat(desk.gates().ingress("acme", "s", "id").why()).contains("the hook is broken");
    }

    @Test
    void fivePercentAreFivePercentAndTheSameAfterARestart() {
        FlagDesk desk = desk("green");
        set(both(flag("closed", "{'if':[{'==':[{'var':'engine'},'green']},"
                + "{'fractional':[{'var':'targetingKey'},['open',5],['closed',95]]},null]}")));
        Set<EventId> chosen = chosen(desk);
        System.out.printf("5 %% of 100,000 ids: %d%n", chosen.size());
        assertThat(chosen.size()).isBetween(4_500, 5_500);
        assertThat(chosen(desk("green"))).isEqualTo(chosen);
        set(both(flag("closed", "{'if':[{'==':[{'var':'engine'},'green']},"
                + "{'fractional':[{'var':'targetingKey'},['open',50],['closed',50]]},null]}")));
        Set<EventId> half = chosen(desk);
        assertThat(half).containsAll(chosen);
        assertThat(half.size()).isBetween(49_500, 50_500);
    }

    private static Set<EventId> chosen(FlagDesk desk) {
        Set<EventId> chosen = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            EventId id = EventId.ofVendor("acme", "s", "event-" + i);
            if (desk.gates().ingress("acme", "s", id).passage() == Passage.OPEN) {
                chosen.add(id);
            }
        }
        return chosen;
    }

    @Test
    void aShareOfCustomersKeepsACustomerWhole() {
        FlagDesk desk = desk("green");
        set(both(flag("closed", "{'if':[{'==':[{'var':'engine'},'green']},"
                + "{'fractional':[{'var':'customer'},['open',10],['closed',90]]},null]}")));
        int open = 0;
        for (int c = 0; c < 1000; c++) {
            Passage first = desk.gates().ingress("c" + c, "s", "0").passage();
            for (int i = 1; i < 20; i++) {
                assertThat(desk.gates().ingress("c" + c, "s", i).passage()).isEqualTo(first);
            }
            open += first == Passage.OPEN ? 1 : 0;
        }
        assertThat(open).isBetween(70, 130);
    }

    /** OpenFeature is asked once for a customer, and again when the flags change. */
    @Test
    void anAnswerIsKeptUntilTheFlagsChange() {
        FlagDesk desk = desk("blue");
        set(openFor("blue"));
        AtomicInteger asked = new AtomicInteger();
        desk.client().addHooks(new BooleanHook() {
            @Override
            public void finallyAfter(HookContext<Boolean> context,
                    dev.openfeature.sdk.FlagEvaluationDetails<Boolean> details, Map<String, Object> hints) {
                asked.incrementAndGet();
            }
        });
        for (int i = 0; i < 1000; i++) {
            desk.gates().ingress("c" + i % 3, "s", i);
        }
        assertThat(asked).hasValue(3);
        set(openFor("green"));
        assertThat(ingress(desk, "c1")).isEqualTo(Passage.HELD);
        assertThat(asked).hasValue(4);
        assertThat(desk.gates().count(GateFlag.INGRESS, Passage.OPEN)).isEqualTo(1000);
        assertThat(desk.gates().count(GateFlag.INGRESS, Passage.HELD)).isEqualTo(1);
    }

    /** Only says how long an answer takes; -Dtocsin.answers=50000000 for figures that stand still. */
    @Test
    void whatAnAnswerCosts() {
        int answers = Integer.getInteger("tocsin.answers", 200_000);
        FlagDesk idle = desk(null);
        print("no flags", idle, answers);
        FlagDesk desk = desk("green");
        set(openFor("green"));
        print("by customer", desk, answers);
        set(both(flag("closed", "{'if':[{'==':[{'var':'engine'},'green']},"
                + "{'fractional':[{'var':'targetingKey'},['open',5],['closed',95]]},null]}")));
        print("share of events", desk, answers);
    }

    private static void print(String what, FlagDesk desk, int answers) {
        String[] customers = {"a", "b", "c", "d", "e", "f", "g"};
        EventId[] ids = new EventId[1024];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = EventId.ofVendor("a", "s", "e" + i);
        }
        long open = 0;
        for (int round = 0; round < 2; round++) {
            long begun = System.nanoTime();
            for (int i = 0; i < answers; i++) {
                boolean isOpen = desk.gates().areIdle() || desk.gates().ingress(customers[i % 7], "s", ids[i & 1023])
                        .passage() == Passage.OPEN;
                open += isOpen ? 1 : 0;
            }
            if (round == 1) {
                System.out.printf("%s: %.1f ns an answer%n", what, (System.nanoTime() - begun) / (double) answers);
            }
        }
        assertThat(open).isPositive();
    }
}

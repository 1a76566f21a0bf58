package dev.tocsin.rollout.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.EngineStages;
import dev.tocsin.log.Output;
import dev.tocsin.log.SharedBroker;
import dev.tocsin.log.Stage;
import dev.tocsin.log.StageSpec;
import dev.tocsin.log.Stream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two engines that raise an alert for each event, over a real log, and what tells them apart. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ParityTest {
    private static final int ALERTS = Integer.getInteger("tocsin.parity.alerts", 20_000);
    private static final Duration SOON = Duration.ofMinutes(10);
    private static final Instant END = Instant.now().minusSeconds(300).truncatedTo(ChronoUnit.MINUTES);
    private static final Instant START = END.minus(Duration.ofMinutes(60));
    private static final Side BLUE = Side.parse("blue");
    private static final Side GREEN = Side.parse("green");

    private final DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), List.of("detect"));
    private final Parity parity = new Parity(log, Parity.Runs.NONE, Duration.ofSeconds(30), Clock.systemUTC());

    /** Makes what an engine says of an alert from what it ought to say; empty for no alert at all. */
    private interface Twist extends UnaryOperator<String> {
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static Event event(int n) {
        Instant time = START.plusMillis(n * Duration.ofMinutes(60).toMillis() / Math.max(ALERTS, 1000));
        String customer = "customer" + n % 7;
        return new Event(EventId.ofVendor(customer, "test", Integer.toString(n)), customer, "test",
                new Origin("site", "node", 1, n + 1L), "key" + n % 5, time, "", LogSource.UNKNOWN,
                Integer.toString(n).getBytes(StandardCharsets.UTF_8));
    }

    private static EventId alertId(int n) {
        return EventId.ofAlert("rule" + n % 11, List.of(event(n).id()));
    }

    private static String body(int n, String engine) {
        return """
                {"@timestamp":"%s","id":"%s","rule":{"id":"rule%d","title":"Rule %d","level":"high","author":"A. Author",\
                "references":["https://example.org/a/long/reference/%d"],"tags":["attack.t1059","attack.execution"]},\
                "customer":"%s","engine":"%s","content":"c-%s","site":"paris","epoch":1,"time":"%s","events":["%s"],\
                "group":null,"summary":"a process started with a command line that is about as long as they are, number %d",\
                "event":{"kind":"alert"},"host":{"name":"host%d"},"user":{"name":"user%d"},"tocsin":{"id":"%s"}}"""
                .formatted(event(n).time(), alertId(n), n % 11, n % 11, n % 11, event(n).customer(), engine, engine,
                        event(n).time(), event(n).id(), n, n % 100, n % 100, alertId(n));
    }

    private void engine(String name, Stream to, Twist twist) {
        log.run(new StageSpec(EngineStages.name(EngineStages.DETECT, name), List.of(Stream.EVENTS), 1, true,
                EngineStages.lane(name), _ -> new Stage() {
                    @Override
                    public void handle(int partition, List<Event> events, Output out) {
                        for (Event in : events) {
                            out.done(in);
                            int n = Integer.parseInt(new String(in.json(), StandardCharsets.UTF_8));
                            String said = twist.apply(body(n, name));
                            if (said.isEmpty()) {
                                continue;
                            }
                            Event alert = in.derive(alertId(n), in.time(), "alerts-x", in.logSource(),
                                    said.getBytes(StandardCharsets.UTF_8));
                            if (to == Stream.ALERTS) {
                                out.make(to, alert);
                            } else {
                                out.makeHeld(to, alert, "closed");
                            }
                        }
                    }
                }));
    }

    private void events(int count) {
        log.run(new StageSpec("process", List.of(Stream.INTAKE), 1, false, _ -> new Stage() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                events.forEach(e -> out.pass(Stream.EVENTS, e));
            }
        }));
        List<CompletableFuture<?>> written = new ArrayList<>();
        for (int from = 0; from < count; from += 2000) {
            List<Event> events = new ArrayList<>();
            for (int n = from; n < Math.min(count, from + 2000); n++) {
                events.add(event(n));
            }
            written.add(log.appender().append(events, List.of(), Map.of()).toCompletableFuture());
            if (written.size() > 20) {
                written.removeFirst().join();
            }
        }
        written.forEach(CompletableFuture::join);
    }

    private void settle(int made) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> assertThat(log.stageStatus()
                .stream().filter(s -> s.name().startsWith("detect")).mapToLong(s -> s.made()).sum()).isEqualTo(made));
    }

    private ParityReport compare() throws Exception {
        return parity.compare(Question.of(BLUE, GREEN).between(START, END));
    }

    private static Twist unless(int n, String instead) {
        String id = "\"id\":\"" + alertId(n) + "\"";
        return said -> said.contains(id) ? instead : said;
    }

    @Test
    void oneAlertThatIsMissingIsNamed() throws Exception {
        int lost = ALERTS * 7 / 13;
        engine("blue", Stream.ALERTS, said -> said);
        engine("green", Stream.SHADOW, unless(lost, ""));
        events(ALERTS);
        settle(2 * ALERTS - 1);
        System.gc();
        long before = used();
        long begun = System.nanoTime();
        ParityReport report = compare();
        System.err.printf("%,d alerts compared in %d ms, %d MB more used, %s%n", 2 * ALERTS - 1,
                (System.nanoTime() - begun) / 1_000_000, (used() - before) >> 20, report.ledger());
        assertThat(report.verdict()).as(report.toString()).isEqualTo("fail");
        assertThat(List.of(report.firstAlerts(), report.secondAlerts(), report.missing(), report.extra(),
                report.different())).containsExactly((long) ALERTS, ALERTS - 1L, 1L, 0L, 0L);
        assertThat(report.ledger().usable()).isTrue();
        assertThat(report.ledger().differing()).isEqualTo(1);
        ParityReport.Group group = report.groups().getFirst();
        assertThat(List.of(group.rule(), group.title(), group.customer(), group.missing())).containsExactly(
                "rule" + lost % 11, "Rule " + lost % 11, "customer" + lost % 7, 1L);
        assertThat(group.examples()).containsExactly(new ParityReport.Example("missing", alertId(lost).toString(),
                event(lost).time().truncatedTo(ChronoUnit.MILLIS), List.of()));
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void equalEnginesPass() throws Exception {
        engine("blue", Stream.ALERTS, said -> said);
        engine("green", Stream.SHADOW, said -> said);
        events(1000);
        settle(2000);
        ParityReport report = compare();
        assertThat(report.verdict()).as(report.toString()).isEqualTo("pass");
        assertThat(List.of(report.firstAlerts(), report.secondAlerts(), report.differences(),
                report.ledger().differing())).containsExactly(1000L, 1000L, 0L, 0L);
        assertThat(report.groups()).isEmpty();
        assertThat(report.ledger().cells()).isGreaterThan(0);

        ParityReport nothing = parity.compare(Question.of(BLUE, GREEN).between(START.minusSeconds(600), START));
        assertThat(List.of(nothing.verdict(), nothing.reason())).containsExactly("inconclusive",
                "neither side raised an alert in this time, which says nothing");
        ParityReport future = parity.compare(Question.of(BLUE, GREEN).between(START, END.plusSeconds(3600)));
        assertThat(future.verdict()).isEqualTo("inconclusive");
        assertThat(future.reason()).contains("have surely come only to");
        ParityReport nobody = parity.compare(Question.of(BLUE, Side.parse("red")).between(START, END));
        assertThat(List.of(nobody.verdict(), nobody.reason())).containsExactly("inconclusive",
                "a side is not there: engine red has never read this log");
        ParityReport replay = parity.compare(Question.of(BLUE, Side.parse("green@r1")).between(START, END));
        assertThat(List.of(replay.verdict(), replay.reason())).containsExactly("inconclusive",
                "a side is not there: there is no finished replay green@r1 on this node");
    }

    @Test
    void whatDiffersIsToldByRuleCustomerAndField() throws Exception {
        Twist twist = said -> unless(24, "").apply(said).replace("\"user\":{\"name\":\"user77\"}", "\"user\":{}")
                .replace("\"id\":\"rule3\",\"title\":\"Rule 3\",\"level\":\"high\"",
                        "\"id\":\"rule3\",\"title\":\"Rule 3\",\"level\":\"low\"");
        engine("blue", Stream.ALERTS, unless(26, ""));
        engine("green", Stream.SHADOW, twist);
        events(1000);
        settle(1998);
        ParityReport report = compare();
        // Every eleventh is of rule 3, of which there are 91; ten more have lost their user, of which 1 is of rule 3.
        assertThat(report.verdict()).as(report.toString()).isEqualTo("fail");
        assertThat(List.of(report.missing(), report.extra(), report.different())).containsExactly(1L, 1L, 100L);
        Set<String> rules = Set.copyOf(report.groups().stream().map(ParityReport.Group::rule).toList());
        assertThat(rules).contains("rule3", "rule2");
        long level = report.groups().stream().mapToLong(g -> g.fields().getOrDefault("rule.level", 0L)).sum();
        long user = report.groups().stream().mapToLong(g -> g.fields().getOrDefault("user.name", 0L)).sum();
        assertThat(List.of(level, user)).containsExactly(91L, 10L);
        assertThat(report.groups().stream().filter(g -> g.missing() == 1).findFirst().orElseThrow().rule())
                .isEqualTo("rule" + 24 % 11);
        assertThat(report.groups().stream().filter(g -> g.extra() == 1).findFirst().orElseThrow().rule())
                .isEqualTo("rule" + 26 % 11);

        // What differs between two runs of one engine is noise: here all of it.
        ParityReport noise = parity.compare(new Question(BLUE, GREEN, START, END, Set.of(), false,
                new Question.Noise(GREEN, BLUE)));
        assertThat(List.of(noise.verdict(), noise.floor())).containsExactly("pass", 102L);
        ParityReport one = parity
                .compare(new Question(BLUE, GREEN, START, END, Set.of("customer" + 24 % 7), false, null));
        assertThat(List.of(one.missing(), one.extra())).containsExactly(1L, 0L);
        assertThat(one.groups()).allMatch(g -> g.customer().equals("customer3"));
    }

    @Test
    void whatAGateTurnedAwayIsNotMissed() throws Exception {
        engine("blue", Stream.ALERTS, said -> said);
        log.run(new StageSpec("detect-green", List.of(Stream.EVENTS), 1, true, "green", _ -> new Stage() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                for (Event in : events) {
                    int n = Integer.parseInt(new String(in.json(), StandardCharsets.UTF_8));
                    if (in.customer().equals("customer1")) {
                        out.drop(in, "ingress_closed");
                    } else {
                        out.done(in);
                        out.makeHeld(Stream.SHADOW, in.derive(alertId(n), in.time(), "alerts-x", in.logSource(),
                                body(n, "green").getBytes(StandardCharsets.UTF_8)), "closed");
                    }
                }
            }
        }));
        events(700);
        settle(1300);
        ParityReport report = compare();
        assertThat(report.verdict()).as(report.toString()).isEqualTo("pass");
        assertThat(report.missing()).isEqualTo(100);
        assertThat(report.groups()).isNotEmpty().noneMatch(ParityReport.Group::judged);
        assertThat(report.notes()).anyMatch(n -> n.contains("turned away events of customer1"));

        ParityReport alone = parity.compare(new Question(BLUE, GREEN, START, END, Set.of("customer1"), false, null));
        assertThat(List.of(alone.verdict(), alone.reason())).containsExactly("inconclusive",
                "of no customer that raised an alert have both sides let in all events");
        ParityReport part = parity.compare(new Question(BLUE, GREEN, START, END, Set.of(), true, null));
        assertThat(part.verdict()).as(part.toString()).isEqualTo("pass");
    }
}

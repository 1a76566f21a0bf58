package dev.tocsin.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.log.Events;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StepsTest {
    private static final String LOGIN = """
            {"@timestamp":"2026-03-04T05:06:07Z","event":{"code":"4624","original":"raw"},"user":{"name":"bob"},\
            "port":443,"ratio":0.5,"tags":["a","b"],"none":null,"vendor":{"TargetUserName":"bob"}}""";

    static StepConfig filter(String cel, @Nullable String reason) {
        return new StepConfig(cel, null, Map.of(), reason, null);
    }

    static StepConfig drop(String cel, String reason) {
        return new StepConfig(null, cel, Map.of(), reason, null);
    }

    static StepConfig set(Map<String, String> fields, @Nullable String when) {
        return new StepConfig(null, null, fields, null, when);
    }

    static Steps steps(StepConfig... configs) {
        Steps.Compiled compiled = Steps.compile(List.of(configs));
        assertThat(compiled.problems()).isEmpty();
        return compiled.steps();
    }

    private static Outcome run(String body, StepConfig... configs) {
        Event event = Events.event(1, LogSource.parse("product=windows;service=security"), body);
        return steps(configs).apply(new Outcome.Passed(event, false));
    }

    private static String after(String body, StepConfig... configs) {
        return Events.body(run(body, configs).event());
    }

    private static List<Problem> problems(StepConfig... configs) {
        return Steps.compile(List.of(configs)).problems();
    }

    @Test
    void keepsWhatTheFilterIsTrueForAndDropsTheRestWithTheReason() {
        assertThat(run(LOGIN, filter("event.user.name == 'bob'", "not_bob"))).isInstanceOf(Outcome.Passed.class);
        assertThat(run(LOGIN, filter("event.user.name == 'eve'", "not_eve")))
                .isEqualTo(
                        new Outcome.Dropped(Events.event(1, LogSource.parse("product=windows;service=security"), LOGIN),
                                "not_eve", false));
        assertThat(run(LOGIN, drop("event.port > 400", "high"))).isInstanceOf(Outcome.Dropped.class);
    }

    @Test
    void expressionsSeeTheEventTheCustomerTheSourceAndTheLogSource() {
        for (String yes : List.of("event.event.code == '4624'", "event.port == 443", "event.ratio < 1",
                "event.tags.exists(t, t == 'b')", "'a' in event.tags", "event.none == null", "customer == 'acme'",
                "source == 'fw'", "logsource.product == 'windows'", "logsource.service == 'security'",
                "size(logsource.category) == 0", "event.get('user.name') == 'bob'", "event.get('no.such') == null",
                "event.?no.?such.orValue('x') == 'x'", "event['@timestamp'].startsWith('2026')", "!has(event.nope)",
                "event.user.name.matches('^b.b$')", "event.user.name.upperAscii() == 'BOB'")) {
            assertThat(run(LOGIN, filter(yes, "no"))).as(yes).isInstanceOf(Outcome.Passed.class);
        }
    }

    @Test
    void getFindsNamesWithDotsAndNestedOnes() {
        String body = "{\"a.b\":{\"c\":1},\"x\":{\"y.z\":2,\"y\":{\"w\":3}},\"id.orig_h\":\"1.2.3.4\"}";
        for (String yes : List.of("event.get('a.b.c') == 1", "event.get('x.y.z') == 2", "event.get('x.y.w') == 3",
                "event.get('id.orig_h') == '1.2.3.4'", "event.get('x.q') == null", "event.get('') == null")) {
            assertThat(run(body, filter(yes, "no"))).as(yes).isInstanceOf(Outcome.Passed.class);
        }
    }

    @Test
    void setsFieldsOfEveryKindAndMakesTheObjectsOnTheWay() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("labels.env", "'prod'");
        fields.put("labels.n", "event.port + 1");
        fields.put("labels.list", "event.tags.map(t, t + '!')");
        fields.put("labels.map", "{'u': event.user, 'd': 1.5, 'b': true}");
        fields.put("labels.t", "timestamp('2024-01-01T00:00:00Z')");
        assertThat(Json.read(after("{\"port\":1,\"tags\":[\"a\"],\"user\":{\"name\":\"bob\"}}", set(fields, null))))
                .isEqualTo(Json.read("""
                        {"port":1,"tags":["a"],"user":{"name":"bob"},"labels":{"env":"prod","n":2,"list":["a!"],
                         "map":{"u":{"name":"bob"},"d":1.5,"b":true},"t":"2024-01-01T00:00:00Z"}}"""));
    }

    @Test
    void settingToNullOrToAnEmptyOptionalRemovesTheField() {
        assertThat(
                after("{\"a\":1,\"b\":{\"c\":2,\"d\":3}}", set(Map.of("a", "null", "b.c", "event.?no", "x.y", "null"),
                        null)))
                .isEqualTo("{\"b\":{\"d\":3}}");
    }

    @Test
    void valuesOfOneStepAreComputedBeforeAnyIsSetAndTheNextStepSeesThem() {
        Map<String, String> swap = new LinkedHashMap<>();
        swap.put("a", "event.b");
        swap.put("b", "event.a");
        assertThat(after("{\"a\":1,\"b\":2}", set(swap, null), set(Map.of("c", "event.a * 10"), null)))
                .isEqualTo("{\"a\":2,\"b\":1,\"c\":20}");
    }

    @Test
    void whenDecidesWhetherAStepConcernsTheEvent() {
        StepConfig only = set(Map.of("seen", "true"), "customer == 'other'");
        assertThat(after("{\"a\":1}", only)).isEqualTo("{\"a\":1}");
        assertThat(run("{}", new StepConfig(null, "true", Map.of(), "gone", "source == 'fw'")))
                .isInstanceOf(Outcome.Dropped.class);
    }

    @Test
    void anExpressionThatFailsOnOneEventMakesItDeadWithTheStepAndTheCause() {
        assertThat(run("{}", filter("event.user.name == 'bob'", "x"))).isInstanceOfSatisfying(Outcome.Dead.class,
                d -> assertThat(d.cause()).isEqualTo("steps[0] (filter): key 'user' is not present in map;"
                        + " event.get(\"a.b\") gives null for what is absent"));
        assertThat(run("{\"a\":5}", filter("event.a", "x"))).isInstanceOfSatisfying(Outcome.Dead.class,
                d -> assertThat(d.cause()).isEqualTo("steps[0] (filter): is neither true nor false but Long"));
        assertThat(run("{\"a\":5}", set(Map.of("a.b", "1"), null))).isInstanceOfSatisfying(Outcome.Dead.class,
                d -> assertThat(d.cause()).isEqualTo("steps[0] (set): cannot set a.b: a is not an object"));
        assertThat(run("{\"a\":0.0}", set(Map.of("b", "1.0 / event.a"), null))).isInstanceOfSatisfying(
                Outcome.Dead.class, d -> assertThat(d.cause()).contains("JSON has no number Infinity"));
        assertThat(run("[1]", filter("true", "x"))).isInstanceOf(Outcome.Dead.class);
    }

    @Test
    void aLoopThatRunsTooLongMakesTheEventDead() {
        String ten = "[0,1,2,3,4,5,6,7,8,9]";
        String loop = "%s.all(a, %s.all(b, %s.all(c, %s.all(d, %s.all(e, true)))))".formatted(ten, ten, ten, ten, ten);
        assertThat(run("{}", filter(loop, "x"))).isInstanceOfSatisfying(Outcome.Dead.class,
                d -> assertThat(d.cause()).contains("budget exceeded: 10000"));
    }

    @Test
    void problemsNameTheStepTheExpressionThePositionAndWhatToDo() {
        assertThat(problems(filter("evnt.a == 1", "x"), drop("event.a ==", "y"), set(Map.of("b", "1 + 'a'"), null),
                filter("'text'", "x"), filter("true", "x y"), filter("true", null)))
                .satisfiesExactly(p -> {
                    assertThat(p.code()).isEqualTo("E121");
                    assertThat(p.where()).isEqualTo("steps[0].filter");
                    assertThat(p.what())
                            .isEqualTo("undeclared reference to 'evnt' at column 1 of \"evnt.a == 1\"");
                    assertThat(p.hint()).startsWith("known are event, logsource, customer and source");
                }, p -> {
                    assertThat(p.where()).isEqualTo("steps[1].drop");
                    assertThat(p.what()).contains("at column 11 of \"event.a ==\"");
                }, p -> {
                    assertThat(p.where()).isEqualTo("steps[2].set.b");
                    assertThat(p.hint()).startsWith("both sides must be of one kind");
                }, p -> {
                    assertThat(p.what()).contains("expected type 'bool' but found 'string'");
                    assertThat(p.hint()).startsWith("write a condition");
                }, p -> {
                    assertThat(p.where()).isEqualTo("steps[4].reason");
                    assertThat(p.what()).isEqualTo("\"x y\" is not a reason");
                }, p -> assertThat(p.what()).isEqualTo("a filter step needs a reason"));
    }

    @Test
    void aStepIsExactlyOneThing() {
        assertThat(problems(new StepConfig("true", "true", Map.of(), "x", null),
                new StepConfig(null, null, Map.of(), null, null),
                new StepConfig(null, null, Map.of("a", "1"), "why", null))).extracting(Problem::what)
                .containsExactly("a step has exactly one of filter, drop, set and lookup, not 2",
                        "a step has exactly one of filter, drop, set and lookup, not 0",
                        "a set step drops nothing and has no reason");
    }

    @Test
    void whatProvesTheOriginCannotBeSet() {
        for (String path : List.of("event.original", "event", "event.original.x", "vendor", "vendor.a", "tocsin",
                "tocsin.id", "@timestamp")) {
            assertThat(problems(set(Map.of(path, "'x'"), null))).as(path)
                    .satisfiesExactly(p -> assertThat(p.code()).isEqualTo("E122"));
        }
        assertThat(problems(set(Map.of("event.module", "'x'", "vendors", "1"), null))).isEmpty();
        assertThat(problems(set(Map.of("a..b", "1"), null))).extracting(Problem::code).containsExactly("E120");
    }

    @Test
    void largeNumbersKeepTheirValueWhenAnotherFieldIsSet() {
        assertThat(after("{\"big\":123456789012345678901234567890}", set(Map.of("a", "1"), null)))
                .isEqualTo("{\"big\":123456789012345678901234567890,\"a\":1}");
    }
}

package dev.tocsin.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ProcessStageTest {
    private final FakeState state = new FakeState();
    private final FakeOutput out = new FakeOutput(true);

    /** Says of each event what its body names: pass, drop, dead, or batch (unrolled into pass, drop and dead). */
    private static List<Outcome> byBody(Event in) {
        return switch (Events.body(in)) {
            case "\"drop\"" -> List.of(new Outcome.Dropped(in, "noise", false));
            case "\"dead\"" -> List.of(new Outcome.Dead(in, "broken", false));
            case "\"batch\"" -> List.of(new Outcome.Passed(child(in, 0), true),
                    new Outcome.Dropped(child(in, 1), "noise", true), new Outcome.Dead(child(in, 2), "broken", true),
                    new Outcome.Dropped(in, "unrolled", false));
            case "\"throw\"" -> throw new IllegalStateException("boom");
            default -> List.of(new Outcome.Passed(in, false));
        };
    }

    private static Event child(Event in, int n) {
        return in.derive(EventId.ofChild(in.id(), n), in.time(), in.index(), in.logSource(), "{}".getBytes(
                StandardCharsets.UTF_8));
    }

    private ProcessStage stage(Function<Event, List<Outcome>> processor, StepConfig... steps) {
        ProcessStage stage = new ProcessStage(processor, StepsTest.steps(steps), 10_000);
        stage.assigned(0, state);
        return stage;
    }

    @Test
    void saysOfEachOutcomeWhatTheLedgerNeeds() {
        stage(ProcessStageTest::byBody).handle(0, List.of(Events.event(1, "{}"), Events.event(2, "\"drop\""),
                Events.event(3, "\"dead\""), Events.event(4, "\"batch\"")), out);
        assertThat(out.calls()).containsExactly("pass events", "drop noise", "dead broken", "make events",
                "makeDropped noise", "makeDead broken", "drop unrolled");
    }

    @Test
    void anIdPassesOnceAlsoWithinABatchAndAfterARestart() {
        Event e = Events.event(1, "{}");
        stage(ProcessStageTest::byBody).handle(0, List.of(e, e), out);
        state.commit();
        stage(ProcessStageTest::byBody).handle(0, List.of(e, Events.event(2, "{}")), out);
        assertThat(out.calls()).containsExactly("pass events", "drop duplicate", "drop duplicate", "pass events");
    }

    @Test
    void childrenThatPassedAreDroppedWhenTheirParentComesAgain() {
        Event batch = Events.event(4, "\"batch\"");
        ProcessStage stage = stage(ProcessStageTest::byBody);
        stage.handle(0, List.of(batch), out);
        FakeOutput second = new FakeOutput();
        stage.handle(0, List.of(batch), second);
        assertThat(second.calls()).containsExactly("makeDropped duplicate", "makeDropped noise", "makeDead broken",
                "drop unrolled");
    }

    @Test
    void aDeadLetterMayBeReplayedOnceItsCauseIsMended() {
        Event e = Events.event(1, "\"dead\"");
        stage(ProcessStageTest::byBody).handle(0, List.of(e), out);
        state.commit();
        stage(in -> List.of(new Outcome.Passed(in, false))).handle(0, List.of(e, e), out);
        assertThat(out.calls()).containsExactly("dead broken", "pass events", "drop duplicate");
    }

    @Test
    void anEventThatAStepCannotHandleIsKeptAsItCameInAndTheOthersPass() {
        Function<Event, List<Outcome>> normalise = in -> List.of(new Outcome.Passed(
                in.with(in.time(), in.index(), in.logSource(), ("{\"n\":" + Events.body(in) + "}").getBytes(
                        StandardCharsets.UTF_8)),
                false));
        stage(normalise, StepsTest.filter("event.n.ok", "not_ok")).handle(0,
                List.of(Events.event(1, "{\"ok\":true}"), Events.event(2, "{}"), Events.event(3, "{\"ok\":false}")),
                out);
        assertThat(out.calls()).hasSize(3);
        assertThat(out.calls().get(0)).isEqualTo("pass events");
        assertThat(Events.body(out.events("pass").getFirst())).isEqualTo("{\"n\":{\"ok\":true}}");
        assertThat(out.calls().get(1)).startsWith("dead steps[0] (filter): key 'ok' is not present in map");
        assertThat(Events.body(out.events("dead").getFirst())).isEqualTo("{}");
        assertThat(out.calls().get(2)).isEqualTo("drop not_ok");
    }

    @Test
    void aFailedBatchLeavesNothingBehindWhenTakenUpAnew() {
        ProcessStage stage = stage(ProcessStageTest::byBody);
        List<Event> batch = List.of(Events.event(1, "{}"), Events.event(2, "\"throw\""));
        assertThatThrownBy(() -> stage.handle(0, batch, out)).hasMessage("boom");
        state.rollback();
        stage.assigned(0, state);
        FakeOutput second = new FakeOutput();
        stage.handle(0, batch.subList(0, 1), second);
        assertThat(second.calls()).containsExactly("pass events");
    }

    @Test
    void partitionsHaveWindowsOfTheirOwn() {
        ProcessStage stage = stage(ProcessStageTest::byBody);
        stage.assigned(1, new FakeState());
        Event e = Events.event(1, "{}");
        stage.handle(0, List.of(e), out);
        stage.handle(1, List.of(e), out);
        assertThat(out.calls()).containsExactly("pass events", "pass events");
        stage.revoked(1);
        assertThatThrownBy(() -> stage.handle(1, List.of(e), out)).hasMessageContaining("partition 1");
    }

    @Test
    void aProcessorThatForgetsAnEventIsFoundOut() {
        List<Event> one = new ArrayList<>(List.of(Events.event(1, "{}")));
        assertThatThrownBy(() -> stage(_ -> List.of()).handle(0, one, out)).hasMessageContaining("not 0");
    }
}

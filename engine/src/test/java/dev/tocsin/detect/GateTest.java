package dev.tocsin.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.detect.Gate.Passage;
import dev.tocsin.detect.Gate.Verdict;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.LogSource;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of events and alerts that a gate does not let pass. */
class GateTest {
    private static final LogSource WINDOWS = LogSource.parse("product=windows;category=process_creation");

    private final ActiveRules active = new ActiveRules(new DetectStageTest.WordRules("whoami", "c0ffee"));
    private final FakeOutput out = new FakeOutput();
    private final List<String> asked = new ArrayList<>();

    private void handle(Verdict ingress, Verdict egress, Event... events) {
        Gate gate = new Gate() {
            @Override
            public Verdict ingress(String customer, String source, EventId event, int owners) {
                asked.add("in " + customer + " " + source + " " + event);
                return ingress;
            }

            @Override
            public Verdict egress(String customer, String source, String rule, EventId alert, int owners) {
                asked.add("out " + customer + " " + source + " " + rule + " " + alert);
                return egress;
            }
        };
        new DetectStage(active, new Alerts("green", "paris", 7),
                new MatchFeed(CorrelateConfig.DEFAULT, "paris", Clock.systemUTC()), 0, gate).handle(0,
                        List.of(events), out);
    }

    private static Event whoami() {
        return Events.event(1, WINDOWS, "{\"m\":\"whoami\"}");
    }

    @Test
    void bothGatesAreAskedWithWhatTheyDecideBy() {
        Event in = whoami();
        handle(Verdict.OPEN, Verdict.OPEN, in);
        assertThat(out.calls()).containsExactly("make alerts", "done");
        EventId alert = EventId.ofAlert("r-1", List.of(in.id()));
        assertThat(asked).containsExactly("in acme fw " + in.id(), "out acme fw r-1 " + alert);
    }

    @Test
    void anAlertThatIsNotLetOutWaitsAsItIs() {
        Event in = whoami();
        handle(Verdict.OPEN, new Verdict(Passage.CLOSED, "variant closed by targeting"), in);
        assertThat(out.calls()).containsExactly("makeHeld closed: variant closed by targeting", "done");
        FakeOutput published = new FakeOutput();
        new DetectStage(active, new Alerts("green", "paris", 7),
                new MatchFeed(CorrelateConfig.DEFAULT, "paris", Clock.systemUTC()), 0)
                .handle(0, List.of(in), published);
        assertThat(out.events("makeHeld")).isEqualTo(published.events("make"));
        assertThat(active.alerts()).as("only what others can see").isEqualTo(1);
        assertThat(active.hits("r-1")).isEqualTo(2);
    }

    @Test
    void anEventOfAnotherEngineIsCountedAndNotMatched() {
        handle(new Verdict(Passage.CLOSED, "x"), Verdict.OPEN, whoami());
        assertThat(out.calls()).containsExactly("drop ingress_closed");
        assertThat(active.hits("r-1")).isZero();
    }

    @Test
    void anEventThatNobodyCanDecideAboutWaits() {
        handle(new Verdict(Passage.HELD, "detect.ingress is not set"), Verdict.OPEN, whoami());
        assertThat(out.calls()).containsExactly("hold detect.ingress is not set");
        assertThat(active.hits("r-1")).isZero();
    }
}

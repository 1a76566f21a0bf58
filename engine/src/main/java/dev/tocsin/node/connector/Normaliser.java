package dev.tocsin.node.connector;

import dev.tocsin.event.Event;
import dev.tocsin.log.Appender.DeadLetter;
import dev.tocsin.log.Stream;
import dev.tocsin.process.Outcome;
import dev.tocsin.process.ProcessConfig;
import dev.tocsin.process.Processor;
import dev.tocsin.process.Steps;
import java.util.ArrayList;
import java.util.List;

/** What becomes of events before they are sent: parsed, mapped to ECS, filtered and changed by steps. Thread-safe. */
final class Normaliser {
    private final Processor processor;
    private final Steps steps;

    Normaliser(ProcessConfig config) {
        processor = Processor.of(config);
        steps = Steps.compile(config.steps()).steps();
    }

    /**
     * What is to be sent, and what cannot be.
     *
     * @param dead events as they came, with the cause
     */
    record Batch(List<Event> events, List<DeadLetter> dead) {
    }

    Batch normalise(List<Event> intake, List<DeadLetter> refused) {
        List<Event> events = new ArrayList<>(intake.size());
        List<DeadLetter> dead = new ArrayList<>(refused);
        for (Event in : intake) {
            for (Outcome outcome : processor.process(in)) {
                switch (steps.apply(outcome)) {
                    case Outcome.Passed p -> events.add(p.event());
                    case Outcome.Dropped _ -> {
                        // On purpose: a filter of the configuration, or a batch record whose children are here.
                    }
                    case Outcome.Dead d -> dead.add(new DeadLetter(d.child() ? d.event() : in, d.cause()));
                }
            }
        }
        return new Batch(events, dead);
    }

    /** As it is written to the file of dead letters. */
    static Event letter(DeadLetter dead) {
        return dead.letter("connector", Stream.INTAKE);
    }
}

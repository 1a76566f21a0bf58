package dev.tocsin.process;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configured steps, compiled, in their order. Applied to what passed; the first that drops an event ends it.
 *
 * <p>An expression that fails on one event makes that event dead, with the step and the cause; the others go on. Immutable
 * and usable by any thread.
 */
public final class Steps {
    public static final Steps NONE = new Steps(List.of());
    private final List<Step> steps;

    Steps(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /** What came of compiling; with a problem among them the steps are not to be used. */
    public record Compiled(Steps steps, List<Problem> problems) {
    }

    /** Compiles all steps and finds all problems; {@code where} of a problem is such as {@code steps[0].filter}. */
    public static Compiled compile(List<StepConfig> configs) {
        return compile(configs, Lookups.NONE);
    }

    /** @param lookups where lookup steps find their tables */
    public static Compiled compile(List<StepConfig> configs, Lookups lookups) {
        Cel cel = new Cel();
        List<Step> steps = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < configs.size(); i++) {
            Step step = new StepCompiler(cel, lookups, "steps[" + i + "]", problems).compile(configs.get(i));
            if (step != null) {
                steps.add(step);
            }
        }
        return new Compiled(problems.isEmpty() ? new Steps(steps) : NONE, List.copyOf(problems));
    }

    /**
     * Whether all tables that are looked into are whole. Until then events that are processed would go without what the
     * table would have said a moment later.
     */
    public boolean isReady() {
        for (Step step : steps) {
            if (step instanceof Step.Look look && !look.table().isReady()) {
                return false;
            }
        }
        return true;
    }

    /** What becomes of the outcome after the steps; what is dropped or dead already stays so. */
    public Outcome apply(Outcome outcome) {
        return steps.isEmpty() || !(outcome instanceof Outcome.Passed passed) ? outcome : run(passed);
    }

    private Outcome run(Outcome.Passed passed) {
        Event event = passed.event();
        Scope scope;
        try {
            scope = new Scope(event, (ObjectNode) Json.read(event.json()));
        } catch (JacksonException | ClassCastException e) {
            return new Outcome.Dead(event, "the steps need a JSON object: " + e.getMessage(), passed.child());
        }
        for (Step step : steps) {
            try {
                String reason = run(step, scope);
                if (reason != null) {
                    return new Outcome.Dropped(event, reason, passed.child());
                }
            } catch (CelFailure e) {
                return new Outcome.Dead(event, step.where() + ": " + e.getMessage(), passed.child());
            }
        }
        return scope.changed() ? new Outcome.Passed(scope.event(), passed.child()) : passed;
    }

    /** The reason to drop, or null. */
    private static @Nullable String run(Step step, Scope scope) {
        if (step.when() != null && !step.when().test(scope)) {
            return null;
        }
        return switch (step) {
            case Step.Filter f -> f.keep().test(scope) ? null : f.reason();
            case Step.Drop d -> d.condition().test(scope) ? d.reason() : null;
            case Step.Set s -> {
                scope.set(s.fields());
                yield null;
            }
            case Step.Look look -> {
                scope.look(look);
                yield null;
            }
        };
    }
}

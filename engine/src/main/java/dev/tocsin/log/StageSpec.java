package dev.tocsin.log;

import java.util.List;
import java.util.function.IntFunction;

/**
 * A stage to be run.
 *
 * @param name also the name of its consumer group
 * @param inputs the streams it reads; partition n of each goes to the same worker
 * @param workers threads; each has a stage of its own
 * @param stateful whether it keeps state in the log
 * @param lane of an engine beside the first: its stages have {@code matches} to themselves; empty for what all share
 * @param trial whether it only tries something out: what it does is not in the ledger, it publishes no alert, and keeps no
 *            dead letter
 * @param stage makes the stage of worker 0, 1, …
 */
public record StageSpec(String name, List<Stream> inputs, int workers, boolean stateful, String lane, boolean trial,
        IntFunction<Stage> stage) {
    public StageSpec(String name, List<Stream> inputs, int workers, boolean stateful, String lane,
            IntFunction<Stage> stage) {
        this(name, inputs, workers, stateful, lane, false, stage);
    }

    public StageSpec(String name, List<Stream> inputs, int workers, boolean stateful, IntFunction<Stage> stage) {
        this(name, inputs, workers, stateful, "", stage);
    }

    public StageSpec {
        inputs = List.copyOf(inputs);
        if (!name.matches("[a-z0-9][a-z0-9._-]*")) {
            throw new IllegalArgumentException("a stage's name has lower-case letters, digits, dot and dash: " + name);
        }
    }
}

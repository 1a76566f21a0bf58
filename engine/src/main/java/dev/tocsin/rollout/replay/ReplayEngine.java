package dev.tocsin.rollout.replay;

import dev.tocsin.log.Stage;
import java.time.Clock;
import java.util.Map;

/** The engine of this node, made anew for one replay, with the rules that are in force. Publishes nothing. */
public interface ReplayEngine {
    String name();

    /** Names the rules. */
    String content();

    /** Of correlations over correlations; 0 for none at all. */
    int levels();

    /** Reads {@code events}. @param clock tells event time */
    Stage detect(Clock clock);

    /** Reads {@code matches}. */
    Stage correlate();

    /** How often each rule fired. */
    Map<String, Long> hits();

    /** Makes one for a run. */
    @FunctionalInterface
    interface Maker {
        /** @throws IllegalArgumentException when this node has no engine */
        ReplayEngine engine(String run);
    }
}

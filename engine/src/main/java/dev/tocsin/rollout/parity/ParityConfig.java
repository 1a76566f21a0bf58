package dev.tocsin.rollout.parity;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.time.Duration;
import java.util.List;

/** The section {@code rollout.parity:}. */
@Doc("Two engines whose alerts a node with the role manager compares all the time.")
public record ParityConfig(
        @Doc("Their names; the first is the one that is right, as in [blue, green]. Empty: none are compared.") @Default("[]") List<String> engines,
        @Doc("How often the minutes that are over are compared.") @Default("1m") Duration every) {
    public ParityConfig {
        engines = List.copyOf(engines);
        if (!engines.isEmpty() && engines.size() != 2) {
            throw new IllegalArgumentException("engines names two, or none");
        }
        if (every.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("every is at least 1s");
        }
        if (!engines.isEmpty()) {
            Question.of(Side.parse(engines.getFirst()), Side.parse(engines.getLast()));
        }
    }
}

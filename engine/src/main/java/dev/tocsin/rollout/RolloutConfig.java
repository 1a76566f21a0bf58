package dev.tocsin.rollout;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.rollout.parity.ParityConfig;

/** The section {@code rollout:}. */
@Doc("Moving from one engine to another.")
public record RolloutConfig(@Doc("Comparing two engines all the time.") @Default("{}") ParityConfig parity) {
}

package dev.tocsin.source.state;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import java.time.Duration;

/** Settings of state in the log itself. */
@Tag("kafka")
@Doc("In the log, in one transaction with the events: each event is there exactly once. Nodes of one cluster stand by for each other.")
public record KafkaStateConfig(
        @Doc("How long a leader that says nothing is waited for.") @Default("5s") Duration lease)
        implements
            StateConfig {
    public KafkaStateConfig {
        StateConfig.check(lease);
    }
}

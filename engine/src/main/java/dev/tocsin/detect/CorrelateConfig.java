package dev.tocsin.detect;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.time.Duration;

/** The section {@code detect.correlate:}. */
@Doc("Correlations over what the rules match.")
public record CorrelateConfig(
        @Doc("How much later than newer ones an event may come and still count; a correlation decides that much after the time of the event.") @Default("5s") Duration lateness,
        @Doc("After so long without an event, time goes on by the clock, so that windows close although nothing comes.") @Default("2s") Duration idle,
        @Doc("So many groups are remembered for each partition; beyond, the one that got nothing for longest is forgotten, and that is reported.") @Default("1000000") int groupsMax,
        @Doc("So much memory is used for each partition; beyond, groups are forgotten, and that is reported.") @Default("256MiB") ByteSize stateMax) {
    public static final CorrelateConfig DEFAULT = new CorrelateConfig(Duration.ofSeconds(5), Duration.ofSeconds(2),
            1_000_000, ByteSize.parse("256MiB"));

    public CorrelateConfig {
        if (lateness.isNegative() || idle.isNegative()) {
            throw new IllegalArgumentException("lateness and idle are not negative");
        }
        if (groupsMax < 1 || stateMax.bytes() < 1 << 20) {
            throw new IllegalArgumentException("groups_max is at least 1 and state_max at least 1MiB");
        }
    }
}

package dev.tocsin.detect;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.time.Duration;

/** The section {@code detect.quarantine:}. */
@Doc("When a rule is parked, and how it catches up.")
public record QuarantineConfig(
        @Doc("A rule that failed on so many events is parked.") @Default("10") int failures,
        @Doc("A rule that raises more alerts in a minute of the events' time is parked; while rules catch up, so many come late in a minute at most.") @Default("10000") int alertsPerMinute,
        @Doc("A rule that alone takes more than this share of the time, from 0 to 1, is parked.") @Default("0.25") double share,
        @Doc("An event is slow when matching it takes longer; only slow events are looked into to find the rule that costs so much.") @Default("2ms") Duration slow,
        @Doc("Share of the time, from 0 to 1, for rules that catch up while there is other work.") @Default("0.2") double catchUpShare,
        @Doc("Disk, beyond log.keep, in which events are kept that parked rules still have to see; with the embedded broker.") @Default("4GiB") ByteSize keep) {
    public static final QuarantineConfig DEFAULT = new QuarantineConfig(10, 10_000, 0.25, Duration.ofMillis(2), 0.2,
            ByteSize.parse("4GiB"));

    public QuarantineConfig {
        if (failures < 1 || alertsPerMinute < 1) {
            throw new IllegalArgumentException("failures and alerts_per_minute are at least 1");
        }
        if (!(share > 0 && share <= 1) || !(catchUpShare > 0 && catchUpShare <= 1)) {
            throw new IllegalArgumentException("share and catch_up_share are above 0 and at most 1");
        }
        if (slow.isNegative() || slow.isZero()) {
            throw new IllegalArgumentException("slow is longer than nothing");
        }
    }
}

package dev.tocsin.source;

import dev.tocsin.base.ByteSize;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks that the settings of several sources share. */
final class Limits {
    /** What a dead letter keeps of a message that is too long, and the size of the pieces of a refused body. */
    static final int KEPT_BYTES = 64 * 1024;

    private Limits() {
    }

    static void checkSilence(@Nullable Duration silentAfter) {
        if (silentAfter != null && (silentAfter.isNegative() || silentAfter.isZero())) {
            throw new IllegalArgumentException("silent_after must be above 0; leave it out for no alarm");
        }
    }

    static void check(String name, ByteSize size, long min, long max) {
        if (size.bytes() < min || size.bytes() > max) {
            throw new IllegalArgumentException(
                    name + " must be from " + new ByteSize(min) + " to " + new ByteSize(max) + ", not " + size);
        }
    }
}

package dev.tocsin.simulate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** The simulator's time: the machine's, or one that moves only when told to. Thread-safe. */
public final class SimulatedClock {
    private final InstantSource source;
    private final boolean virtual;
    private Instant moved;

    private SimulatedClock(InstantSource source, boolean virtual, Instant moved) {
        this.source = source;
        this.virtual = virtual;
        this.moved = moved;
    }

    public static SimulatedClock real(InstantSource source) {
        return new SimulatedClock(source, false, Instant.EPOCH);
    }

    /** Stands at this time until {@link #advance}. */
    public static SimulatedClock virtual(Instant start) {
        return new SimulatedClock(InstantSource.fixed(start), true, start);
    }

    public boolean isVirtual() {
        return virtual;
    }

    public synchronized Instant now() {
        return virtual ? moved : source.instant();
    }

    /** @throws IllegalStateException when it is the machine's */
    public synchronized Instant advance(Duration by) {
        if (!virtual) {
            throw new IllegalStateException("the clock is real; start with --virtual to move it");
        }
        moved = moved.plus(by);
        return moved;
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}

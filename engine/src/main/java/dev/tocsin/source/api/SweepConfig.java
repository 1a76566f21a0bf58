package dev.tocsin.source.api;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.time.Duration;

/** The slow lane: how far back and how often everything is read again to find what came late. */
@Doc("Everything of the last while is read again from time to time, to find events that came late.")
public record SweepConfig(@Doc("How far back; 0 is no sweep.") @Default("1h") Duration window,
        @Doc("How often.") @Default("5m") Duration every) {
    public SweepConfig {
        if (window.isNegative() || every.isNegative() || every.isZero()) {
            throw new IllegalArgumentException("every must be above 0 and window not below 0");
        }
    }
}

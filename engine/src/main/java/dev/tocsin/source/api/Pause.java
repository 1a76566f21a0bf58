package dev.tocsin.source.api;

import java.time.Duration;

/** Waits; a test's clock moves instead. */
@FunctionalInterface
interface Pause {
    void of(Duration duration) throws InterruptedException;
}

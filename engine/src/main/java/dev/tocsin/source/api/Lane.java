package dev.tocsin.source.api;

import dev.tocsin.source.state.FencedException;
import java.time.Duration;

/** Where the events of windows go. Called by the thread that reads. */
interface Lane {
    /** An event of the window; may have been here before. */
    void take(Pass.Read read) throws InterruptedException, FencedException;

    /** Nothing can be read on until somebody does something; waits a while. */
    void hold(String problem, Duration wait) throws InterruptedException, FencedException;
}

package dev.tocsin.e2e;

import java.util.BitSet;

/** A sender of a protocol that acknowledges: numbers its events from 0 and knows which were acknowledged. */
interface Load extends Runnable {
    /** No new events; {@link #run} returns when all that were made are acknowledged. */
    void finish();

    int acknowledgedCount();

    BitSet acknowledged();

    int made();

    /** How many events were sent once more. */
    int resent();
}

package dev.tocsin.source.api;

import dev.tocsin.source.state.FencedException;

/** What asks an API for its events. One use: {@link #run} is called once. */
public interface Poller extends AutoCloseable {
    /**
     * Polls until closed, or until the delivery is over.
     *
     * @param cursor what was delivered with the last events, or empty at the very first
     * @param once ends as soon as everything that can be trusted by now has been read
     * @throws FencedException from the delivery
     */
    void run(String cursor, Delivery delivery, boolean once) throws FencedException, InterruptedException;

    /** Why it does not get on as it should, or empty. Any thread may ask. */
    String trouble();

    /** Lets {@link #run} end soon. Any thread may call it. */
    @Override
    void close();
}

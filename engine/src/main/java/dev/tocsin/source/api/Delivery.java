package dev.tocsin.source.api;

import dev.tocsin.source.state.FencedException;
import java.util.List;

/** Where a poller's events go, for one term of leadership. Called by one thread, in order. */
public interface Delivery {
    /**
     * Makes the events durable, and with them or after them the cursor, so that whoever goes on from the cursor reads
     * nothing of them again and misses nothing. Waits as long as it takes; tries again by itself what may succeed later.
     *
     * @param events in the order in which they are to be delivered; may be empty
     * @param cursor where reading goes on afterwards, JSON
     * @throws FencedException when another leads: the poller is to end
     */
    void deliver(List<ApiEvent> events, String cursor) throws FencedException, InterruptedException;

    /** Whether the term is (or may be) over, so that nothing more should be asked of the API. */
    boolean isOver();
}

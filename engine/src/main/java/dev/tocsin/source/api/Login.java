package dev.tocsin.source.api;

import java.io.IOException;
import java.util.Map;

/** What makes a request one of somebody whom the API knows. Thread-safe. */
interface Login {
    /** A login as it goes with a request; two are equal when nothing has been fetched anew in between. */
    record Pass(Map<String, String> headers, Map<String, String> parameters, long generation) {
    }

    /**
     * May ask for a token, and then waits for the answer.
     *
     * @param refused the generation that the API has just refused with 401, which is not to be used again; 0 for none
     */
    Pass pass(long refused) throws IOException, InterruptedException;

    /** Whether after a 401 another pass can be had. */
    boolean renews();
}

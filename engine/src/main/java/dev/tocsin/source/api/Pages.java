package dev.tocsin.source.api;

import java.util.Optional;

/** The pages of one window, in their order. Owned by the thread that reads. */
interface Pages extends AutoCloseable {
    /** The next page with what was asked for it; empty at the end. */
    Optional<Given> next() throws InterruptedException;

    /** Why there are no more pages. */
    End end();

    /** Gives up what is on its way. */
    @Override
    void close();

    /** A page and its request. */
    record Given(Requests.PageCall call, Page page) {
    }

    /** How a window ends. */
    enum End {
        /** All of it was read. */
        WHOLE,
        /** There is, or may be, more than these pages show. */
        CUT
    }
}

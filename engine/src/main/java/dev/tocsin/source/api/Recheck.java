package dev.tocsin.source.api;

import dev.tocsin.source.api.Requests.PageCall;
import java.util.List;
import java.util.concurrent.Future;

/** Some pages of a window that was read, asked for again, to see whether things have moved between its pages meanwhile. */
record Recheck(Pass pass, List<Witness> witnesses) {
    private record Witness(PageCall call, Future<Page> again) {
    }

    static Recheck begin(Pass pass, Fetching fetching) {
        return new Recheck(pass, pass.witnesses().stream().map(c -> new Witness(c, fetching.submit(c))).toList());
    }

    /** Whether nothing has moved; waits for the pages. */
    boolean isSteady(Fetching fetching, boolean countCounts) throws InterruptedException {
        try {
            for (Witness witness : witnesses) {
                if (!pass.isSteady(witness.call, fetching.await(witness.again), countCounts)) {
                    return false;
                }
            }
            return true;
        } catch (TooDeepException e) {
            // A page is not there any more.
            return false;
        } finally {
            witnesses.forEach(w -> w.again.cancel(true));
        }
    }
}

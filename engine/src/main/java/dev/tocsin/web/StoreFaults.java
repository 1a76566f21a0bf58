package dev.tocsin.web;

import dev.tocsin.fabric.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** What a store refuses, as HTTP says it: the title is the name of the fault. */
final class StoreFaults {
    private StoreFaults() {
    }

    /** Waits for the answer, which comes or times out. */
    static <T> T await(Supplier<CompletableFuture<T>> asked) {
        try {
            return asked.get().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException fault) {
                throw error(fault);
            }
            throw e;
        } catch (StoreException e) {
            throw error(e);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(BadRequests.message(e), "");
        }
    }

    private static ApiError error(StoreException e) {
        String said = e.getMessage() == null ? e.fault().text() : e.getMessage();
        int status = switch (e.fault()) {
            case NO_SUCH_KEY -> 404;
            case TYPE_CLASH, OVERFLOW, EMPTY, REVISION_MISMATCH, STORE_FULL -> 409;
            case TOO_LARGE -> 413;
            case INVALID -> 400;
            case BACKEND, CLOSED -> 503;
            case TIMEOUT -> 504;
        };
        String hint = switch (e.fault()) {
            case TIMEOUT -> "a change may have been made all the same; `tocsin broker store list` says who is master";
            case REVISION_MISMATCH -> "somebody was quicker: read the key anew";
            default -> "";
        };
        return new ApiError(status, e.fault().text(), said, hint);
    }
}

package dev.tocsin.web;

import java.util.function.Supplier;

/** Turns the refusal of an argument, by which the house's contracts speak, into an answer for the caller. */
final class BadRequests {
    private BadRequests() {
    }

    /** @throws ApiError 400 with the message of the {@link IllegalArgumentException} that the work throws */
    static <T> T explain(Supplier<T> work) {
        try {
            return work.get();
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(message(e), "");
        }
    }

    static String message(IllegalArgumentException e) {
        String message = e.getMessage();
        return message == null ? "an argument was refused" : message;
    }
}

package dev.tocsin.simulate;

import dev.tocsin.event.Json;

/** A request that is answered by an error; the message is told to the client. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String error;

    RefusedException(int status, String error, String message) {
        super(message);
        this.status = status;
        this.error = error;
    }

    static RefusedException bad(String message) {
        return new RefusedException(400, "bad_request", message);
    }

    static RefusedException invalid(String message) {
        return new RefusedException(422, "validation_failed", message);
    }

    ApiAnswer answer() {
        ApiAnswer answer = ApiAnswer.json(status,
                Json.object().put("error", error).put("error_description", String.valueOf(getMessage())));
        return status == 401 ? answer.with("WWW-Authenticate", "Bearer error=\"" + error + "\"") : answer;
    }
}

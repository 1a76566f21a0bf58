package dev.tocsin.source.api;

import java.io.IOException;

/** An answer of status 200 that is not what the definition says: half a body, no list of events. It is asked for again. */
final class BadPageException extends IOException {
    private static final long serialVersionUID = 1;

    BadPageException(String message) {
        super(message);
    }
}

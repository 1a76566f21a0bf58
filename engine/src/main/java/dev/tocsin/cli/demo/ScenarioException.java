package dev.tocsin.cli.demo;

import java.io.Serial;

/** A file of the scenario says something that cannot be played; the message names file, place and what to do. */
public final class ScenarioException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    ScenarioException(String where, String what) {
        super(where + ": " + what);
    }
}

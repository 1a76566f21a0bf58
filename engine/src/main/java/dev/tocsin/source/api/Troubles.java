package dev.tocsin.source.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What does not work at the moment, and why. Thread-safe. */
final class Troubles {
    private final Map<Object, String> open = new LinkedHashMap<>();

    /** @param reason one sentence, free of secrets */
    synchronized void begin(Object what, String reason) {
        open.put(what, reason);
    }

    synchronized void end(Object what) {
        open.remove(what);
    }

    synchronized void clear() {
        open.clear();
    }

    /** The oldest. */
    synchronized Optional<String> reason() {
        return open.values().stream().findFirst();
    }
}

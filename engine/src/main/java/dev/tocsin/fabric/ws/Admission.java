package dev.tocsin.fabric.ws;

import dev.tocsin.fabric.Rights;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Decides who may open a connection, and what for. Called by many threads; must not block for long. */
@FunctionalInterface
public interface Admission {
    Admission EVERYBODY = _ -> Optional.of(Rights.ALL);

    /** @return empty refuses: the client gets HTTP 403 */
    Optional<Rights> admit(Caller caller);

    /**
     * Who asks.
     *
     * @param address of the client, without the port
     * @param certificate subject of the client's certificate, null without one
     * @param headers looks a header up, in any case; null when there is none
     */
    record Caller(String address, @Nullable String certificate, Function<String, @Nullable String> headers) {
    }
}

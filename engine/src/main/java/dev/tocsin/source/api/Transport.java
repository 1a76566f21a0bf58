package dev.tocsin.source.api;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** HTTP as far as a poller needs it. Its twin in tests asks a simulator directly. */
interface Transport extends AutoCloseable {
    /** Redirections are not followed: they would carry credentials to where they do not belong. */
    Answer send(Ask ask) throws IOException, InterruptedException;

    @Override
    void close();

    /** A request. */
    record Ask(String method, URI uri, Map<String, String> headers, byte[] body) {
    }

    /** @param headers by name in lower case; of several of one name the first */
    record Answer(int status, Map<String, String> headers, byte[] body) {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name)).map(String::strip).filter(h -> !h.isEmpty());
        }
    }
}

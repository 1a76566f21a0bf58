package dev.tocsin.node;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.time.Duration;
import java.util.List;

/** Where the page, the API, health and metrics are served. */
@Doc("The page, the HTTP API, health and metrics.")
public record WebConfig(
        @Doc("Address and port; port 0 takes a free one.") @Default("127.0.0.1:8080") Endpoint listen,
        @Doc("Names by which browsers reach this node, such as that of a reverse proxy; on loopback all others but"
                + " localhost are refused, so that a foreign page cannot reach in by a DNS trick.") @Default("[]") List<String> allowedHosts,
        @Doc("Serve beyond this machine without TLS; only behind a proxy that has it.") @Default("false") boolean plaintext,
        @Doc("How long a login in the page lasts.") @Default("12h") Duration session,
        @Doc("Connections at once; further ones wait.") @Default("1000") int connectionsMax) {

    /** @throws IllegalArgumentException for settings that would be unsafe or useless */
    public WebConfig {
        allowedHosts = List.copyOf(allowedHosts);
        if (!plaintext && !listen.isLoopback()) {
            throw new IllegalArgumentException("listening on " + listen + " would send the admin token over the network"
                    + " in clear text; listen on 127.0.0.1, or set plaintext: true behind a proxy that has TLS");
        }
        if (connectionsMax < 1 || session.isNegative() || session.isZero()) {
            throw new IllegalArgumentException("connections_max and session must be more than 0");
        }
    }

    /** What an empty file means. */
    public static WebConfig defaults() {
        return at(new Endpoint("127.0.0.1", 8080));
    }

    /** The defaults at another address. */
    public static WebConfig at(Endpoint listen) {
        return new WebConfig(listen, List.of(), false, Duration.ofHours(12), 1000);
    }
}

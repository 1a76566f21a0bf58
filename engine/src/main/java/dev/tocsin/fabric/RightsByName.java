package dev.tocsin.fabric;

import java.util.Map;
import java.util.Optional;

/**
 * Who may do what on the fabric of a node. Immutable.
 *
 * @param named rights by the name in a peer's certificate, and by the names {@link #TOKEN}, {@link #LOCAL} and
 *            {@link #OTHERS}; empty when whoever is known may do everything
 */
public record RightsByName(Optional<Map<String, Rights>> named) {
    /** Clients over WebSocket that bring the node's token. */
    public static final String TOKEN = "token";
    /** Clients and peers on this machine that show neither token nor certificate. */
    public static final String LOCAL = "local";
    /** Whoever is not named. */
    public static final String OTHERS = "*";

    /** Whoever is known may do everything. */
    public static final RightsByName OPEN = new RightsByName(Optional.empty());

    public RightsByName {
        named = named.map(Map::copyOf);
    }

    /** @param name that its certificate confirms. A node that is called like one of the other names is not meant by it */
    public Rights peer(String name) {
        return of(name.equals(TOKEN) || name.equals(LOCAL) ? OTHERS : name);
    }

    public Rights token() {
        return of(TOKEN);
    }

    public Rights local() {
        return of(LOCAL);
    }

    private Rights of(String name) {
        return named.map(all -> all.getOrDefault(name, all.getOrDefault(OTHERS, Rights.NONE))).orElse(Rights.ALL);
    }
}

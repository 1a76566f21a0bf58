package dev.tocsin.web;

import dev.tocsin.config.Secret;
import dev.tocsin.fabric.Rights;
import dev.tocsin.fabric.RightsByName;
import dev.tocsin.fabric.ws.Admission;
import java.net.URI;
import java.util.Optional;

/**
 * Who may publish and subscribe over WebSocket on the page's port: programs on this machine, as Zeek has it, and whoever
 * brings the node's token as {@code Authorization: Bearer}; what exactly is said by {@code fabric.rights}. A page of another
 * site, shown in a browser here, may not.
 */
final class Visitors implements Admission {
    private final AdminToken token;
    private final RightsByName rights;

    Visitors(Secret token, RightsByName rights) {
        this.token = new AdminToken(token);
        this.rights = rights;
    }

    @Override
    public Optional<Rights> admit(Caller caller) {
        String origin = caller.headers().apply("Origin");
        if (origin != null && !isOfHost(origin, caller.headers().apply("Host"))) {
            return Optional.empty();
        }
        String given = caller.headers().apply("Authorization");
        boolean known = given != null && given.startsWith("Bearer ") && token.matches(given.substring(7).strip());
        // What a proxy on this machine brings is from anywhere.
        boolean direct = caller.headers().apply("X-Forwarded-For") == null
                && caller.headers().apply("Forwarded") == null;
        if (known) {
            return Optional.of(rights.token());
        }
        return direct && isHere(caller.address()) ? Optional.of(rights.local()) : Optional.empty();
    }

    private static boolean isOfHost(String origin, @org.jspecify.annotations.Nullable String host) {
        try {
            return host != null && host.equals(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean isHere(String address) {
        return address.startsWith("127.") || address.equals("::1") || address.equals("0:0:0:0:0:0:0:1");
    }
}

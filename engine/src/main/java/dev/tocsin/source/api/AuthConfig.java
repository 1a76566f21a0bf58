package dev.tocsin.source.api;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Secret;
import dev.tocsin.config.Tag;
import org.jspecify.annotations.Nullable;

/** How a source logs in to an API, chosen by {@code type:}. */
public sealed interface AuthConfig {
    /** Without. */
    @Tag("none")
    @Doc("The API asks nobody.")
    record None() implements AuthConfig {
    }

    /** RFC 7617. */
    @Tag("basic")
    @Doc("User name and password, as HTTP basic authentication.")
    record Basic(@Doc("The user.") String username, @Doc("The password.") Secret password) implements AuthConfig {
    }

    /** RFC 6750, with a token that does not change. */
    @Tag("bearer")
    @Doc("A token that lives long, as Authorization: Bearer.")
    record Bearer(@Doc("The token.") Secret token) implements AuthConfig {
    }

    /** A key in a header or a parameter. */
    @Tag("api_key")
    @Doc("A key in a header or in a parameter.")
    record ApiKey(@Doc("The key.") Secret key,
            @Doc("The header or parameter that carries it.") @Default("X-Api-Key") String name,
            @Doc("Where it stands.") @Default("header") In in,
            @Doc("What stands before the key in it, such as \"SSWS \".") @Default("") String prefix)
            implements
                AuthConfig {
        /** The place of a key. */
        public enum In {
            HEADER,
            QUERY
        }
    }

    /** RFC 6749, section 4.4. */
    @Tag("oauth2")
    @Doc("OAuth2 client credentials: a token that is fetched, and fetched anew at 80 % of its life.")
    record Oauth2(@Doc("The client's id, at some vendors called key.") String clientId,
            @Doc("The client's secret.") Secret clientSecret,
            @Doc("In place of the definition's: where tokens come from.") @Nullable TokenEndpoint token)
            implements
                AuthConfig {
    }
}

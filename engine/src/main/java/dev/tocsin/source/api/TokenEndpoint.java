package dev.tocsin.source.api;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.util.Map;

/** Where and how OAuth2 client credentials become a bearer token (RFC 6749, section 4.4). */
@Doc("Where tokens come from, for auth of type oauth2.")
public record TokenEndpoint(@Doc("A path of the API, or a whole address.") @Default("/oauth/token") String url,
        @Doc("Where grant_type and the other parameters stand.") @Default("body") Parameters parametersIn,
        @Doc("How id and secret are shown: as HTTP basic authentication or in the body.") @Default("basic") Client client,
        @Doc("Further parameters, such as scope or audience.") @Default("{}") Map<String, String> parameters) {
    public TokenEndpoint {
        parameters = Map.copyOf(parameters);
        if (!url.startsWith("/") && !url.startsWith("https://") && !url.startsWith("http://")) {
            throw new IllegalArgumentException("url of a token endpoint begins with / or https://");
        }
    }

    /** The place of parameters. */
    public enum Parameters {
        BODY,
        QUERY
    }

    /** The place of the client's id and secret. */
    public enum Client {
        BASIC,
        BODY
    }
}

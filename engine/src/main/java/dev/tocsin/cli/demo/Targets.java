package dev.tocsin.cli.demo;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the demo's events go.
 *
 * @param httpBase address of the intake port, such as {@code http://127.0.0.1:8088}, without a path
 * @param tokens access tokens by customer; HEC takes the customer from the token
 * @param webLog the access log that the node tails; created when it is not there
 */
public record Targets(Endpoint syslogTcp, Endpoint syslogUdp, URI httpBase, Map<String, Secret> tokens, Path webLog) {
    public Targets {
        tokens = Map.copyOf(tokens);
    }

    URI http(String path) {
        return URI.create(httpBase.toString().replaceAll("/+$", "") + path);
    }

    /** @throws ScenarioException when the customer has no token */
    String token(String customer) {
        Secret token = tokens.get(customer);
        if (token == null) {
            throw new ScenarioException("demo", "there is no access token for the customer \"" + customer + "\"");
        }
        return token.value();
    }
}

package dev.tocsin.cli;

import dev.tocsin.config.ProblemCode;
import java.net.URI;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the node is and who asks; shared by all commands that ask a node. */
public final class NodeOptions {
    @Option(names = "--url", paramLabel = "URL", description = "The node's address (default: ${DEFAULT-VALUE}).", defaultValue = "http://127.0.0.1:8080")
    private String url = "";

    @Mixin
    private final TokenOptions token;

    public NodeOptions(Terminal terminal) {
        this.token = new TokenOptions(terminal);
    }

    public Client client() {
        return client(null);
    }

    /** @param tls for https, null for the usual authorities */
    public Client client(@Nullable SSLContext tls) {
        String address = url.contains("://") ? url : "http://" + url;
        try {
            URI uri = URI.create(address.replaceFirst("/+$", ""));
            if (uri.getHost() == null || !uri.getScheme().matches("https?")) {
                throw new IllegalArgumentException("not an http address");
            }
            return new Client(uri, token.find(), tls);
        } catch (IllegalArgumentException e) {
            throw Failure.of(Exit.USAGE, ProblemCode.UNREACHABLE, "not an address: \"" + url + "\"",
                    "write http://127.0.0.1:8080");
        }
    }
}

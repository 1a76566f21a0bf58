package dev.tocsin.cli.broker;

import dev.tocsin.base.Endpoint;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Failure;
import dev.tocsin.cli.Terminal;
import dev.tocsin.cli.TokenOptions;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.fabric.ws.Dialect;
import dev.tocsin.fabric.ws.WsClient;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where commands that talk WebSocket go to: a node, or a Zeek. */
final class WebSocketOptions {
    @Option(names = "--to", defaultValue = "127.0.0.1:8080", paramLabel = "HOST:PORT|URL", description = "A node's page, or a Zeek (port 27759); wss://HOST:PORT with TLS (default: ${DEFAULT-VALUE}).")
    private String to = "127.0.0.1:8080";

    @Mixin
    private final TokenOptions token;
    @Mixin
    private final TlsOptions tls = new TlsOptions();

    WebSocketOptions(Terminal terminal) {
        token = new TokenOptions(terminal);
    }

    /** @throws Failure when it cannot be reached or does not want us */
    WsClient connect(List<String> prefixes, WsClient.Listener listener) {
        URI uri;
        try {
            uri = uri();
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE,
                    ProblemCode.UNKNOWN_CHOICE.problem("", "--to is no address: " + e.getMessage(),
                            "write it as 127.0.0.1:8080 or ws://127.0.0.1:8080"));
        }
        try {
            return WsClient.connect(settings(uri, prefixes), listener);
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            throw new Failure(Exit.UNREACHABLE, ProblemCode.UNREACHABLE.problem("", "nobody to talk to at " + uri + ": "
                    + why, hint(why)));
        }
    }

    private static String hint(String why) {
        if (why.contains("403")) {
            return "from another machine give the node's token, by --token or TOCSIN_TOKEN";
        }
        return why.contains("forbidden")
                ? "fabric.rights of that node says who may do what; with its token, --token, one may do more"
                : "start one: tocsin run, or tocsin broker listen --websocket 127.0.0.1:8080";
    }

    private WsClient.Settings settings(URI uri, List<String> prefixes) {
        boolean here = new Endpoint(uri.getHost(), Math.max(0, uri.getPort())).isLoopback();
        return token.find(here).map(t -> Map.of("Authorization", "Bearer " + t)).map(
                headers -> new WsClient.Settings(uri, prefixes).withHeaders(headers))
                .orElseGet(() -> new WsClient.Settings(uri, prefixes)).withTls(tls.context());
    }

    private URI uri() {
        String text = to.contains("://") ? to : "ws://" + to;
        URI uri = URI.create(text.replaceFirst("^http", "ws"));
        if (uri.getHost() == null || !"ws".equals(uri.getScheme()) && !"wss".equals(uri.getScheme())) {
            throw new IllegalArgumentException(to);
        }
        return uri.getPath().isEmpty() || uri.getPath().equals("/") ? uri.resolve(Dialect.PATH) : uri;
    }
}

package dev.tocsin.cli.broker;

import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Failure;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.fabric.ws.Dialect;
import dev.tocsin.fabric.ws.WsClient;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import picocli.CommandLine.Option;

/** Where commands that talk WebSocket go to: a node, or a Zeek. */
final class WebSocketOptions {
    @Option(names = "--to", defaultValue = "127.0.0.1:8080", paramLabel = "HOST:PORT|URL", description = "A node's page, or a Zeek (port 27759), on this machine (default: ${DEFAULT-VALUE}).")
    private String to = "127.0.0.1:8080";

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
            return WsClient.connect(new WsClient.Settings(uri, prefixes), listener);
        } catch (IOException e) {
            throw new Failure(Exit.UNREACHABLE, ProblemCode.UNREACHABLE.problem("",
                    "nobody to talk to at " + uri + ": " + e.getMessage(),
                    "start one: tocsin run, or tocsin broker listen --websocket 127.0.0.1:8080"));
        }
    }

    private URI uri() {
        String text = to.contains("://") ? to : "ws://" + to;
        URI uri = URI.create(text.replaceFirst("^http", "ws"));
        return uri.getPath().isEmpty() || uri.getPath().equals("/") ? uri.resolve(Dialect.PATH) : uri;
    }
}

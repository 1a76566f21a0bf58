package dev.tocsin.cli;

import dev.tocsin.config.ProblemCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the node is and who asks; shared by all commands that ask a node. */
public final class NodeOptions {
    private final Terminal terminal;

    @Option(names = "--url", paramLabel = "URL", description = "The node's address (default: ${DEFAULT-VALUE}).", defaultValue = "http://127.0.0.1:8080")
    private String url = "";

    @Option(names = "--token", paramLabel = "TOKEN", description = "Who asks. Else TOCSIN_TOKEN, else what is in DIR/admin.token.")
    private @Nullable String token;

    @Option(names = "--data", paramLabel = "DIR", description = "The node's data directory. Else TOCSIN_DATA, else 'data' here.")
    private @Nullable Path data;

    public NodeOptions(Terminal terminal) {
        this.terminal = terminal;
    }

    public Client client() {
        String address = url.contains("://") ? url : "http://" + url;
        try {
            URI uri = URI.create(address.replaceFirst("/+$", ""));
            if (uri.getHost() == null || !uri.getScheme().matches("https?")) {
                throw new IllegalArgumentException("not an http address");
            }
            return new Client(uri, token());
        } catch (IllegalArgumentException e) {
            throw Failure.of(Exit.USAGE, ProblemCode.UNREACHABLE, "not an address: \"" + url + "\"",
                    "write http://127.0.0.1:8080");
        }
    }

    private Optional<String> token() {
        String environment = terminal.environment().apply("TOCSIN_TOKEN");
        if (token != null || (environment != null && !environment.isBlank())) {
            return Optional.of(token != null ? token : environment.strip());
        }
        String directory = terminal.environment().apply("TOCSIN_DATA");
        Path file = (data != null ? data : Path.of(directory == null || directory.isEmpty() ? "data" : directory))
                .resolve("admin.token");
        try {
            return Files.isReadable(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException e) {
            terminal.note("cannot read " + file + ": " + e.getMessage());
            return Optional.empty();
        }
    }
}

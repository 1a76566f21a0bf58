package dev.tocsin.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who asks a node. */
public final class TokenOptions {
    private final Terminal terminal;

    @Option(names = "--token", paramLabel = "TOKEN", description = "Who asks. Else TOCSIN_TOKEN, else what is in DIR/admin.token.")
    private @Nullable String token;

    @Option(names = "--data", paramLabel = "DIR", description = "The node's data directory. Else TOCSIN_DATA, else 'data' here.")
    private @Nullable Path data;

    public TokenOptions(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The token that was given, or that the node's data directory has. */
    public Optional<String> find() {
        Optional<String> given = given();
        return given.isPresent() ? given : ofDirectory();
    }

    /**
     * The same for what may be no node at all: what is in a directory that nobody named is for nodes on this machine only.
     *
     * @param here whether it is on this machine
     */
    public Optional<String> find(boolean here) {
        return here || data != null ? find() : given();
    }

    private Optional<String> given() {
        String environment = terminal.environment().apply("TOCSIN_TOKEN");
        return token != null
                ? Optional.of(token)
                : Optional.ofNullable(environment).filter(e -> !e.isBlank()).map(String::strip);
    }

    private Optional<String> ofDirectory() {
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

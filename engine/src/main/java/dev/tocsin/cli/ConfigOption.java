package dev.tocsin.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which configuration; shared by the commands that read one. */
public final class ConfigOption {
    private static final Path USUAL = Path.of("tocsin.yaml");

    @Option(names = {"-c",
            "--config"}, paramLabel = "FILE", description = "The configuration. Else ./tocsin.yaml if it is there, else the defaults.")
    private @Nullable Path file;

    /** Null for the defaults. Says on the notes when a file is taken that was not named. */
    public @Nullable Path file(Terminal terminal) {
        if (file == null && Files.isRegularFile(USUAL)) {
            terminal.note("using ./" + USUAL);
            return USUAL;
        }
        return file;
    }
}

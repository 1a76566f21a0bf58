package dev.tocsin.source.state;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import java.nio.file.Path;
import java.time.Duration;

/** Settings of {@link FileState}. */
@Tag("file")
@Doc("In a directory of this machine. A second process on the machine stands by; other machines cannot.")
public record FileStateConfig(
        @Doc("The directory, on a local disk; it is made when it is missing.") @Default("state") Path directory)
        implements
            StateConfig {
    /** The lock goes with the process that has it; there is nothing to wait for. */
    @Override
    public Duration lease() {
        return Duration.ofSeconds(5);
    }
}

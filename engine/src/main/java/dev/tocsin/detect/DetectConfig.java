package dev.tocsin.detect;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The section {@code detect:}. */
@Doc("Which rules run over the events.")
public record DetectConfig(
        @Doc("Sigma rule files, and directories with everything below them.") @Default("[]") List<Path> rules,
        @Doc("A field mapping in pySigma's pipeline format; without it, the one from Sigma's names to ECS that ships with us.") @Nullable Path pipeline,
        @Doc("Name of this engine; it stands in each alert.") @Default("blue") String engine,
        @Doc("One event in so many is also matched in a slow and obvious way; a difference is an alarm. 0: none.") @Default("10000") int verifyOneIn) {
    public DetectConfig {
        if (verifyOneIn < 0) {
            throw new IllegalArgumentException("verify_one_in is negative");
        }
        rules = List.copyOf(rules);
    }
}

package dev.tocsin.detect;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.OrAlone;
import java.nio.file.Path;
import java.util.List;

/** The section {@code detect:}. */
@Doc("Which rules run over the events.")
public record DetectConfig(
        @Doc("Sigma rule files, and directories with everything below them.") @Default("[]") List<Path> rules,
        @Doc("pySigma processing pipelines that rewrite the rules for your events, one or a list; they run by their priority.") @Default("[]") @OrAlone List<Path> pipeline,
        @Doc("Name of this engine; it stands in each alert.") @Default("blue") String engine,
        @Doc("Correlations over what the rules match.") @Default("{}") CorrelateConfig correlate,
        @Doc("One event in so many is also matched in a slow and obvious way; a difference is an alarm. 0: none.") @Default("10000") int verifyOneIn) {
    public DetectConfig {
        if (verifyOneIn < 0) {
            throw new IllegalArgumentException("verify_one_in is negative");
        }
        rules = List.copyOf(rules);
        pipeline = List.copyOf(pipeline);
    }

    /** These rules and pipelines, all else by default. */
    public static DetectConfig of(List<Path> rules, List<Path> pipelines) {
        return new DetectConfig(rules, pipelines, "blue", CorrelateConfig.DEFAULT, 10_000);
    }
}

package dev.tocsin.detect;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.OrAlone;
import dev.tocsin.log.EngineStages;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The section {@code detect:}. */
@Doc("Which rules run over the events.")
public record DetectConfig(
        @Doc("Sigma rule files, and directories with everything below them.") @Default("[]") List<Path> rules,
        @Doc("pySigma processing pipelines that rewrite the rules for your events, one or a list; they run by their priority.") @Default("[]") @OrAlone List<Path> pipeline,
        @Doc("Name of this engine; it stands in each alert. An engine that has one starts with its gates closed, until flags name it or it owns a customer. Left out, the engine is called blue and has no gates before flags are set.") @Nullable String engine,
        @Doc("Correlations over what the rules match.") @Default("{}") CorrelateConfig correlate,
        @Doc("When a rule is parked so that the others do not suffer, and how it catches up.") @Default("{}") QuarantineConfig quarantine,
        @Doc("One event in so many is also matched in a slow and obvious way; a difference is an alarm. 0: none.") @Default("10000") int verifyOneIn) {
    /** What an engine is called that has no name of its own. */
    public static final String DEFAULT_ENGINE = "blue";

    public DetectConfig {
        if (verifyOneIn < 0) {
            throw new IllegalArgumentException("verify_one_in is negative");
        }
        if (engine != null) {
            EngineStages.requireName(engine);
        }
        rules = List.copyOf(rules);
        pipeline = List.copyOf(pipeline);
    }

    /** The name that it has, or has by default. */
    public String engineName() {
        return engine == null ? DEFAULT_ENGINE : engine;
    }

    /** These rules and pipelines, all else by default. */
    public static DetectConfig of(List<Path> rules, List<Path> pipelines) {
        return new DetectConfig(rules, pipelines, null, CorrelateConfig.DEFAULT, QuarantineConfig.DEFAULT,
                10_000);
    }
}

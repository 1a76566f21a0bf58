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
        @Doc("Correlations over what the rules match.") @Default("{}") CorrelateConfig correlate) {
    public DetectConfig {
        rules = List.copyOf(rules);
        pipeline = List.copyOf(pipeline);
    }
}

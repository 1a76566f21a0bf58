package dev.tocsin.process;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.nio.file.Path;
import java.util.List;

/** How events are parsed and classified. */
@Doc("How events are parsed and classified")
public record ProcessConfig(
        @Doc("Log source tables, tried in this order before the built-in one; see resources/process/logsources.yml for the form") @Default("[]") List<Path> logsources,
        @Doc("Whether an event's own _logsource decides what kind of log it is from") @Default("true") boolean trustLogsource,
        @Doc("Filters and changes, applied in this order") @Default("[]") List<StepConfig> steps,
        @Doc("So many ids of each partition are remembered, so that an event that is sent again passes once") @Default("200000") int window) {
    public static final ProcessConfig DEFAULT = new ProcessConfig(List.of(), true, List.of(), ProcessStage.WINDOW_IDS);

    public ProcessConfig {
        logsources = List.copyOf(logsources);
        steps = List.copyOf(steps);
        if (window < 0 || window > 5_000_000) {
            throw new IllegalArgumentException("window is from 0 to 5000000, not " + window);
        }
    }
}

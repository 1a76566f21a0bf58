package dev.tocsin.cli;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group {@code simulate}. */
@Command(name = "simulate", description = "Plays the other side of a source, with everything that goes wrong there.", synopsisSubcommandLabel = "COMMAND")
final class SimulateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private SimulateCommand() {
        spec = CommandSpec.create();
    }

    static CommandLine commandLine(Terminal terminal, Supplier<Stop> signals) {
        return new CommandLine(new SimulateCommand())
                .addSubcommand(SimulateApiCommand.commandLine(terminal, signals));
    }

    /** Without a subcommand there is nothing to do but to say so. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return Exit.USAGE;
    }
}

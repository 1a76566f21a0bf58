package dev.tocsin.cli.rules;

import dev.tocsin.cli.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group {@code rules}. */
@Command(name = "rules", description = "Lint, test, match, explain, convert and measure Sigma rules, most of it from files alone.", synopsisSubcommandLabel = "COMMAND")
public final class RulesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private RulesCommand() {
        spec = CommandSpec.create();
    }

    /** The group with its commands, to be added to the program's command line. */
    public static CommandLine commandLine(EventReader reader, Terminal terminal) {
        return new CommandLine(new RulesCommand()).addSubcommand(new LintCommand(reader, terminal))
                .addSubcommand(new TestCommand(reader, terminal)).addSubcommand(new ExplainCommand(reader, terminal))
                .addSubcommand(new CoverageCommand(reader, terminal))
                .addSubcommand(new BacktestCommand(reader, terminal)).addSubcommand(new ReloadCommand(terminal))
                .addSubcommand(QuarantineCommand.commandLine(terminal))
                .addSubcommand(new MatchCommand(reader, terminal)).addSubcommand(new ConvertCommand());
    }

    /** Without a subcommand there is nothing to do but to say so. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }
}

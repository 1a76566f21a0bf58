package dev.tocsin.cli.rules;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The group {@code rules}. */
@Command(name = "rules", description = "Lint, test, match, explain and convert Sigma rules from files alone.", synopsisSubcommandLabel = "COMMAND")
public final class RulesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private RulesCommand() {
        spec = CommandSpec.create();
    }

    /** The group with its commands, to be added to the program's command line. */
    public static CommandLine commandLine(EventReader reader) {
        return new CommandLine(new RulesCommand()).addSubcommand(new MatchCommand(reader))
                .addSubcommand(new LintCommand())
                .addSubcommand(new TestCommand()).addSubcommand(new ExplainCommand(reader))
                .addSubcommand(new ConvertCommand());
    }

    /** Without a subcommand there is nothing to do but to say so. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }
}

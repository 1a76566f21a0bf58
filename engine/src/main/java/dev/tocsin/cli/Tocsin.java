package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.cli.broker.BrokerCommand;
import dev.tocsin.cli.connector.ConnectorCommand;
import dev.tocsin.cli.content.ContentCommand;
import dev.tocsin.cli.demo.DemoCommand;
import dev.tocsin.cli.rules.RulesCommand;
import dev.tocsin.config.ProblemPrinter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The main class. */
@Command(name = "tocsin", versionProvider = Tocsin.Version.class, synopsisSubcommandLabel = "COMMAND", description = "A security event pipeline that accounts for every event.", footer = {
        "", "Exit codes: 0 ok, 1 problems found, 2 usage, 3 unreachable.",
        "`tocsin COMMAND --help` says more about a command."})
public final class Tocsin {
    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "Show this.")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version.")
    private boolean version;

    @Option(names = "--trace", scope = ScopeType.INHERIT, hidden = true, description = "Show stack traces.")
    private boolean trace;

    /** It advises a JVM option that would itself be warned about; the index is fast enough without. Held, else forgotten. */
    private static final Logger LUCENE_ADVICE = Logger.getLogger("org.apache.lucene.internal.vectorization");

    private Tocsin() {
    }

    public static void main(String[] arguments) {
        LUCENE_ADVICE.setLevel(Level.OFF);
        Terminal terminal = Terminal.system();
        int exit = program(terminal, Path.of(System.getProperty("tocsin.home", ""))).execute(arguments);
        terminal.out().flush();
        System.exit(exit);
    }

    /**
     * The program as it is started: every command there is.
     *
     * @param home the tree that holds {@code examples}
     */
    public static CommandLine program(Terminal terminal, Path home) {
        List<Object> more = List.of(new DemoCommand(new DemoLauncher(home), home.resolve("examples/demo")),
                SimulateCommand.commandLine(terminal, Stop::onSignal),
                ConnectorCommand.commandLine(terminal, Stop::onSignal),
                BrokerCommand.commandLine(terminal, Stop::onSignal));
        return commandLine(terminal, Optional.of(new LocalNode()), Stop::onSignal, more).addSubcommand("rules",
                RulesCommand.commandLine(new NodeReader(), terminal));
    }

    /**
     * All commands.
     *
     * @param launcher without one there is no {@code run} and no {@code check}
     * @param signals how {@code run} learns that it is to stop
     * @param more annotated command objects that other rooms bring
     */
    public static CommandLine commandLine(Terminal terminal, Optional<NodeLauncher> launcher, Supplier<Stop> signals,
            List<Object> more) {
        Tocsin root = new Tocsin();
        CommandLine line = new CommandLine(root);
        launcher.ifPresent(l -> line.addSubcommand(new RunCommand(terminal, l, signals))
                .addSubcommand(new CheckCommand(terminal, l)).addSubcommand(new WarmCommand()));
        more.forEach(line::addSubcommand);
        line.addSubcommand(new StatusCommand(terminal)).addSubcommand(new TopCommand(terminal))
                .addSubcommand(new TapCommand(terminal)).addSubcommand(new SearchCommand(terminal))
                .addSubcommand(new AuditCommand(terminal)).addSubcommand(new HealthCommand(terminal))
                .addSubcommand(group(DeadCommand.class, List.of(new DeadCommand.ListCommand(terminal),
                        new DeadCommand.ShowCommand(terminal), new DeadCommand.ReplayCommand(terminal),
                        new DeadCommand.DropCommand(terminal))))
                .addSubcommand(group(FlagsCommand.class, FlagsCommand.all(terminal)))
                .addSubcommand(group(new OwnersCommand(terminal), OwnersCommand.all(terminal)))
                .addSubcommand(group(RolloutCommand.class, RolloutCommand.all(terminal)))
                .addSubcommand(group(ShadowCommand.class, ShadowCommand.all(terminal)))
                .addSubcommand(group(new ReplayCommand(terminal), ReplayCommand.all(terminal)))
                .addSubcommand(new ParityCommand(terminal))
                .addSubcommand(ContentCommand.commandLine(terminal))
                .addSubcommand(group(StageCommand.class, List.of(new StageCommand.PauseCommand(terminal),
                        new StageCommand.ResumeCommand(terminal), new StageCommand.RewindCommand(terminal))));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF));
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.notes(), true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler((e, _) -> notUnderstood(e, terminal));
        line.setExecutionExceptionHandler((e, _, _) -> root.ended(e, terminal));
        return line;
    }

    /** @param type the class of a command, or one, if it does something without another word */
    private static CommandLine group(Object type, List<Object> commands) {
        CommandLine group = new CommandLine(type);
        commands.forEach(group::addSubcommand);
        return group;
    }

    /** A long help would hide the one line that matters; only who gave no command at all gets it. */
    private static int notUnderstood(CommandLine.ParameterException e, Terminal terminal) {
        CommandLine command = e.getCommandLine();
        if (e.getMessage() != null && e.getMessage().startsWith("Missing required subcommand")) {
            command.usage(terminal.notes(), command.getColorScheme());
            return Exit.USAGE;
        }
        terminal.note(terminal.paint("31", Printable.line(String.valueOf(e.getMessage()))));
        CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
        terminal.note("see `" + command.getCommandSpec().qualifiedName() + " --help`");
        return Exit.USAGE;
    }

    private int ended(Exception e, Terminal terminal) {
        if (e instanceof Failure failure) {
            terminal.notes().print(new ProblemPrinter(terminal.notesColour()).print(List.of(failure.problem()))
                    .replaceFirst("1 error\\n\\z", ""));
        } else {
            terminal.note("this is a mistake in tocsin itself: " + Printable.line(e.toString())
                    + (trace ? "" : " (--trace shows where)"));
        }
        if (trace) {
            StringWriter stack = new StringWriter();
            e.printStackTrace(new PrintWriter(stack));
            terminal.notes().print(stack);
        }
        return e instanceof Failure failure ? failure.exit() : Exit.PROBLEMS;
    }

    /** From the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Tocsin.class.getPackage().getImplementationVersion();
            return new String[]{"tocsin " + (version == null ? "(not packaged)" : version) + ", Java "
                    + Runtime.version().feature()};
        }
    }
}

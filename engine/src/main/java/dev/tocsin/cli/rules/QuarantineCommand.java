package dev.tocsin.cli.rules;

import dev.tocsin.base.Printable;
import dev.tocsin.cli.Client;
import dev.tocsin.cli.NodeOptions;
import dev.tocsin.cli.OutputOption;
import dev.tocsin.cli.Table;
import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** The group {@code rules quarantine}. */
@Command(name = "quarantine", description = "Shows and releases the rules that are parked because they harmed the others.", synopsisSubcommandLabel = "COMMAND")
final class QuarantineCommand implements Callable<Integer> {
    private static final String PATH = "/api/v1/quarantine";

    @Spec
    private CommandSpec spec;

    private QuarantineCommand() {
        spec = CommandSpec.create();
    }

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new QuarantineCommand()).addSubcommand(new ListCommand(terminal))
                .addSubcommand(new ReleaseCommand(terminal));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }

    /** {@code rules quarantine list}. */
    @Command(name = "list", description = {
            "Lists the rules that are parked, fail or catch up at a node, and to which events they were not applied.",
            "The exit code is 1 when there is one."})
    static final class ListCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();

        ListCommand(Terminal terminal) {
            this.terminal = terminal;
            node = new NodeOptions(terminal);
        }

        @Override
        public Integer call() {
            try (Client client = node.client()) {
                JsonNode all = client.get(PATH, Map.of());
                if (output.isJson()) {
                    terminal.out().println(all);
                } else if (all.isEmpty()) {
                    terminal.note("no rule is in quarantine");
                } else {
                    print(all);
                }
                return all.isEmpty() ? 0 : 1;
            }
        }

        private void print(JsonNode all) {
            Table table = new Table("rule", "state", "reason", "since", ">offsets", "waiting", "reading");
            for (JsonNode one : all) {
                table.row(one.path("rule").asString(""), one.path("state").asString("").replace('_', ' '),
                        one.path("reason").asString(""), one.path("since").asString(""),
                        one.path("events").asLong(0), places(one, "waiting"), places(one, "reading"));
            }
            table.print(terminal);
            for (JsonNode one : all) {
                terminal.note(Printable.line(one.path("rule").asString("") + " \"" + one.path("title").asString("")
                        + "\" (" + one.path("file").asString("") + "): " + one.path("cause").asString("")));
            }
        }

        /** As {@code 0:100- 1:7,90-}: partition and offsets. */
        private static String places(JsonNode one, String which) {
            return one.path("partitions").valueStream().filter(p -> !p.path(which).asString("").isEmpty())
                    .map(p -> p.path("partition").asInt(0) + ":" + p.path(which).asString(""))
                    .collect(Collectors.joining(" "));
        }
    }

    /** {@code rules quarantine release}. */
    @Command(name = "release", description = {
            "Applies a rule again as it is; it catches up with the events that it missed.",
            "It is parked again if it still harms the others. A rule that is no longer among the rules is given up."})
    static final class ReleaseCommand implements Callable<Integer> {
        private final Terminal terminal;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();

        @Parameters(paramLabel = "RULE", description = "The rule's id, as the list shows it.")
        private String rule = "";

        ReleaseCommand(Terminal terminal) {
            this.terminal = terminal;
            node = new NodeOptions(terminal);
        }

        @Override
        public Integer call() {
            try (Client client = node.client()) {
                JsonNode answer = client.post(PATH + "/release", Json.object().put("rule", rule));
                terminal.out().println(output.isJson() ? answer.toString() : Printable.line(rule) + " is released");
                return 0;
            }
        }
    }
}

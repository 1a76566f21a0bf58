package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.base.Problem;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.config.ProblemPrinter;
import dev.tocsin.event.Json;
import dev.tocsin.rollout.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The commands of {@code rollout}. */
@Command(name = "rollout", description = "Moves customers from one engine to another, step by step, with gates.", footer = {
        "", "Examples:", "  tocsin rollout start november.yaml --why 'the new engine'", "  tocsin rollout status",
        "  tocsin rollout abort --why 'the phone rings'"})
final class RolloutCommand {
    private static final String PATH = "/api/v1/rollout";

    private RolloutCommand() {
    }

    static List<Object> all(Terminal terminal) {
        return List.of(new StartCommand(terminal), new StatusCommand(terminal), new PromoteCommand(terminal),
                new AbortCommand(terminal), new ReportCommand(terminal), new RetireCommand(terminal));
    }

    private static void show(Terminal terminal, OutputOption output, JsonNode view) {
        JsonNode state = view.path("state");
        if (output.isJson()) {
            terminal.out().println(view);
            return;
        }
        if (!state.isObject()) {
            terminal.note("no rollout was ever started");
            return;
        }
        JsonNode steps = view.path("plan").path("steps");
        terminal.out().println(Printable.line("rollout " + view.path("plan").path("name").asString("") + ": "
                + view.path("plan").path("from").asString("") + " to " + view.path("plan").path("to").asString("")
                + ", " + state.path("status").asString("").toLowerCase(java.util.Locale.ROOT) + " at step "
                + (state.path("step").asInt(0) + 1) + " of " + steps.size() + " since "
                + state.path("when").asString("")
                + " by " + state.path("who").asString("") + ": " + state.path("why").asString("")));
        Table table = new Table(">step", "what", "hold", "result");
        for (int i = 0; i < steps.size(); i++) {
            String result = i == state.path("step").asInt(0) ? "<- here" : "";
            for (JsonNode phase : state.path("phases")) {
                if (phase.path("step").asInt(0) == i) {
                    result = phase.path("result").asString("");
                }
            }
            table.row(i + 1, words(steps.path(i)), hold(steps.path(i)), result);
        }
        table.print(terminal);
        view.path("gates").forEach(gate -> terminal.out().println("  " + Printable.line(gate.asString(""))));
    }

    /** Such as 1h30m. */
    private static String hold(JsonNode step) {
        return step.path("hold").asString("").replace("PT", "").toLowerCase(java.util.Locale.ROOT);
    }

    private static String words(JsonNode step) {
        for (String kind : List.of("ingress", "share")) {
            if (step.path(kind).isString()) {
                return kind + " " + step.path(kind).asString("");
            }
        }
        return "customers " + String.join(", ", step.path("customers").valueStream().map(c -> c.asString("")).toList());
    }

    /** What all of them have. */
    abstract static class Base implements Callable<Integer> {
        final Terminal terminal;
        @Mixin
        final NodeOptions node;
        @Mixin
        final OutputOption output = new OutputOption();

        Base(Terminal terminal) {
            this.terminal = terminal;
            this.node = new NodeOptions(terminal);
        }
    }

    /** Those that change something. */
    abstract static class Changing extends Base {
        @Mixin
        final ChangeOptions change = new ChangeOptions();

        @Option(names = "--why", paramLabel = "TEXT", description = "Why; it is kept in the history.")
        String why = "";

        Changing(Terminal terminal) {
            super(terminal);
        }

        int post(String path, String question, JsonNode body) {
            if (change.dryRun()) {
                terminal.note("nothing was done");
                return Exit.OK;
            }
            if (why.isBlank()) {
                throw Failure.of(Exit.USAGE, ProblemCode.NOT_CONFIRMED, "a rollout says why", "add --why \"…\"");
            }
            change.confirm(terminal, question);
            try (Client client = node.client()) {
                show(terminal, output, client.post(path, body));
                return Exit.OK;
            }
        }
    }

    @Command(name = "start", description = "Begins a rollout; it goes on by itself and halts by itself.")
    static final class StartCommand extends Changing {
        @Parameters(index = "0", paramLabel = "PLAN", description = "The plan, a YAML file.")
        private Path file = Path.of("");

        StartCommand(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            String yaml;
            try {
                yaml = Files.readString(file);
            } catch (IOException e) {
                throw Failure.of(Exit.USAGE, ProblemCode.UNREADABLE, "cannot read " + file + ": " + e.getMessage(), "");
            }
            Plan.Read read = Plan.read(yaml, file.toString());
            List<Problem> problems = read.problems();
            if (!problems.isEmpty()) {
                terminal.notes().print(new ProblemPrinter(terminal.notesColour()).print(problems));
            }
            Plan plan = read.plan();
            if (plan == null) {
                return Exit.PROBLEMS;
            }
            return post(PATH, "Move customers from engine " + plan.from() + " to " + plan.to() + " in "
                    + plan.steps().size() + " steps?", Json.object().put("plan", yaml).put("why", why));
        }
    }

    @Command(name = "status", description = "Shows how far the rollout is, and what its gates say.")
    static final class StatusCommand extends Base {
        StatusCommand(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            try (Client client = node.client()) {
                JsonNode view = client.get(PATH, Map.of());
                show(terminal, output, view);
                return view.path("state").path("status").asString("").equalsIgnoreCase("halted")
                        ? Exit.PROBLEMS
                        : Exit.OK;
            }
        }
    }

    @Command(name = "promote", description = "Goes to the next step at once, whatever the gates say.")
    static final class PromoteCommand extends Changing {
        PromoteCommand(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            return post(PATH + "/promote", "Go to the next step?", Json.object().put("why", why));
        }
    }

    @Command(name = "abort", description = "Gives all customers back to the old engine, at once.")
    static final class AbortCommand extends Changing {
        AbortCommand(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            return post(PATH + "/abort", "Give all customers back?", Json.object().put("why", why));
        }
    }

    @Command(name = "report", description = "Writes what came of each step, in Markdown, to be sent round.")
    static final class ReportCommand extends Base {
        ReportCommand(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            try (Client client = node.client()) {
                JsonNode json = client.get(PATH + "/report", Map.of());
                if (output.isJson()) {
                    terminal.out().println(json);
                } else {
                    json.path("markdown").asString("").lines().map(Printable::line).forEach(terminal.out()::println);
                }
                return Exit.OK;
            }
        }
    }

    @Command(name = "retire", description = "Forgets an engine that owns nobody, does not run and withheld nothing unread.")
    static final class RetireCommand extends Base {
        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0", paramLabel = "ENGINE", description = "Its name.")
        private String engine = "";

        RetireCommand(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            if (change.dryRun()) {
                terminal.note("nothing was done");
                return Exit.OK;
            }
            change.confirm(terminal, "Forget the engine " + engine + ", its places and its state?");
            try (Client client = node.client()) {
                JsonNode done = client.post("/api/v1/engines/" + Client.escape(engine) + "/retire", Json.object());
                terminal.out().println(output.isJson()
                        ? done.toString()
                        : "engine " + Printable.line(engine)
                                + " is retired");
                return Exit.OK;
            }
        }
    }
}

package dev.tocsin.cli;

import dev.tocsin.event.Json;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The commands of {@code stage}. */
@Command(name = "stage", description = "Pauses, resumes and rewinds a stage of a running node.")
final class StageCommand {
    private StageCommand() {
    }

    @Command(name = "pause", description = "Lets the stage take nothing more; its input waits in the log.")
    static final class PauseCommand extends Change {
        PauseCommand(Terminal terminal) {
            super(terminal, "pause", "is paused");
        }
    }

    @Command(name = "resume", description = "Lets the stage go on where it was.")
    static final class ResumeCommand extends Change {
        ResumeCommand(Terminal terminal) {
            super(terminal, "resume", "goes on");
        }
    }

    @Command(name = "rewind", description = "Lets the stage read its input again.", footer = {"",
            "Ids are the same on the second reading, so nothing becomes visible twice."})
    static final class RewindCommand extends Change {
        @Option(names = "--to", paramLabel = "TIME", converter = TimeText.Converter.class, description = "From records of that time on: -1h, 2026-03-01T12:00:00Z (default: the oldest kept).")
        private @Nullable TimeText to;

        RewindCommand(Terminal terminal) {
            super(terminal, "rewind", "reads again");
        }

        @Override
        void ask(ChangeOptions change, String stage, ObjectNode body) {
            String from = to == null ? "its oldest record" : to.at(terminal.clock().instant()).toString();
            change.confirm(terminal, "Let stage " + stage + " read again from " + from + "?");
            body.put("to", to == null ? null : from);
        }
    }

    /** What the three have in common. */
    abstract static class Change implements Callable<Integer> {
        final Terminal terminal;
        private final String verb;
        private final String done;
        @Mixin
        private final NodeOptions node;
        @Mixin
        private final OutputOption output = new OutputOption();
        @Mixin
        private final ChangeOptions change = new ChangeOptions();

        @Parameters(index = "0", paramLabel = "STAGE", description = "As status says.")
        private String stage = "";

        Change(Terminal terminal, String verb, String done) {
            this.terminal = terminal;
            this.verb = verb;
            this.done = done;
            this.node = new NodeOptions(terminal);
        }

        /** Only what costs something asks before it is done. */
        void ask(ChangeOptions options, String name, ObjectNode body) {
        }

        @Override
        public final Integer call() {
            ObjectNode body = Json.object();
            ask(change, stage, body);
            if (change.dryRun()) {
                terminal.note("would " + verb + " stage " + stage + (body.isEmpty() ? "" : " " + body));
                return Exit.OK;
            }
            try (Client client = node.client()) {
                JsonNode json = client.post("/api/v1/stages/" + Client.escape(stage) + "/" + verb, body);
                terminal.out().println(output.isJson() ? json.toString() : "stage " + stage + " " + done);
                return Exit.OK;
            }
        }
    }
}

package dev.tocsin.cli.rules;

import dev.tocsin.cli.Client;
import dev.tocsin.cli.NodeOptions;
import dev.tocsin.cli.OutputOption;
import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code rules reload}: a running node reads its rules anew. */
@Command(name = "reload", description = {
        "Lets a running node read its rules anew; they are in force with the next batch, and no event is lost.",
        "When none of them can be used, the old ones stay and the exit code is 1; also 1 when some were refused."})
final class ReloadCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final NodeOptions node;

    @Mixin
    private final OutputOption output = new OutputOption();

    ReloadCommand(Terminal terminal) {
        this.terminal = terminal;
        node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() {
        try (Client client = node.client()) {
            JsonNode answer = client.post("/api/v1/rules/reload", Json.object());
            int refused = answer.path("refused").asInt(0);
            if (output.isJson()) {
                terminal.out().println(answer);
            } else {
                String content = answer.path("content").asString("");
                boolean same = content.equals(answer.path("previous").asString(""));
                answer.path("problems").forEach(problem -> terminal.note(problem.asString("")));
                terminal.out().println(answer.path("rules").asInt(0) + " rules are in force, " + refused
                        + " refused; content " + content + (same ? " (as before)" : ""));
            }
            return refused == 0 ? 0 : 1;
        }
    }
}

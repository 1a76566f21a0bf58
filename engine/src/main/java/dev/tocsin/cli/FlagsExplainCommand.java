package dev.tocsin.cli;

import dev.tocsin.base.Printable;
import dev.tocsin.event.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

@Command(name = "explain", description = "Says what a gate says to an engine of a customer, and which branches decided.", footer = {
        "", "Exit code 1 when what comes is held."})
final class FlagsExplainCommand implements Callable<Integer> {
    private final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final OutputOption output = new OutputOption();

    @Parameters(index = "0", arity = "0..1", paramLabel = "FLAG", description = "detect.ingress or detect.egress (default: both).")
    private @Nullable String flag;

    @Option(names = "--customer", paramLabel = "NAME", description = "Whose events.")
    private String customer = "";

    @Option(names = "--engine", paramLabel = "NAME", description = "Which engine (default: the node's).")
    private String engine = "";

    @Option(names = "--source", paramLabel = "NAME", description = "Which source brought them in.")
    private String source = "";

    @Option(names = "--site", paramLabel = "NAME", description = "Where the engine runs (default: the node's).")
    private String site = "";

    @Option(names = "--rule", paramLabel = "ID", description = "Which rule raised the alert.")
    private String rule = "";

    @Option(names = "--key", paramLabel = "ID", description = "Id of the event or alert, where a share is told by it.")
    private String key = "";

    FlagsExplainCommand(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    @Override
    public Integer call() {
        Map<String, String> subject = new HashMap<>(Map.of("customer", customer, "engine", engine, "source", source,
                "site", site, "rule", rule, "key", key));
        ArrayNode all = Json.object().putArray("all");
        try (Client client = node.client()) {
            for (String one : flag == null ? List.of("detect.ingress", "detect.egress") : List.of(flag)) {
                all.add(client.get("/api/v1/flags/" + Client.escape(one) + "/explain", subject));
            }
        }
        if (output.isJson()) {
            terminal.out().println(flag == null ? all : all.get(0));
        } else {
            all.forEach(this::print);
        }
        boolean isHeld = all.valueStream().anyMatch(e -> e.path("decision").asString("").equals("held"));
        return isHeld ? Exit.PROBLEMS : Exit.OK;
    }

    private void print(JsonNode e) {
        String decision = e.path("decision").asString("");
        JsonNode of = e.path("subject");
        terminal.out().println(e.path("flag").asString("") + " is " + terminal.paint(switch (decision) {
            case "open" -> "32";
            case "held" -> "31";
            default -> "33";
        }, decision) + " at engine " + Printable.line(of.path("engine").asString("")) + " for "
                + (of.path("customer").asString("").isEmpty()
                        ? "customers that are not named"
                        : "customer " + Printable.line(of.path("customer").asString("")))
                + ": " + Printable.line(e.path("why").asString("")) + " (revision " + e.path("revision").asLong(0)
                + ")");
        for (JsonNode step : e.path("steps")) {
            terminal.out().println("  " + Printable.line(step.path("path").asString("")) + "  "
                    + Printable.line(step.path("condition").asString("")) + "  is "
                    + Printable.line(step.path("value").asString("")));
        }
    }
}

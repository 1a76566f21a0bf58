package dev.tocsin.cli.broker;

import dev.tocsin.base.Printable;
import dev.tocsin.cli.Client;
import dev.tocsin.cli.NodeOptions;
import dev.tocsin.cli.OutputOption;
import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import dev.tocsin.fabric.data.JsonWriter;
import dev.tocsin.fabric.data.Value;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What all commands have in common that ask a node about one of its stores. */
abstract class StoreCall {
    private static final int SHOWN_MAX = 10_000;

    final Terminal terminal;
    @Mixin
    private final NodeOptions node;
    @Mixin
    private final AuthorityOption authority = new AuthorityOption();
    @Mixin
    final OutputOption output = new OutputOption();

    @Option(names = "--timeout", defaultValue = "5s", paramLabel = "TIME", description = "How long the store may take (default: ${DEFAULT-VALUE}).")
    String timeout = "5s";

    @Parameters(index = "0", paramLabel = "STORE", description = "The store's name.")
    private String store = "";

    StoreCall(Terminal terminal) {
        this.terminal = terminal;
        this.node = new NodeOptions(terminal);
    }

    /** Reads keys and values as they are written. */
    static final class ValueReader implements ITypeConverter<Value> {
        @Override
        public Value convert(String text) {
            return ValueText.parse(text);
        }
    }

    /** To be closed. */
    Client client() {
        return node.client(authority.context());
    }

    String path(String end) {
        return "/api/v1/stores/" + Client.escape(store) + end;
    }

    /** Asks, shows what is answered, and gives it back. */
    JsonNode ask(String route, ObjectNode body) {
        try (Client client = client()) {
            JsonNode answer = client.post(path(route), body.put("timeout", timeout));
            show(answer);
            return answer;
        }
    }

    ObjectNode body(String operation) {
        return Json.object().put("operation", operation);
    }

    /** With the type, so that nothing is taken for another. */
    static JsonNode typed(Value value) {
        JsonWriter out = new JsonWriter(JsonWriter.Precision.EXACT);
        out.value(value);
        return Json.read(out.toByteArray());
    }

    /** Whether there is nothing to say when it went well. */
    boolean isSilent() {
        return false;
    }

    private void show(JsonNode answer) {
        if (output.isJson()) {
            terminal.out().println(answer);
        } else if (!isSilent()) {
            terminal.out().println(text(answer.path("value")));
        }
    }

    /** On one line: a text as it is, all else as JSON. */
    static String text(JsonNode value) {
        return Printable.clip(value.isString() ? value.stringValue() : value.toString(), SHOWN_MAX);
    }
}

package dev.tocsin.cli.broker;

import dev.tocsin.cli.Exit;
import dev.tocsin.cli.Failure;
import dev.tocsin.cli.Terminal;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.ws.WsClient;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tocsin broker publish}. */
@Command(name = "publish", description = "Publishes values on a topic, or with --event one event.", footer = {"",
        "A value is JSON or plain text; whole numbers are counts. Other types as the wire writes them.", "Examples:",
        "  tocsin broker publish alice/dogs barks 3",
        "  tocsin broker publish --to 127.0.0.1:27759 --event ping /test/in hello 42",
        "  tocsin broker publish blocked '{\"@data-type\":\"address\",\"data\":\"10.0.0.1\"}'"})
final class PublishCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final WebSocketOptions server;

    @Option(names = "--event", paramLabel = "NAME", description = "Publish an event of this name with the values as arguments.")
    private @Nullable String event;

    @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic.")
    private String topic = "";

    @Parameters(index = "1..*", paramLabel = "VALUE", description = "What to publish; each is a message of its own, unless there is --event.")
    private List<String> values = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    PublishCommand(Terminal terminal) {
        this.terminal = terminal;
        this.server = new WebSocketOptions(terminal);
    }

    @Override
    public Integer call() {
        if (values.isEmpty() && event == null) {
            throw new ParameterException(spec.commandLine(),
                    "there is no VALUE to publish; an event needs none: --event");
        }
        List<Value> parsed = values.stream().map(ValueText::parse).toList();
        List<Value> messages = event == null
                ? parsed
                : List.of(EventCall.of(event, parsed.toArray(Value[]::new)).toValue());
        CompletableFuture<String> refused = new CompletableFuture<>();
        try (WsClient client = server.connect(List.of(), new WsClient.Listener() {
            @Override
            public void message(String from, Value value) {
                // Nothing was subscribed to.
            }

            @Override
            public void error(String code, String context) {
                refused.complete(code + ": " + context);
            }
        })) {
            for (Value message : messages) {
                client.publish(topic, message);
            }
            client.flush();
        } catch (IOException e) {
            throw new Failure(Exit.UNREACHABLE,
                    ProblemCode.UNREACHABLE.problem("", "the connection ended: " + e.getMessage(), ""));
        }
        if (refused.isDone()) {
            terminal.note(refused.join());
            return Exit.PROBLEMS;
        }
        return Exit.OK;
    }
}

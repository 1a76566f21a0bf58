package dev.tocsin.cli.broker;

import dev.tocsin.base.Printable;
import dev.tocsin.cli.Exit;
import dev.tocsin.cli.OutputOption;
import dev.tocsin.cli.Stop;
import dev.tocsin.cli.Terminal;
import dev.tocsin.event.Json;
import dev.tocsin.fabric.data.EventCall;
import dev.tocsin.fabric.data.JsonValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.ws.WsClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tocsin broker subscribe}. */
@Command(name = "subscribe", description = "Shows what is published on topics that begin so, from now on.", footer = {
        "",
        "On a terminal a line for each message; otherwise, or with -o json, JSON lines as on the wire.",
        "Examples:", "  tocsin broker subscribe alice/",
        "  tocsin broker subscribe --to 127.0.0.1:27759 zeek/ --limit 10"})
final class SubscribeCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<Stop> signals;

    @Mixin
    private final WebSocketOptions server;
    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(names = "--limit", paramLabel = "N", description = "Stop after so many messages (default: never).")
    private long limit;

    @Parameters(arity = "1..*", paramLabel = "PREFIX", description = "Topic prefixes; an empty one is every topic.")
    private List<String> prefixes = List.of();

    SubscribeCommand(Terminal terminal, Supplier<Stop> signals) {
        this.terminal = terminal;
        this.server = new WebSocketOptions(terminal);
        this.signals = signals;
    }

    @Override
    public Integer call() throws InterruptedException {
        Stop stop = signals.get();
        Shown shown = new Shown(stop);
        try (WsClient client = server.connect(prefixes, shown)) {
            terminal.note("subscribed to " + String.join(", ", prefixes.stream().map(p -> '"' + p + '"').toList())
                    + " at " + client.endpoint() + "; Ctrl-C ends it");
            stop.await();
            shown.over = true;
        } finally {
            stop.done();
        }
        return shown.lost ? Exit.UNREACHABLE : Exit.OK;
    }

    private final class Shown implements WsClient.Listener {
        private final Stop stop;
        private long count;
        private volatile boolean over;
        private volatile boolean lost;

        Shown(Stop stop) {
            this.stop = stop;
        }

        @Override
        public void message(String topic, Value value) {
            if (limit > 0 && count == limit) {
                return;
            }
            boolean json = output.format().map(f -> f == OutputOption.Format.JSON).orElse(!terminal.outInteractive());
            String data = new String(JsonValues.write(value), StandardCharsets.UTF_8);
            if (json) {
                terminal.out().println(Json.object().put("topic", topic).setAll(
                        (tools.jackson.databind.node.ObjectNode) Json.read(data)));
            } else {
                String text = EventCall.from(value)
                        .map(call -> call.name() + String.join(", ", call.args().stream().map(Value::toString).toList())
                                .transform(args -> "(" + args + ")"))
                        .orElseGet(value::toString);
                terminal.out().println(terminal.paint("36", Printable.line(topic)) + "  " + Printable.clip(text, 500));
            }
            terminal.out().flush();
            if (++count == limit || terminal.out().checkError()) {
                stop.request();
            }
        }

        @Override
        public void error(String code, String context) {
            terminal.note(code + ": " + context);
        }

        @Override
        public void closed(int code, String reason) {
            lost = !over && (limit == 0 || count < limit);
            if (lost) {
                terminal.note("the connection ended: " + code + (reason.isEmpty() ? "" : " " + reason));
            }
            stop.request();
        }
    }
}

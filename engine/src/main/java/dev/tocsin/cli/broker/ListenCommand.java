package dev.tocsin.cli.broker;

import dev.tocsin.cli.Stop;
import dev.tocsin.cli.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tocsin broker listen}. */
@Command(name = "listen", description = "Is an endpoint that others peer with, and says who comes and goes.")
final class ListenCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<Stop> signals;

    @Mixin
    private final EndpointOptions endpoint = new EndpointOptions();

    @Parameters(index = "0", defaultValue = "127.0.0.1:9999", paramLabel = "HOST:PORT", description = "Where nodes connect (default: ${DEFAULT-VALUE}).")
    private String at = "127.0.0.1:9999";

    @Option(names = "--peer", paramLabel = "HOST:PORT", description = "Also connects there; more than once for more.")
    private List<String> peers = List.of();

    ListenCommand(Terminal terminal, Supplier<Stop> signals) {
        this.terminal = terminal;
        this.signals = signals;
    }

    @Override
    public Integer call() throws InterruptedException {
        return endpoint.run(at, peers, terminal, signals.get());
    }
}

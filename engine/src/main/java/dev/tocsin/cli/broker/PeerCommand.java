package dev.tocsin.cli.broker;

import dev.tocsin.cli.Stop;
import dev.tocsin.cli.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tocsin broker peer}. */
@Command(name = "peer", description = "Joins other endpoints, and says who comes and goes.")
final class PeerCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Supplier<Stop> signals;

    @Mixin
    private final EndpointOptions endpoint = new EndpointOptions();

    @Parameters(arity = "1..*", paramLabel = "HOST:PORT", description = "Whom to peer with.")
    private List<String> peers = List.of();

    PeerCommand(Terminal terminal, Supplier<Stop> signals) {
        this.terminal = terminal;
        this.signals = signals;
    }

    @Override
    public Integer call() throws InterruptedException {
        return endpoint.run(null, peers, terminal, signals.get());
    }
}

package dev.tocsin.cli.broker;

import dev.tocsin.cli.Stop;
import dev.tocsin.cli.Terminal;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code tocsin broker}. */
@Command(name = "broker", description = "The fabric by hand: messages by topic, between nodes and with Zeek; data stores.")
public final class BrokerCommand {
    private BrokerCommand() {
    }

    /** With its commands. */
    public static CommandLine commandLine(Terminal terminal, Supplier<Stop> signals) {
        return new CommandLine(new BrokerCommand()).addSubcommand(new ListenCommand(terminal, signals))
                .addSubcommand(new PeerCommand(terminal, signals)).addSubcommand(new PublishCommand(terminal))
                .addSubcommand(new SubscribeCommand(terminal, signals))
                .addSubcommand("store", StoreCommand.commandLine(terminal));
    }
}

package dev.tocsin.cli.broker;

import dev.tocsin.cli.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code tocsin broker store}. */
@Command(name = "store", description = "Data stores of a running node: tables of values by key that nodes share.", footer = {
        "", "Keys and values are JSON or plain text; whole numbers are counts. Other types as the wire writes them.",
        "Examples:", "  tocsin broker store put assets 10.0.0.5 '{\"owner\":\"ann\",\"critical\":true}'",
        "  tocsin broker store get assets 10.0.0.5", "  tocsin broker store load assets assets.csv --key ip",
        "  tocsin broker store watch assets"})
final class StoreCommand {
    private StoreCommand() {
    }

    /** With its commands. */
    static CommandLine commandLine(Terminal terminal) {
        CommandLine line = new CommandLine(new StoreCommand());
        line.addSubcommand(new StoreListCommand(terminal)).addSubcommand(new StoreKeysCommand(terminal));
        line.addSubcommand(new StoreQueryCommand.Get(terminal)).addSubcommand(new StoreQueryCommand.Exists(terminal));
        add(line, "put", new StoreChangeCommand.OfValue(terminal, "put"), "Puts a value, whatever was there.");
        add(line, "put-unique", new StoreChangeCommand.OfValue(terminal, "put_unique"),
                "Puts a value if the key is not there; exit code 1 if it is.");
        add(line, "erase", new StoreChangeCommand.Erase(terminal), "Removes a key.");
        add(line, "increment", new StoreChangeCommand.OfAmount(terminal, "increment"),
                "Adds to a number, and shows it. A key that is not there is made.");
        add(line, "decrement", new StoreChangeCommand.OfAmount(terminal, "decrement"),
                "Takes from a number, and shows it.");
        add(line, "append", new StoreChangeCommand.OfValue(terminal, "append"), "Appends to a string.");
        add(line, "insert", new StoreChangeCommand.OfElement(terminal),
                "Inserts an element into a set, or a value at an index into a table.");
        add(line, "remove", new StoreChangeCommand.OfIndex(terminal),
                "Removes an element from a set, or an index from a table.");
        add(line, "push", new StoreChangeCommand.OfValue(terminal, "push"), "Adds an element to the end of a vector.");
        add(line, "pop", new StoreChangeCommand.OfKey(terminal, "pop"), "Takes the last element from a vector.");
        return line.addSubcommand(new StoreClearCommand(terminal)).addSubcommand(new StoreWatchCommand(terminal))
                .addSubcommand(new StoreLoadCommand(terminal));
    }

    private static void add(CommandLine line, String name, StoreChangeCommand command, String description) {
        CommandLine change = new CommandLine(command);
        change.getCommandSpec().usageMessage().description(description);
        line.addSubcommand(name, change);
    }
}

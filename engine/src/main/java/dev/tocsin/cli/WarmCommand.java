package dev.tocsin.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Only Java's start can note what a start does, so the launcher does it; this says so to who came another way. */
@Command(name = "warm", description = "Prepares fast starts: notes what Java loads and compiles, in a small demo.", footer = {
        "", "To be done once for each build and each Java; the start after a build does it by itself.",
        "Exit code 1 when it did not work; starts are slower then, and that is all."})
final class WarmCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(),
                "the launcher prepares fast starts, not the program: ./tocsin warm");
    }
}

package dev.tocsin.cli;

import dev.tocsin.config.ProblemCode;
import picocli.CommandLine.Option;

/** What every command has that changes something. */
public final class ChangeOptions {
    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    public boolean dryRun() {
        return dryRun;
    }

    /** Returns when a person, or {@code --yes}, wants it so; ends the command otherwise. */
    public void confirm(Terminal terminal, String question) {
        if (yes || dryRun) {
            return;
        }
        if (!terminal.notesInteractive()) {
            throw Failure.of(Exit.USAGE, ProblemCode.NOT_CONFIRMED, question + " Nobody is here to be asked",
                    "add --yes, or --dry-run to see what would be done");
        }
        if (!terminal.confirms(question)) {
            throw Failure.of(Exit.PROBLEMS, ProblemCode.NOT_CONFIRMED, "nothing was done", "");
        }
    }
}

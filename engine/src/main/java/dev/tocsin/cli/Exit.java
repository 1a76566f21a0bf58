package dev.tocsin.cli;

/** The exit codes of every command; scripts depend on them. */
public final class Exit {
    public static final int OK = 0;
    /** Something was found that a person should look at: a problem, an imbalance, a check that is not green. */
    public static final int PROBLEMS = 1;
    public static final int USAGE = 2;
    public static final int UNREACHABLE = 3;

    private Exit() {
    }
}

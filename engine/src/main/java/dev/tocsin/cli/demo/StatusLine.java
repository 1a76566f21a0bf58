package dev.tocsin.cli.demo;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Lines that stay, above one line that changes in place. A change is one write that overwrites before it erases, so that
 * nothing flickers; without a terminal the changing line is left out. Thread-safe.
 */
final class StatusLine {
    private static final String HOME = "\r";
    private static final String ERASE_TO_END = "\033[K";
    private final PrintStream out;
    private final boolean live;
    private final boolean colour;
    private final int width;
    private String status = "";

    /**
     * @param live whether the output is a terminal that understands ANSI control sequences
     * @param colour whether to use colours (see no-color.org)
     * @param width of the terminal in columns
     */
    StatusLine(PrintStream out, boolean live, boolean colour, int width) {
        this.out = out;
        this.live = live;
        this.colour = colour;
        this.width = width;
    }

    /** The status line of this process's standard output. */
    static StatusLine ofTerminal() {
        // The launcher knows which of its streams is a terminal; Java only knows whether all are.
        java.io.Console console = System.console();
        String told = System.getProperty("tocsin.stdout.tty");
        boolean terminal = told == null ? console != null && console.isTerminal() : told.equals("true");
        String term = System.getenv("TERM");
        boolean live = terminal && term != null && !term.equals("dumb");
        String noColour = System.getenv("NO_COLOR");
        String columns = System.getenv("COLUMNS");
        int width = columns != null && columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : 80;
        return new StatusLine(System.out, live, live && (noColour == null || noColour.isEmpty()), width);
    }

    boolean isLive() {
        return live;
    }

    /** ANSI colours, as the numbers of "select graphic rendition". */
    enum Ink {
        PLAIN(""),
        FAINT("2"),
        BOLD("1"),
        RED("1;31"),
        YELLOW("33"),
        CYAN("36"),
        GREEN("32");

        private final String code;

        Ink(String code) {
            this.code = code;
        }
    }

    String ink(Ink ink, String text) {
        return colour && ink != Ink.PLAIN ? "\033[" + ink.code + "m" + text + "\033[0m" : text;
    }

    synchronized void line(String text) {
        if (live) {
            out.print(HOME + text + ERASE_TO_END + "\n" + status + ERASE_TO_END);
        } else {
            out.print(text + "\n");
        }
        out.flush();
    }

    /** Plain text, cut to the width: a status that wraps could not be overwritten. */
    synchronized void status(String text) {
        String cut = text.length() < width ? text : text.substring(0, width - 1);
        if (live && !cut.equals(status)) {
            status = cut;
            out.print(HOME + status + ERASE_TO_END);
            out.flush();
        }
    }

    /** Takes the changing line away. */
    synchronized void clear() {
        if (live) {
            status = "";
            out.print(HOME + ERASE_TO_END);
            out.flush();
        }
    }

    /** What others write a line at a time, such as the log's warnings, comes out above the changing line. */
    PrintStream above() {
        return new PrintStream(new OutputStream() {
            private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

            @Override
            public synchronized void write(int b) {
                if (b != '\n') {
                    begun.write(b);
                    return;
                }
                line(begun.toString(StandardCharsets.UTF_8));
                begun.reset();
            }
        }, true, StandardCharsets.UTF_8);
    }
}

package dev.tocsin.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The world in which a command runs, so that tests can be one.
 *
 * @param out for data, and nothing else
 * @param notes for everything else
 * @param outInteractive whether a person sees {@code out} as it is written
 * @param notesInteractive the same for {@code notes}
 * @param colour whether ANSI colours are wanted on {@code out}
 * @param environment value of a variable, or null when it is not set
 */
public record Terminal(InputStream in, PrintStream out, PrintStream notes, boolean outInteractive,
        boolean notesInteractive, boolean colour, Function<String, @Nullable String> environment, Clock clock) {

    /** The process's own. The launcher says by two properties what is a terminal; without it both are or none. */
    public static Terminal system() {
        boolean console = System.console() != null && System.console().isTerminal();
        boolean out = interactive("tocsin.stdout.tty", console);
        String noColour = System.getenv("NO_COLOR");
        boolean colour = out && (noColour == null || noColour.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
        return new Terminal(System.in, stream(FileDescriptor.out), stream(FileDescriptor.err), out,
                interactive("tocsin.stderr.tty", console), colour, System::getenv, Clock.systemUTC());
    }

    private static boolean interactive(String property, boolean otherwise) {
        String value = System.getProperty(property);
        return value == null ? otherwise : value.equals("true");
    }

    /** UTF-8 whatever the locale says: what we print is often JSON. */
    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    public boolean notesColour() {
        return colour && notesInteractive;
    }

    public void note(String text) {
        notes.println(text);
    }

    /** The text in an ANSI shade such as {@code 31} for red, if colours are wanted. */
    public String paint(String shade, String text) {
        return colour && !shade.isEmpty() ? "\u001B[" + shade + "m" + text + "\u001B[0m" : text;
    }

    /** Asks on the notes stream; only {@code y} and {@code yes} are a yes, and nobody there is a no. */
    boolean confirms(String question) {
        notes.print(question + " [y/N] ");
        notes.flush();
        StringBuilder answer = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0 && c != '\n' && answer.length() < 10; c = in.read()) {
                answer.append((char) c);
            }
        } catch (java.io.IOException e) {
            return false;
        }
        return answer.toString().strip().matches("(?i)y|yes");
    }
}

package dev.tocsin.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The whole terminal for one command, which is put back as it was on close and when the process is stopped. Keys come
 * one by one through {@code stty}; where that does not work, a key takes effect after Enter.
 */
final class Screen implements AutoCloseable {
    private static final File TERMINAL = new File("/dev/tty");
    private static final String ENTER = "\u001B[?1049h\u001B[?25l\u001B[?7l";
    private static final String LEAVE = "\u001B[?7h\u001B[?25h\u001B[?1049l";
    private static final String CLEAR_LINE = "\u001B[K";
    private static final String CLEAR_REST = "\u001B[J";
    private static final long LOOK_MILLIS = 50;

    private final Terminal terminal;
    private final String before;
    private final Thread restore = new Thread(this::restore, "screen-restore");

    Screen(Terminal terminal) {
        this.terminal = terminal;
        // Only the process's own input is the terminal that stty knows.
        this.before = terminal.in() == System.in ? stty("-g") : "";
        Runtime.getRuntime().addShutdownHook(restore);
        if (!before.isEmpty()) {
            stty("-icanon", "-echo", "min", "1");
        }
        terminal.out().print(ENTER);
    }

    /**
     * Shows the lines, in one write so that nothing flickers. Each is put in its row: where the terminal is too low, the
     * last ones fall on each other and nothing scrolls; where it is too narrow, lines are cut.
     */
    void paint(List<String> lines) {
        StringBuilder screen = new StringBuilder();
        for (int row = 1; row <= lines.size(); row++) {
            screen.append("\u001B[").append(row).append(";1H").append(lines.get(row - 1)).append(CLEAR_LINE);
        }
        terminal.out().print(screen.append(CLEAR_REST));
        terminal.out().flush();
    }

    /** Waits that long, and answers at once when the key is pressed; other keys pass by. */
    boolean pressed(char key, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        do {
            try {
                while (terminal.in().available() > 0) {
                    if (terminal.in().read() == key) {
                        return true;
                    }
                }
            } catch (IOException e) {
                return true;
            }
            Thread.sleep(Math.min(LOOK_MILLIS, millis));
        } while (System.nanoTime() < end);
        return false;
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(restore);
        restore();
    }

    private void restore() {
        terminal.out().print(LEAVE);
        terminal.out().flush();
        if (!before.isEmpty()) {
            stty(before);
        }
    }

    private static String stty(String... arguments) {
        if (!TERMINAL.canRead()) {
            return "";
        }
        List<String> command = Stream.concat(Stream.of("stty"), Stream.of(arguments)).toList();
        try {
            Process process = new ProcessBuilder(command).redirectInput(TERMINAL)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return process.waitFor() == 0 ? answer : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}

package dev.tocsin.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says that a node is being started while nothing else is to be seen; taken away when it is closed. */
final class StartingNote implements AutoCloseable {
    private static final Duration QUIET_MAX = Duration.ofSeconds(5);
    private static final String WHAT = "starting: the log, the rules, the stages, the listeners";

    private final Terminal terminal;
    private final CountDownLatch started = new CountDownLatch(1);
    private final Thread thread;

    StartingNote(Terminal terminal) {
        this.terminal = terminal;
        thread = Thread.ofVirtual().name("starting").start(terminal.notesInteractive() ? this::count : this::sayOnce);
    }

    private void count() {
        try {
            for (int seconds = 0; seconds == 0 || !started.await(1, TimeUnit.SECONDS); seconds++) {
                terminal.notes().print("\r" + WHAT + (seconds > 1 ? " (" + seconds + " s)" : "") + "\u001B[K");
                terminal.notes().flush();
            }
            terminal.notes().print("\r\u001B[K");
            terminal.notes().flush();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void sayOnce() {
        try {
            if (!started.await(QUIET_MAX.toSeconds(), TimeUnit.SECONDS)) {
                terminal.note("still " + WHAT + "; after a crash the log is gone through first");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        started.countDown();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

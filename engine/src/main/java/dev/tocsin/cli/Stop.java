package dev.tocsin.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C and SIGTERM as a clean end: the waiting command goes on, closes what it has open, and says {@link #done}. Only
 * then does the process end, with exit code 0 rather than with the signal's.
 */
public final class Stop {
    private final CountDownLatch wanted = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Answers from now on to the signals of this process. */
    public static Stop onSignal() {
        Stop stop = new Stop();
        Runtime.getRuntime().addShutdownHook(new Thread(stop::signalled, "stop"));
        return stop;
    }

    /** For tests and for whoever ends a command from inside. */
    public void request() {
        wanted.countDown();
    }

    public void await() throws InterruptedException {
        wanted.await();
    }

    /** Everything is closed; the process may end. */
    public void done() {
        closed.countDown();
    }

    private void signalled() {
        if (closed.getCount() == 0) {
            // The command ended by itself, and its own exit code stands.
            return;
        }
        wanted.countDown();
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(Exit.OK);
    }
}

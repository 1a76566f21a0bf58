package dev.tocsin.health;

import dev.tocsin.health.Checks.Check;
import dev.tocsin.health.Checks.Verdict;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One check and its run in progress: a check that hangs holds one thread, however often health is asked for. */
final class Probe {
    private final Check check;
    private @Nullable CompletableFuture<Verdict> running;
    private long askedNanos;

    Probe(Check check) {
        this.check = check;
    }

    /** Starts the check unless it still runs since an earlier question. */
    synchronized CompletableFuture<Verdict> ask() {
        CompletableFuture<Verdict> earlier = running;
        if (earlier != null && !earlier.isDone()) {
            return earlier;
        }
        CompletableFuture<Verdict> next = new CompletableFuture<>();
        running = next;
        askedNanos = System.nanoTime();
        Thread.ofVirtual().name("check").start(() -> next.complete(run()));
        return next;
    }

    /** What the check said, or that it has not; never throws. */
    Verdict answer(long deadlineNanos) {
        CompletableFuture<Verdict> asked;
        synchronized (this) {
            asked = running == null ? ask() : running;
        }
        try {
            return asked.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Verdict.red(String.format("the check has not answered for %.1f s", silentNanos() / 1e9));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Verdict(Level.UNKNOWN, "interrupted while asking");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a check's failure is a verdict", e);
        }
    }

    private synchronized long silentNanos() {
        return System.nanoTime() - askedNanos;
    }

    // A check may be anybody's code; whatever it throws is news about the checked thing, not about the asker.
    @SuppressWarnings("CatchingUnchecked")
    private Verdict run() {
        try {
            return check.run();
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
            String message = e.getMessage();
            return Verdict.red(message == null || message.isBlank() ? e.getClass().getSimpleName() : message);
        }
    }
}

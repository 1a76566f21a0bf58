package dev.tocsin.fabric;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs short tasks later, in one thread. What is due after closing does not run. */
public final class Timer implements AutoCloseable {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform()
            .daemon().name("fabric-timer").factory());

    Timer() {
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    public void after(Duration delay, Runnable task) {
        try {
            executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            // It is closed, so nobody needs it any more.
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}

package dev.tocsin.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * The way to one listener: a bounded queue and the thread that empties it. What is refused is sent again, the same
 * batch, until it is taken; meanwhile the queue fills and {@link #put} blocks, which is the node's back-pressure felt by
 * the senders.
 */
final class Lane implements AutoCloseable {
    private static final int WAITING_MAX = 2_000;
    private static final int BATCH_MAX = 200;
    private static final Duration RETRY_FIRST = Duration.ofMillis(100);
    private static final Duration RETRY_MAX = Duration.ofSeconds(2);
    private final BlockingQueue<Message> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Via via;
    private final Sender sender;
    private final Counts counts;
    private final Consumer<String> trouble;
    private final Thread thread;

    /** @param trouble told once when sending begins to fail and once when it works again */
    Lane(Via via, Sender sender, Counts counts, Consumer<String> trouble) {
        this.via = via;
        this.sender = sender;
        this.counts = counts;
        this.trouble = trouble;
        this.thread = Thread.ofVirtual().name("demo-" + via).start(this::run);
    }

    void put(Message message) throws InterruptedException {
        waiting.put(message);
        counts.played();
    }

    private void run() {
        try {
            while (true) {
                List<Message> batch = new ArrayList<>();
                batch.add(waiting.take());
                // Only where the receiver answers for a batch as a whole may a failed one be sent again as a whole.
                waiting.drainTo(batch, via.acknowledges() ? BATCH_MAX - 1 : 0);
                deliver(batch);
                counts.delivered(via, batch.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(List<Message> batch) throws InterruptedException {
        Duration pause = RETRY_FIRST;
        for (int attempt = 1;; attempt++) {
            try {
                sender.deliver(batch);
                if (attempt > 1) {
                    trouble.accept(via + " works again after " + attempt + " attempts; nothing was given up");
                }
                return;
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedException("stopped while sending");
                }
                if (attempt == 1) {
                    trouble.accept(e.getMessage() + "; trying again until it is taken, "
                            + (batch.size() + waiting.size()) + " events wait");
                }
                counts.repeated();
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(RETRY_MAX) > 0 ? RETRY_MAX : pause.multipliedBy(2);
        }
    }

    /** Stops at once; what waits is not sent any more. */
    @Override
    public void close() {
        thread.interrupt();
        sender.close();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

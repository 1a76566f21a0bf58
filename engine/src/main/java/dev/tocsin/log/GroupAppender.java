package dev.tocsin.log;

import dev.tocsin.event.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit for everything that comes from outside: while one transaction is being made durable, the next gathers.
 * So an fsync is shared by all who wait for it, and the more comes the larger the batches are.
 *
 * <p>One thread writes, in the order in which callers came. A transaction that fails is tried again until it succeeds;
 * if it had succeeded without our hearing of it, the events are there twice under the same ids, and the process stage
 * drops the second. The queue is bounded in bytes: when it is full, or the disk is at its ceiling, callers wait.
 */
final class GroupAppender implements Appender, Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupAppender.class);
    private static final int QUEUE_KIBIBYTES = 64 << 10;
    /** A commit takes several fsyncs, whatever its size: under full load this is what they are shared by. */
    private static final int BATCH_BYTES = 32 << 20;
    private static final int BATCH_REQUESTS = 20_000;

    /** One caller's batch. */
    record Request(List<Routed> events, List<DeadLetter> dead, Map<String, String> cursors,
            Map<String, String> operator, int kibibytes, CompletableFuture<Void> done) {
    }

    /** An event and where it goes; {@code onlyFor} names a stage or is empty. */
    record Routed(Stream to, Event event, String onlyFor) {
    }

    private final String stage;
    private final KafkaClients clients;
    private final Topics topics;
    private final String transactionalId;
    private final BooleanSupplier mustWait;
    private final LedgerBook book;
    private final StageCounts counts = new StageCounts();
    private final LinkedBlockingQueue<Request> queue = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(QUEUE_KIBIBYTES, true);
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean lastCall;
    /** Nobody takes from the queue any more. */
    private volatile boolean ended;
    private volatile String error = "";
    private @Nullable Producer<String, byte[]> producer;

    /** @param mustWait whether the log takes nothing at present, such as at the disk's ceiling */
    GroupAppender(String stage, KafkaClients clients, Topics topics, String member, BooleanSupplier mustWait) {
        this.stage = stage;
        this.clients = clients;
        this.topics = topics;
        this.transactionalId = topics.name(stage + "-" + member);
        this.mustWait = mustWait;
        this.book = new LedgerBook(stage, member);
        this.thread = Thread.ofPlatform().name("append-" + stage).unstarted(this);
    }

    /** Settles what a killed process of this name left open, so that readers need not wait for its time-out. */
    void start() {
        try {
            openProducer();
        } catch (RuntimeException e) {
            LOG.warn("{}: the log does not take writers yet: {}", stage, e.getMessage());
            discardProducer();
        }
        thread.start();
    }

    @Override
    public CompletableFuture<Void> append(List<Event> events, List<DeadLetter> dead, Map<String, String> cursors) {
        return submit(events.stream().map(e -> new Routed(Stream.INTAKE, e, "")).toList(), dead, cursors, Map.of());
    }

    CompletableFuture<Void> submit(List<Routed> events, List<DeadLetter> dead, Map<String, String> cursors,
            Map<String, String> operator) {
        long bytes = 1024;
        for (Routed r : events) {
            bytes += r.event.json().length + 300L;
        }
        for (DeadLetter d : dead) {
            bytes += 2L * d.event().json().length;
        }
        int kibibytes = (int) Math.min(QUEUE_KIBIBYTES, bytes / 1024);
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            // One that the log does not take would be tried again for ever, and all others would wait behind it.
            events.forEach(r -> Records.checkSize(r.event));
            dead.forEach(d -> Records.checkSize(d.event()));
        } catch (IllegalArgumentException e) {
            done.completeExceptionally(e);
            return done;
        }
        try {
            room.acquire(kibibytes);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            done.completeExceptionally(new LogException("interrupted while waiting for the log"));
            return done;
        }
        if (closing) {
            room.release(kibibytes);
            done.completeExceptionally(new LogException("the log is closed"));
            return done;
        }
        Request request = new Request(events, dead, cursors, operator, kibibytes, done);
        queue.add(request);
        if (ended && queue.remove(request)) {
            refuse(request);
        }
        return done;
    }

    @Override
    public boolean refuses() {
        return closing || !error.isEmpty() || mustWait.getAsBoolean() || room.availablePermits() < QUEUE_KIBIBYTES / 10;
    }

    /**
     * What sources hold already is written from now on even at the disk's ceiling, so that they can end without losing
     * it; it is bounded by what they may have in flight. New work is refused as before.
     */
    void lastCall() {
        lastCall = true;
    }

    StageStatus status() {
        String state = closing
                ? "stopped"
                : !error.isEmpty() ? "failing" : mustWait.getAsBoolean() ? "waiting" : "running";
        return new StageStatus(stage, state, counts.get("in"), counts.get("made"), counts.get("out"),
                counts.dropped(), counts.get("dead"), counts.get("held"), counts.perSecond(), queue.size(), error);
    }

    @Override
    public void run() {
        long waitMillis = 100;
        List<Request> batch = List.of();
        while (true) {
            try {
                if (batch.isEmpty()) {
                    batch = gather();
                }
                if (batch.isEmpty()) {
                    if (closing && queue.isEmpty()) {
                        break;
                    }
                    continue;
                }
                write(batch);
                batch.forEach(this::complete);
                batch = List.of();
                error = "";
                waitMillis = 100;
            } catch (RuntimeException | Error e) {
                error = e.getMessage() + "; trying again in " + waitMillis + " ms, " + queue.size()
                        + " batches held, nothing acknowledged is lost";
                LOG.warn("{}: {}", stage, error, e);
                discardProducer();
                if (closing) {
                    break;
                }
                pause(waitMillis);
                waitMillis = Math.min(5_000, waitMillis * 2);
            }
        }
        ended = true;
        batch.forEach(this::refuse);
        for (Request left = queue.poll(); left != null; left = queue.poll()) {
            refuse(left);
        }
        discardProducer();
    }

    private List<Request> gather() {
        List<Request> batch = new ArrayList<>();
        try {
            Request first = isToWait() ? null : queue.poll(200, TimeUnit.MILLISECONDS);
            if (first == null) {
                if (mustWait.getAsBoolean()) {
                    pause(100);
                }
                return batch;
            }
            // The ceiling may have been reached while the queue was empty.
            while (isToWait()) {
                pause(100);
            }
            long bytes = 0;
            for (Request next = first; next != null; next = queue.poll()) {
                batch.add(next);
                bytes += next.kibibytes * 1024L;
                if (bytes >= BATCH_BYTES || batch.size() >= BATCH_REQUESTS) {
                    break;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return batch;
    }

    private boolean isToWait() {
        return mustWait.getAsBoolean() && !closing && !lastCall;
    }

    private void write(List<Request> batch) {
        Producer<String, byte[]> out = openProducer();
        out.beginTransaction();
        for (Request request : batch) {
            for (Routed r : request.events) {
                ProducerRecord<String, byte[]> record = Records.of(topics.name(r.to), partition(r.event), r.event);
                out.send(r.onlyFor.isEmpty() ? record : Records.onlyFor(r.onlyFor, record));
                count("in", BatchOutput.NOWHERE, r.event);
                count("out", r.to.topic(), r.event);
            }
            for (DeadLetter d : request.dead) {
                Event wrapped = DeadLetters.wrap(d.event(), stage, Stream.INTAKE.topic(), d.cause());
                out.send(Records.of(topics.name(Stream.DEAD), partition(d.event()), wrapped));
                count("in", BatchOutput.NOWHERE, d.event());
                count("dead", BatchOutput.NOWHERE, d.event());
            }
            request.cursors.forEach((key, value) -> out.send(compacted(Topics.CURSORS, key, value)));
            request.operator.forEach((key, value) -> out.send(compacted(Topics.OPERATOR, key, value)));
        }
        int partition = Math.floorMod(stage.hashCode(), topics.partitions());
        book.changes().forEach((key, value) -> out.send(new ProducerRecord<>(topics.name(Topics.LEDGER), partition, key,
                value.getBytes(StandardCharsets.UTF_8))));
        out.commitTransaction();
        book.written();
        for (Request request : batch) {
            counts.add("in", request.events.size() + (long) request.dead.size());
            counts.add("out", request.events.size());
            counts.add("dead", request.dead.size());
        }
    }

    private ProducerRecord<String, byte[]> compacted(String topic, String key, String value) {
        return new ProducerRecord<>(topics.name(topic), Records.partition(key, topics.partitions()), key,
                value.getBytes(StandardCharsets.UTF_8));
    }

    private int partition(Event event) {
        return Records.partition(event.key(), topics.partitions());
    }

    private void count(String kind, String stream, Event e) {
        book.add(kind, stream, e.customer(), e.time(), e.id());
    }

    private void complete(Request request) {
        room.release(request.kibibytes);
        request.done.complete(null);
    }

    private void refuse(Request request) {
        room.release(request.kibibytes);
        request.done.completeExceptionally(new LogException("the log was closed before this was durable"));
    }

    private Producer<String, byte[]> openProducer() {
        if (producer == null) {
            Producer<String, byte[]> opened = clients.producer(transactionalId);
            producer = opened;
            opened.initTransactions();
        }
        return producer;
    }

    /** After a failure the writer's memory of the transaction is worthless, and the counts are of nothing. */
    private void discardProducer() {
        book.newRun();
        if (producer != null) {
            producer.close(Duration.ofSeconds(2));
            producer = null;
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what was accepted, then ends. */
    @Override
    public void close() {
        closing = true;
        room.release(QUEUE_KIBIBYTES);
        try {
            if (!thread.join(Duration.ofSeconds(20))) {
                LOG.warn("{} did not end in 20 s; what was not acknowledged is not promised", stage);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

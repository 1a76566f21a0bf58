package dev.tocsin.fabric.store;

import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.FabricException;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.ValueException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The side of a client: sends requests to whoever is master, in order, and again until there is an answer or the time is
 * over. At most 1,024 mutations are on their way; more wait in their callers. Thread-safe.
 */
final class Requests implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final int ON_THE_WAY_MAX = 1024;
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Executor ANSWERING = task -> Thread.ofVirtual().name("store-answer").start(task);

    private final UUID id = UUID.randomUUID();
    private final StoreTopics topics;
    private final Client client;
    private final Predicate<Request> here;
    private final ConcurrentSkipListMap<Long, Waiting> waiting = new ConcurrentSkipListMap<>();
    private final Semaphore room = new Semaphore(ON_THE_WAY_MAX);
    private final ReentrantLock sending = new ReentrantLock();
    private final Thread clock;
    private long mutations;
    private long queries;
    private volatile boolean again;
    private volatile boolean closed;

    private static final class Waiting {
        private final Operation operation;
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final long deadline;
        private volatile long sent;

        Waiting(Operation operation, long deadline) {
            this.operation = operation;
            this.deadline = deadline;
        }
    }

    /** @param here takes a request if the master is in this process */
    Requests(Hub hub, StoreTopics topics, Predicate<Request> here) {
        this.topics = topics;
        this.here = here;
        this.client = hub.client("store-" + topics.name());
        client.subscribe(List.of(topics.reply(id), topics.master()), this::heard);
        this.clock = Thread.ofVirtual().name("store-requests").start(this::run);
    }

    UUID id() {
        return id;
    }

    CompletableFuture<Answer> send(Operation operation, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Sessions.IDLE.dividedBy(2)) > 0) {
            throw new IllegalArgumentException("a time-out is more than nothing and at most " + Sessions.IDLE.dividedBy(
                    2));
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean isMutation = operation instanceof Mutation;
        Waiting wait = new Waiting(operation, deadline);
        if (isMutation && !hasRoom(timeout)) {
            wait.answer.completeExceptionally(timedOut("so many others waited that it was not sent"));
            return wait.answer;
        }
        sending.lock();
        try {
            if (closed) {
                wait.answer.completeExceptionally(new StoreException(StoreFault.CLOSED, "it was closed"));
                return wait.answer;
            }
            long number = isMutation ? ++mutations : -(++queries);
            waiting.put(number, wait);
            transmit(number, wait, false);
        } catch (FabricException e) {
            // What was put in goes out again, until its time is over or this is closed, too.
            LOG.debug("a request of store {} was not sent", topics.name(), e);
        } finally {
            sending.unlock();
        }
        LockSupport.unpark(clock);
        return wait.answer;
    }

    private boolean hasRoom(Duration timeout) {
        try {
            return room.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static StoreException timedOut(String what) {
        return new StoreException(StoreFault.TIMEOUT, what);
    }

    private void transmit(long number, Waiting wait, boolean isRepeated) {
        Long oldest = waiting.ceilingKey(1L);
        Request request = new Request(id, number, number < 0 || oldest == null ? 0 : Math.min(oldest, number),
                wait.operation);
        wait.sent = System.nanoTime();
        if (!here.test(request)) {
            if (isRepeated) {
                client.tryPublish(topics.request(), request.toBytes());
            } else {
                client.publish(topics.request(), request.toBytes());
            }
        }
    }

    private void heard(Message message) {
        if (message.topic().equals(topics.master())) {
            again = true;
            LockSupport.unpark(clock);
            return;
        }
        try {
            answered(Reply.of(BinValues.read(message.payload())));
        } catch (ValueException _) {
            // Nobody who speaks for a store would have sent it; the request goes out again or its time runs out.
        }
    }

    void answered(Reply reply) {
        Waiting wait = remove(reply.id());
        if (wait != null) {
            StoreFault fault = reply.fault();
            if (fault == null) {
                wait.answer.completeAsync(() -> new Answer(reply.value(), reply.revision()), ANSWERING);
            } else {
                String text = reply.text().substring(Math.min(reply.text().length(), fault.text().length() + 2));
                fail(wait, new StoreException(fault, text));
            }
        }
    }

    private @Nullable Waiting remove(long number) {
        Waiting wait = waiting.remove(number);
        if (wait != null && number > 0) {
            room.release();
        }
        return wait;
    }

    private static void fail(Waiting wait, StoreException e) {
        ANSWERING.execute(() -> wait.answer.completeExceptionally(e));
    }

    private void run() {
        while (!closed) {
            if (waiting.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, TICK_NANOS);
            }
            long now = System.nanoTime();
            waiting.forEach((number, wait) -> {
                if (now - wait.deadline >= 0 && remove(number) != null) {
                    fail(wait, timedOut("no master has answered in time"));
                }
            });
            var first = waiting.firstEntry();
            if (first != null && (again || now - first.getValue().sent > AGAIN_NANOS)) {
                again = false;
                sendAgain();
            }
        }
    }

    /** All of them, since a master takes them only in their order. */
    private void sendAgain() {
        sending.lock();
        try {
            waiting.forEach((number, wait) -> transmit(number, wait, true));
        } catch (FabricException e) {
            LOG.debug("requests of store {} were not sent again", topics.name(), e);
        } finally {
            sending.unlock();
        }
    }

    /** A new master is here, in this process. */
    void newMaster() {
        again = true;
        LockSupport.unpark(clock);
    }

    @Override
    public void close() {
        sending.lock();
        try {
            closed = true;
        } finally {
            sending.unlock();
        }
        LockSupport.unpark(clock);
        client.close();
        waiting.forEach((number, _) -> {
            Waiting wait = remove(number);
            if (wait != null) {
                fail(wait, new StoreException(StoreFault.CLOSED, "it was closed"));
            }
        });
    }
}

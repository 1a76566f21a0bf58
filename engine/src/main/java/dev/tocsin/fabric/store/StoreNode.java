package dev.tocsin.fabric.store;

import dev.tocsin.fabric.Client;
import dev.tocsin.fabric.Hub;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of a store at this node, which may be its master.
 *
 * <p>Its thread follows the log. When the log is quiet and no leader was heard of for a lease, it begins a term, reads all
 * that was committed before, and is the master until it is closed or the log says that another is. What goes wrong with the
 * log ends the term; then it follows again, from the last position that its copy has.
 */
public final class StoreNode implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(StoreNode.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int WAITING_MAX = 8_192;
    private static final long RETRY_MILLIS = 500;
    /** Kafka keeps the marks of what was deleted for a day; a copy that was away for longer may have missed some. */
    private static final Duration AWAY_MAX = Duration.ofHours(12);

    private final StoreTopics topics;
    private final Hub hub;
    private final Client client;
    private final InstantSource clock;
    private final StoreLog log;
    private final boolean copies;
    private final Duration lease;
    private final boolean contends;
    private final Replica replica;
    private final Requests requests;
    private final BlockingQueue<MasterLoop.Incoming> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong written = new AtomicLong();
    private final Thread thread;
    private long nextTry;
    private boolean proven;
    private volatile boolean leads;
    private volatile boolean closed;
    private volatile boolean abandoned;
    private volatile String error = "";

    /**
     * How to open a copy.
     *
     * @param file where the copy is kept; null for in memory
     * @param lease how long a master that says nothing is waited for
     * @param contends whether this node may become master
     * @param tells whether what changes is published at this node, on {@code <$>/local/data/store-events/} and the name
     */
    public record Settings(@Nullable Path file, Duration lease, boolean contends, boolean tells, StoreLimits limits,
            InstantSource clock) {
        public static final Settings MEMORY = new Settings(null, Duration.ofSeconds(2), true, false,
                StoreLimits.DEFAULT, InstantSource.system());

        public Settings in(Path other) {
            return new Settings(other, lease, contends, tells, limits, clock);
        }

        public Settings withLease(Duration other) {
            return new Settings(file, other, contends, tells, limits, clock);
        }

        public Settings withClock(InstantSource other) {
            return new Settings(file, lease, contends, tells, limits, other);
        }

        public Settings withLimits(StoreLimits other) {
            return new Settings(file, lease, contends, tells, other, clock);
        }

        /** It only follows. */
        public Settings asClone() {
            return new Settings(file, lease, false, tells, limits, clock);
        }

        public Settings telling() {
            return new Settings(file, lease, contends, true, limits, clock);
        }
    }

    private StoreNode(Hub hub, String name, StoreLog log, Entries entries, boolean copies, Settings settings) {
        this.topics = new StoreTopics(name);
        this.hub = hub;
        this.client = hub.client("store-" + name);
        this.clock = settings.clock();
        this.log = log;
        this.copies = copies;
        this.lease = settings.lease();
        this.contends = settings.contends();
        this.replica = new Replica(name, log.id(), hub.name(), entries, clock, settings.limits(),
                settings.tells() ? this::tell : null);
        this.requests = new Requests(hub, topics, this::takeOwn);
        this.thread = Thread.ofPlatform().daemon().name("store-" + name + "-" + hub.name()).unstarted(this::run);
    }

    /**
     * A store of this node alone; other nodes reach it as a {@link StoreClient}. With a file, what was acknowledged is on
     * disk.
     */
    public static StoreNode local(Hub hub, String name, Settings settings) {
        return start(hub, name, new LocalLog(), settings, SqliteEntries.Durability.FULL);
    }

    /** A copy of a store that many nodes have, by its log. @param log is closed with it */
    public static StoreNode replicated(Hub hub, String name, StoreLog log, Settings settings) {
        return start(hub, name, log, settings, SqliteEntries.Durability.NORMAL);
    }

    private static StoreNode start(Hub hub, String name, StoreLog log, Settings settings,
            SqliteEntries.Durability durability) {
        boolean copies = durability == SqliteEntries.Durability.NORMAL;
        Path file = settings.file();
        Entries entries = file == null
                ? new MemoryEntries()
                : copies ? SqliteEntries.openCopy(file, durability) : SqliteEntries.open(file, durability);
        StoreNode node = new StoreNode(hub, name, log, entries, copies, settings);
        node.thread.start();
        return node;
    }

    @Override
    public String name() {
        return topics.name();
    }

    @Override
    public CompletableFuture<Answer> mutate(Mutation mutation, Duration timeout) {
        return requests.send(mutation, timeout).thenApply(answer -> {
            written.accumulateAndGet(answer.revision(), Math::max);
            return answer;
        });
    }

    @Override
    public CompletableFuture<Answer> query(Query query, Duration timeout) {
        return replica.reached(written.get()).thenApply(_ -> replica.answer(query)).orTimeout(timeout.toNanos(),
                TimeUnit.NANOSECONDS).exceptionallyCompose(StoreNode::typed);
    }

    private static CompletableFuture<Answer> typed(Throwable e) {
        Throwable cause = e instanceof java.util.concurrent.CompletionException && e.getCause() != null
                ? e.getCause()
                : e;
        return CompletableFuture.failedFuture(cause instanceof java.util.concurrent.TimeoutException
                ? new StoreException(StoreFault.TIMEOUT, "this copy has not yet seen what was written here")
                : cause);
    }

    @Override
    public CompletableFuture<Answer> queryMaster(Query query, Duration timeout) {
        return requests.send(query, timeout);
    }

    /** What this copy has at this moment, without waiting for anything. */
    public Optional<Value> peek(Value key) {
        return replica.find(key).map(Entry::value);
    }

    /** The same, with its revision and expiry. */
    public Optional<Entry> entry(Value key) {
        return replica.find(key);
    }

    /**
     * Another number whenever the copy has changed, so that whoever keeps what was read knows whether it still holds; what
     * expires at its time does not count. Read it before what is kept.
     */
    public long version() {
        return replica.version();
    }

    /** How this copy is, and how stale. */
    public StoreStatus status() {
        return replica.status(error);
    }

    /** @return ends it when closed */
    public AutoCloseable watch(StoreWatcher watcher) {
        return replica.watch(watcher);
    }

    private void tell(StoreEvent event) {
        client.tryPublish(topics.events(), BinValues.write(event.toValue()));
    }

    private boolean takeOwn(Request request) {
        return leads && offer(new MasterLoop.Incoming(request, this::answerOwn));
    }

    private void answerOwn(Reply reply) {
        requests.answered(reply);
    }

    private boolean offer(MasterLoop.Incoming incoming) {
        try {
            while (leads && !closed) {
                if (waiting.offer(incoming, 50, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void heard(Message message) {
        try {
            Request request = Request.read(message.payload());
            String back = topics.reply(request.client());
            offer(new MasterLoop.Incoming(request, reply -> client.publish(back, reply.toBytes())));
        } catch (ValueException e) {
            LOG.debug("a frame that is no request of store {}", name(), e);
        }
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    follow();
                } catch (RuntimeException e) {
                    trouble(e);
                }
            }
        } catch (InterruptedException _) {
            LOG.debug("store {} at {} ends", name(), hub.name());
        } finally {
            if (abandoned) {
                Thread.interrupted();
                log.close();
            }
        }
    }

    private void trouble(RuntimeException e) throws InterruptedException {
        if (closed) {
            return;
        }
        error = e.getMessage() + "; it is tried again, and what was acknowledged is kept";
        LOG.warn("store {} at {}: {}", name(), hub.name(), error);
        LOG.debug("in full", e);
        replica.rollback();
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(RETRY_MILLIS / 2, RETRY_MILLIS));
    }

    private void follow() throws InterruptedException {
        if (copies && !proven && !isDamaged()) {
            replica.prove();
            proven = true;
        }
        rewind();
        while (!closed) {
            boolean quiet = read();
            error = "";
            if (quiet && contends && System.nanoTime() - nextTry >= 0) {
                Optional<StoreTerm> term = log.tryLead();
                long pause = lease.toNanos() / 8;
                nextTry = System.nanoTime() + ThreadLocalRandom.current().nextLong(pause, pause * 2);
                if (term.isPresent()) {
                    lead(term.get());
                    rewind();
                }
            }
        }
    }

    private void rewind() {
        Entries.Mark mark = replica.mark();
        long position = mark.place().position();
        boolean strange = position > 0 && !mark.place().log().equals(log.id());
        boolean old = position > 0 && clock.millis() - mark.atMillis() > AWAY_MAX.toMillis();
        if (old || strange || !log.seek(position)) {
            LOG.info("the copy of store {} at {} is {}; it is read anew", name(), hub.name(), strange
                    ? "of another log"
                    : "old");
            replica.reset();
            log.seek(0);
        }
    }

    /** @return whether nothing came */
    private boolean read() {
        if (isDamaged() && replica.mend()) {
            LOG.warn("the copy of store {} at {} is damaged; it is read anew", name(), hub.name());
            log.seek(0);
        }
        long from = log.position();
        List<StoreLog.Kept> records = log.poll(POLL);
        if (!records.isEmpty() && !replica.follow(records, from, log)) {
            log.seek(0);
        }
        return records.isEmpty();
    }

    /** What is kept nowhere else is not thrown away; the error stays until somebody looks at it. */
    private boolean isDamaged() {
        return copies && replica.isDamaged();
    }

    private boolean isSettled() {
        boolean is = replica.settle(log.position());
        if (!is) {
            log.seek(0);
        }
        return is;
    }

    private void lead(StoreTerm term) throws InterruptedException {
        boolean ended = false;
        Client ear = hub.client("store-" + name() + "-master");
        try {
            long renewed = System.nanoTime();
            do {
                while (log.position() < term.end() && !closed) {
                    read();
                    if (System.nanoTime() - renewed > lease.toNanos() / 4) {
                        term.append(List.of());
                        renewed = System.nanoTime();
                    }
                }
            } while (!closed && !isSettled());
            replica.master(true);
            waiting.clear();
            MasterLoop loop = new MasterLoop(replica, term, waiting, clock, hub.name(), lease.toMillis() / 4);
            leads = true;
            ear.subscribe(List.of(topics.request()), this::heard);
            client.tryPublish(topics.master(), BinValues.write(Value.of(hub.name())));
            requests.newMaster();
            LOG.info("store {}: {} is master, epoch {}, revision {}, {} keys", name(), hub.name(), term.epoch(), replica
                    .mark().revision(), replica.mark().size());
            loop.run(() -> !closed && !isDamaged());
            ended = true;
        } finally {
            leads = false;
            replica.master(false);
            replica.rollback();
            ear.close();
            if (ended && !abandoned) {
                term.close();
            }
        }
    }

    /** As if the process had been killed: nothing is said to anybody. */
    void abandon() {
        abandoned = true;
        closed = true;
        leads = false;
        thread.interrupt();
        client.close();
        requests.close();
    }

    /** Ends it; as master it says so, and another begins at once. */
    @Override
    public void close() {
        closed = true;
        requests.close();
        client.close();
        try {
            if (!thread.join(Duration.ofSeconds(10))) {
                thread.interrupt();
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        log.close();
        replica.close();
    }
}

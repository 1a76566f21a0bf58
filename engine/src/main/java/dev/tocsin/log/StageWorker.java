package dev.tocsin.log;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread of a stage: runs a {@link StageSession} for as long as it goes well; when anything outside the stage's own
 * batch goes wrong (a broker gone, a disk full, a fenced writer) it throws the session away, with everything that was
 * not committed, waits, and begins a new one from what is committed. There is no other recovery.
 */
final class StageWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(StageWorker.class);
    private static final Duration WAIT_MIN = Duration.ofMillis(100);
    private static final Duration WAIT_MAX = Duration.ofSeconds(5);

    private final StageSpec spec;
    private final KafkaClients clients;
    private final Topics topics;
    private final String member;
    private final StageCounts counts;
    private final Stage stage;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicReference<@Nullable Optional<Instant>> rewind = new AtomicReference<>();
    private volatile boolean paused;
    private volatile String error = "";
    private volatile boolean ready;
    private volatile boolean ended;
    private volatile long lag;

    StageWorker(StageSpec spec, int number, KafkaClients clients, Topics topics, String member, StageCounts counts) {
        this.spec = spec;
        this.clients = clients;
        this.topics = topics;
        this.member = member + "-" + spec.name() + "-" + number;
        this.counts = counts;
        this.stage = spec.stage().apply(number);
        this.thread = Thread.ofPlatform().name("stage-" + spec.name() + "-" + number).unstarted(this);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        Duration wait = WAIT_MIN;
        boolean careful = false;
        while (!isStopping()) {
            try (StageSession session = new StageSession(spec, stage, clients, topics, member, counts, careful)) {
                careful = false;
                wait = runSession(session, wait);
                session.finish();
            } catch (StageFault e) {
                LOG.warn("stage {} threw; looking for the event at fault from the last commit", spec.name(),
                        e.getCause());
                careful = true;
            } catch (InterruptException | org.apache.kafka.common.errors.WakeupException _) {
                Thread.interrupted();
            } catch (Exception | Error e) {
                ready = false;
                boolean known = error.startsWith(describe(e));
                error = describe(e) + "; trying again in " + wait.toMillis()
                        + " ms from the last commit, nothing is lost";
                // Where it came from is worth reading once.
                LOG.warn("stage {}: {}", spec.name(), error, known ? null : e);
                wait = await(wait);
            }
        }
        try {
            stage.close();
        } catch (Exception e) {
            LOG.warn("stage {} did not close cleanly; what it committed is safe", spec.name(), e);
        }
        ended = true;
    }

    private Duration runSession(StageSession session, Duration waitBefore) throws Exception {
        Duration wait = waitBefore;
        session.open();
        while (!isStopping()) {
            Optional<Instant> to = rewind.get();
            if (to != null && session.hasPartitions()) {
                session.rewind(to);
                rewind.compareAndSet(to, null);
            }
            session.step(paused);
            lag = session.lag();
            ready = session.hasPartitions();
            if (session.commits() > 0 || session.isIdle()) {
                error = "";
                wait = WAIT_MIN;
            }
        }
        return wait;
    }

    private Duration await(Duration wait) {
        try {
            if (stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                return wait;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Duration next = wait.multipliedBy(2);
        return next.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : next;
    }

    /** Kafka wraps what its listeners throw in words of its own; the reason is inside. */
    private static String describe(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getClass() == org.apache.kafka.common.KafkaException.class) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    void paused(boolean on) {
        paused = on;
    }

    void rewind(Optional<Instant> to) {
        rewind.set(to);
    }

    String state() {
        if (ended) {
            return "stopped";
        }
        if (!error.isEmpty()) {
            return "failing";
        }
        if (paused) {
            return "paused";
        }
        return ready ? "running" : "restoring";
    }

    String error() {
        return error;
    }

    long lag() {
        return lag;
    }

    void stop() {
        stopping.countDown();
    }

    void join() {
        try {
            if (!thread.join(Duration.ofSeconds(30))) {
                LOG.warn("stage {} did not stop in 30 s; it is left to the end of the process", spec.name());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }
}

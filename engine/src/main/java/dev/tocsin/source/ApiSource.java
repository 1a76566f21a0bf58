package dev.tocsin.source;

import dev.tocsin.log.Appender.DeadLetter;
import dev.tocsin.source.Received.Refused;
import dev.tocsin.source.api.ApiEvent;
import dev.tocsin.source.api.Delivery;
import dev.tocsin.source.api.ApiPoller;
import dev.tocsin.source.state.FencedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls an event API as long as this process leads the source, and stands by as long as another does.
 *
 * <p>One virtual thread asks for leadership again and again, and polls while it has it; a second one renews the lease
 * meanwhile, also while the first waits for an output that is away. When the lease cannot be renewed in time the polling
 * stops, to be polite: it is the store that refuses what a stale leader still writes.
 */
public final class ApiSource implements Source {
    /** A longer event is kept in {@code dead}, with its beginning. */
    private static final int EVENT_MAX = 4 << 20;
    private static final int KEPT_OF_REFUSED = 64 << 10;
    /** How long a standby waits at most before it asks again who leads. */
    private static final long STANDBY_MILLIS_MAX = 200;
    private static final Duration FAILED_WAIT = Duration.ofSeconds(1);
    private static final long FAILED_MILLIS_MAX = 30_000;
    private static final Logger LOG = LoggerFactory.getLogger(ApiSource.class);

    private final String name;
    private final String address;
    private final Feed feed;
    private final Leadership leadership;
    private final Collector collector;
    private final Supplier<ApiPoller> pollers;
    private final boolean once;
    private final Tally tally;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private final LongAdder fenced = new LongAdder();
    private volatile State state = State.STOPPED;
    private volatile String trouble = "";
    private volatile long epoch;
    private volatile boolean finished;
    /** How long to leave it alone after it failed; used by the thread only. */
    private Duration failedWait = FAILED_WAIT;
    private volatile @Nullable ApiPoller polling;

    /** What it is doing now. */
    private enum State {
        STOPPED,
        STANDBY,
        LEADING
    }

    /**
     * @param address of the API, for people
     * @param pollers makes a new poller for each term
     * @param once ends when everything that can be trusted by now has been read, or another leads
     */
    public ApiSource(String name, SourceConfig config, String address, Leadership leadership, Collector collector,
            Supplier<ApiPoller> pollers, boolean once) {
        this.name = name;
        this.address = address;
        this.leadership = leadership;
        this.collector = collector;
        this.pollers = pollers;
        this.once = once;
        feed = new Feed(config.customer(), name, config.format(), config.logsource(), "api");
        tally = new Tally(collector::now);
        thread = Thread.ofVirtual().name("api-" + name).unstarted(this::run);
    }

    @Override
    public void start() {
        state = State.STANDBY;
        thread.start();
    }

    private void run() {
        try {
            while (closing.getCount() > 0 && !finished) {
                Optional<SourceTerm> term = seek();
                if (term.isPresent()) {
                    if (!lead(term.get())) {
                        closing.await(failedWait.toMillis(), TimeUnit.MILLISECONDS);
                        failedWait = Duration.ofMillis(Math.min(FAILED_MILLIS_MAX, 2 * failedWait.toMillis()));
                    }
                } else if (once && trouble.isEmpty()) {
                    LOG.info("{}: another leads ({}), nothing to do", name, leadership.leader());
                    return;
                }
                if (!finished) {
                    closing.await(Math.clamp(leadership.lease().toMillis() / 20, 20, STANDBY_MILLIS_MAX),
                            TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            state = State.STOPPED;
            leadership.close();
        }
    }

    private Optional<SourceTerm> seek() {
        try {
            Optional<SourceTerm> term = leadership.tryLead();
            if (term.isEmpty() || failedWait.equals(FAILED_WAIT)) {
                trouble = "";
            }
            return term;
        } catch (IOException | RuntimeException e) {
            String now = "who leads cannot be found out: " + e.getMessage();
            if (!now.equals(trouble)) {
                LOG.warn("{}: {}; trying again", name, now);
            }
            trouble = now;
            return Optional.empty();
        }
    }

    /** @return false when polling failed in a way that only somebody who looks at it can mend */
    private boolean lead(SourceTerm term) throws InterruptedException {
        epoch = term.epoch();
        LOG.info("{}: leads from here on, epoch {}", name, epoch);
        try (term; ApiPoller poller = pollers.get()) {
            poll(term, poller);
            trouble = "";
            failedWait = FAILED_WAIT;
        } catch (FencedException e) {
            fenced.increment();
            LOG.warn("{}: epoch {} is over, another leads: {}", name, epoch, e.getMessage());
        } catch (RuntimeException e) {
            trouble = "stopped polling, begins again: " + e.getMessage();
            LOG.error("{}: {}", name, trouble, e);
            return false;
        }
        return true;
    }

    private void poll(SourceTerm term, ApiPoller poller) throws FencedException, InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        TermDelivery delivery = new TermDelivery(term);
        polling = poller;
        state = State.LEADING;
        Thread renewer = Thread.ofVirtual().name("api-" + name + "-lease")
                .start(() -> renew(term, delivery, poller, ended));
        try {
            if (closing.getCount() > 0) {
                poller.run(term.cursor(), delivery, once);
                finished = once && closing.getCount() > 0 && !delivery.isOver();
            }
        } finally {
            state = State.STANDBY;
            polling = null;
            ended.countDown();
            renewer.join();
        }
    }

    private void renew(SourceTerm term, TermDelivery delivery, ApiPoller poller, CountDownLatch ended) {
        long third = Math.max(10, leadership.lease().toMillis() / 3);
        try {
            while (!ended.await(third, TimeUnit.MILLISECONDS)) {
                try {
                    term.renew();
                } catch (FencedException e) {
                    fenced.increment();
                    delivery.end();
                } catch (IOException | RuntimeException e) {
                    LOG.warn("{}: the lease could not be renewed: {}", name, e.getMessage());
                }
                if (delivery.isOver()) {
                    poller.close();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Names and numbers what the poller brings, and gives it to the term. */
    private final class TermDelivery implements Delivery {
        private final SourceTerm term;
        private volatile boolean ended;

        TermDelivery(SourceTerm term) {
            this.term = term;
        }

        void end() {
            ended = true;
        }

        @Override
        public void deliver(List<ApiEvent> events, String cursor) throws FencedException, InterruptedException {
            Instant arrival = collector.now();
            List<Received> received = new ArrayList<>(events.size());
            List<Refused> refused = new ArrayList<>(0);
            for (ApiEvent e : events) {
                boolean fits = e.json().length <= EVENT_MAX;
                byte[] kept = fits ? e.json() : Arrays.copyOf(e.json(), KEPT_OF_REFUSED);
                Received r = new Received(feed, name, kept, arrival, e.time(), "", null, new Identity.Vendor(e.id()));
                if (fits) {
                    received.add(r);
                } else {
                    refused.add(new Refused(r, "the event has " + e.json().length + " bytes, more than " + EVENT_MAX
                            + "; these are its first " + KEPT_OF_REFUSED));
                }
            }
            tally.received(events.size());
            List<DeadLetter> dead = collector.makeDead(refused);
            term.append(collector.make(received), dead, cursor);
            tally.durable(received.size(), refused.size());
        }

        @Override
        public boolean isOver() {
            return ended || !term.isHeld();
        }
    }

    /** Whether it has read everything that {@code once} asks for. */
    public boolean isFinished() {
        return finished;
    }

    /** Whether it neither polls nor waits for leadership. */
    public boolean isStopped() {
        return state == State.STOPPED;
    }

    /** The epoch of this process's last term; 0 before the first. */
    public long epoch() {
        return epoch;
    }

    /** How often this process found that another leads while it thought that it did. */
    public long fenced() {
        return fenced.sum();
    }

    @Override
    public SourceStatus status() {
        ApiPoller now = polling;
        String why = trouble.isEmpty() && now != null ? now.status().reason() : trouble;
        String word = switch (state) {
            case STOPPED -> "stopped";
            case STANDBY -> trouble.isEmpty() ? "standby" : "failing";
            case LEADING -> !why.isEmpty() ? "failing" : collector.refuses() ? "waiting" : "running";
        };
        tally.error(why);
        return tally.status(name, "api", address, word, 0);
    }

    @Override
    public void close() {
        closing.countDown();
        ApiPoller now = polling;
        if (now != null) {
            now.close();
        }
        try {
            if (!thread.join(Duration.ofSeconds(35))) {
                thread.interrupt();
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

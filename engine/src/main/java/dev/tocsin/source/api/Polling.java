package dev.tocsin.source.api;

import dev.tocsin.event.Json;
import dev.tocsin.source.api.Pass.Read;
import dev.tocsin.source.state.FencedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One run of a poller, from a cursor on. The fast lane reads from the overlap before the watermark up to the server's
 * present less what has to settle, and moves the watermark; between two polls the sweep reads on through the past by a
 * piece. Each batch that is delivered carries the cursor that holds after it: the watermark moves only over windows that
 * are whole, and of one that is still open the cursor has the ids of what was delivered. Owned by one thread.
 */
final class Polling implements Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Polling.class);
    static final int BATCH_MAX = 1000;
    private static final int BATCH_BYTES_MAX = 4 * 1024 * 1024;
    /** A watermark that moved less without an event is not worth a write: going on from an older one finds the same. */
    private static final Duration QUIET = Duration.ofSeconds(10);
    private static final Duration SLICE = Duration.ofMillis(500);

    private final String name;
    private final Settings settings;
    private final Fetching fetching;
    private final PageSizes sizes;
    private final Supplier<WindowReader> readers;
    private final WindowReader reader;
    private final ServerClock clock;
    private final ApiCounts counts;
    private final Troubles troubles;
    private final Pause pause;
    private final Delivery delivery;
    private final Progress progress;
    private final Consumer<ApiStatus.State> state;
    private final List<ApiEvent> batch = new ArrayList<>();
    private int batchBytes;
    private volatile String held = "";
    private Instant lateBefore;
    private Instant written;
    /** Of buckets of which only sums are known: what was read of them. */
    private final Map<Long, Set<IdHash>> unsure = new HashMap<>();

    /** What surrounds a run. */
    record Surroundings(String name, Settings settings, ServerClock clock, ApiCounts counts, Troubles troubles,
            Pause pause, Consumer<ApiStatus.State> state, Fetching fetching, PageSizes sizes,
            Supplier<WindowReader> readers) {
    }

    Polling(Surroundings around, Delivery delivery, Progress progress) {
        name = around.name;
        settings = around.settings;
        clock = around.clock;
        counts = around.counts;
        troubles = around.troubles;
        pause = around.pause;
        state = around.state;
        fetching = around.fetching;
        sizes = around.sizes;
        readers = around.readers;
        reader = readers.get();
        this.delivery = delivery;
        this.progress = progress;
        lateBefore = progress.watermark;
        written = Instant.MIN;
    }

    Instant watermark() {
        return progress.watermark;
    }

    /** Until {@link StoppedException}, or with {@code once} until the present is reached. */
    void run(boolean once) throws FencedException, InterruptedException {
        Instant target = present();
        for (;;) {
            go();
            state.accept(ApiStatus.State.RUNNING);
            lookForGap();
            Instant until = present();
            fast(until);
            boolean caughtUp = !progress.watermark.isBefore(target);
            sweep(once && caughtUp);
            flush(once && caughtUp);
            lag();
            if (once && caughtUp) {
                return;
            }
            if (until.plus(settings.config().poll()).isAfter(present())) {
                state.accept(ApiStatus.State.WAITING);
                rest(settings.config().poll());
            }
        }
    }

    private Instant present() {
        return reader.floor(clock.now().minus(settings.settle()));
    }

    private void lag() {
        Duration lag = Duration.between(progress.watermark, clock.now());
        counts.lag(lag.isNegative() ? Duration.ZERO : lag);
    }

    private void go() {
        if (delivery.isOver()) {
            throw new StoppedException();
        }
    }

    private void rest(Duration duration) throws InterruptedException {
        for (Duration left = duration; left.isPositive(); left = left.minus(SLICE)) {
            go();
            pause.of(left.compareTo(SLICE) < 0 ? left : SLICE);
        }
    }

    private void fast(Instant until) throws FencedException, InterruptedException {
        lateBefore = progress.watermark;
        Instant begin = reader.floor(progress.since());
        Instant at = begin;
        try (Segments segments = new Segments(fetching, readers, this::stay, sizes, settings)) {
            while (at.isBefore(until)) {
                go();
                at = !reader.isPipelined() && segments.isWorthWhile(at, until)
                        ? segments.step(at, until, reader, this)
                        : reader.step(at, until, this);
                progress.advance(reader.verified(at));
                lag();
            }
        }
        reader.settle(this);
        progress.advance(at);
        learn(begin, at);
    }

    /** One piece of the slow lane, or all of it. */
    private void sweep(boolean all) throws FencedException, InterruptedException {
        if (!progress.sweepAt.isBefore(progress.sweepUntil) && !begins(clock.now())) {
            return;
        }
        lateBefore = progress.watermark;
        Instant begin = reader.floor(progress.sweepAt.isBefore(progress.from) ? progress.from : progress.sweepAt);
        Instant at = begin;
        while (at.isBefore(progress.sweepUntil)
                && (all || progress.seen.bucket(at) == progress.seen.bucket(begin))) {
            go();
            at = reader.step(at, progress.sweepUntil, this);
        }
        reader.settle(this);
        learn(begin, at);
        progress.sweepAt = at.isBefore(progress.sweepUntil) ? progress.seen.floor(at) : progress.sweepUntil;
        if (!progress.sweepAt.isBefore(progress.sweepUntil)) {
            counts.sweeps.increment();
            progress.sweepDone = progress.sweepBegan;
            progress.advance(progress.watermark);
            flush(true);
        }
    }

    private boolean begins(Instant now) {
        SweepConfig sweep = settings.sweep();
        if (now.isBefore(progress.sweepBegan.plus(sweep.every()))) {
            return false;
        }
        progress.sweepBegan = now;
        if (sweep.window().compareTo(settings.overlap()) <= 0
                || !progress.sweepSince().isBefore(progress.since())) {
            progress.sweepDone = now;
            return false;
        }
        progress.sweepAt = progress.sweepSince();
        progress.sweepUntil = progress.since();
        return true;
    }

    /** Compares what was read of buckets of which only sums were known, and delivers what is new in them. */
    private void learn(Instant begin, Instant end) throws FencedException, InterruptedException {
        Map<Long, Set<IdHash>> read = Map.copyOf(unsure);
        unsure.clear();
        for (Map.Entry<Long, Set<IdHash>> entry : read.entrySet()) {
            Instant from = Instant.ofEpochSecond(entry.getKey());
            Instant until = progress.seen.end(entry.getKey());
            Instant since = from.isBefore(progress.from) ? progress.from : from;
            if (since.isBefore(begin) || until.isAfter(end)) {
                continue;
            }
            int isNew = progress.seen.learn(entry.getKey(), entry.getValue());
            if (isNew > 1) {
                counts.eventsUnsure.add(isNew);
            }
            for (Instant at = reader.floor(since); isNew > 0 && at.isBefore(until);) {
                at = reader.step(at, until, this);
            }
            reader.settle(this);
        }
    }

    @Override
    public void take(Read read) throws InterruptedException, FencedException {
        ApiEvent event = read.event();
        switch (progress.seen.ask(read.hash(), event.time())) {
            case KNOWN -> counts.eventsRepeated.increment();
            case UNSURE ->
                unsure.computeIfAbsent(progress.seen.bucket(event.time()), _ -> new HashSet<>()).add(read.hash());
            case NEW -> {
                if (event.time().isBefore(lateBefore)) {
                    counts.late(Duration.between(event.time(), lateBefore));
                }
                progress.seen.add(read.hash(), event.time());
                add(event);
            }
        }
    }

    private void add(ApiEvent event) throws InterruptedException, FencedException {
        batch.add(event);
        batchBytes += event.json().length;
        if (batch.size() >= BATCH_MAX || batchBytes >= BATCH_BYTES_MAX) {
            flush(true);
        }
    }

    /** Delivers what is there; without events only when the cursor has moved so far that it is worth it. */
    private void flush(boolean always) throws InterruptedException, FencedException {
        boolean moved = always && !written.equals(progress.watermark)
                || written.equals(Instant.MIN) || written.plus(QUIET).isBefore(progress.watermark);
        if (batch.isEmpty() && !moved) {
            return;
        }
        go();
        delivery.deliver(List.copyOf(batch), progress.cursor());
        counts.eventsNew.add(batch.size());
        written = progress.watermark;
        batch.clear();
        batchBytes = 0;
    }

    @Override
    public void hold(String problem, Duration wait) throws InterruptedException, FencedException {
        flush(true);
        stay(problem, wait);
    }

    /** As hold, for whoever reads ahead in another thread. */
    private void stay(String problem, Duration wait) throws InterruptedException {
        if (!problem.equals(held)) {
            LOG.error("{}: {}", name, problem);
            held = problem;
        }
        Object trouble = new Object();
        troubles.begin(trouble, problem);
        try {
            rest(wait);
        } finally {
            troubles.end(trouble);
        }
    }

    /** The vendor has nothing left of what was to be read next: an event says so, once, and reading goes on behind it. */
    private void lookForGap() throws InterruptedException, FencedException {
        Duration retention = settings.definition().retention();
        if (retention == null) {
            return;
        }
        Instant oldest = reader.floor(clock.now().minus(retention));
        boolean fresh = progress.isFresh();
        if (!progress.watermark.isBefore(oldest)) {
            return;
        }
        if (fresh) {
            progress.advance(oldest);
            return;
        }
        String message = "events of " + name + " from " + progress.watermark + " to " + oldest
                + " cannot be read any more: the vendor keeps them for " + retention.toSeconds()
                + " s, and nothing was read for longer";
        LOG.error(message);
        counts.gaps.increment();
        ObjectNode json = Json.object().put("type", "tocsin.gap").put("source", name)
                .put("from", progress.watermark.toString()).put("until", oldest.toString()).put("message", message);
        batch.add(new ApiEvent("tocsin-gap/" + name + "/" + progress.watermark + "/" + oldest, oldest,
                json.toString().getBytes(StandardCharsets.UTF_8)));
        progress.advance(oldest);
        flush(true);
    }
}

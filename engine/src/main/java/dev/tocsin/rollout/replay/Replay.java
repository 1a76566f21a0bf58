package dev.tocsin.rollout.replay;

import dev.tocsin.log.DurableLog;
import dev.tocsin.log.EngineStages;
import dev.tocsin.log.LogException;
import dev.tocsin.log.StageSpec;
import dev.tocsin.log.StageStatus;
import dev.tocsin.log.Stream;
import dev.tocsin.log.TrialStages;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One replay. A thread of its own watches over it: paces it, ends it, tells how it went. */
final class Replay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
    private static final Duration LOOK = Duration.ofMillis(200);
    /** What troubles a stage for longer will not pass. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** In so many looks in a row nothing may be on its way. */
    private static final int QUIET = 2;

    /** What is asked for. */
    record Order(String run, Instant from, Instant to, double speed, String who, Instant started) {
    }

    private final Order order;
    private final ReplayEngine engine;
    private final EventClock clock;
    private final StageMeter detecting = new StageMeter();
    private final StageMeter correlating = new StageMeter();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final long begunNanos = System.nanoTime();
    private final Consumer<ReplayReport> ended;
    private final TrialStages stages;
    private volatile @Nullable ReplayFeed feed;
    private volatile @Nullable ReplayTail tail;
    private volatile long heapMax;
    private volatile @Nullable ReplayReport result;

    /** Starts it. @param ended is told the report when it is over */
    Replay(Order order, ReplayEngine engine, DurableLog log, Consumer<ReplayReport> ended) {
        this.order = order;
        this.engine = engine;
        this.ended = ended;
        this.clock = new EventClock(order.from);
        String lane = EngineStages.replayLane(engine.name(), order.run);
        int partitions = log.partitions();
        CountDownLatch started = new CountDownLatch(1);
        Ends ends = new Ends(started);
        ReplayFeed reads = new ReplayFeed(engine.detect(clock), clock, order.from, order.to, partitions, ends::of,
                detecting);
        ReplayTail decides = new ReplayTail(engine.correlate(), engine.levels(), partitions, correlating);
        feed = reads;
        tail = decides;
        stages = log.tryOut(List.of(
                new StageSpec(EngineStages.inLane(EngineStages.DETECT, lane), List.of(Stream.EVENTS), 1, true, lane,
                        true,
                        _ -> reads),
                new StageSpec(EngineStages.inLane(EngineStages.CORRELATE, lane), List.of(Stream.MATCHES), 1, true, lane,
                        true, _ -> decides)),
                order.from);
        ends.stages = stages;
        started.countDown();
        Thread.ofVirtual().name("replay-" + order.run).start(this::watch);
    }

    /** The stages may run before it is known here what they are. */
    private static final class Ends {
        private final CountDownLatch started;
        private volatile @Nullable TrialStages stages;

        Ends(CountDownLatch started) {
            this.started = started;
        }

        long of(int partition) {
            try {
                started.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            TrialStages known = stages;
            return known == null ? 0 : known.end(partition);
        }
    }

    private void watch() {
        String state = ReplayReport.FAILED;
        String problem = "";
        try {
            int quiet = 0;
            boolean waits = false;
            long wellNanos = System.nanoTime();
            while (quiet < QUIET && !cancelled.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                heapMax = Math.max(heapMax, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
                boolean early = isAhead();
                if (early != waits) {
                    stages.pause(early);
                    waits = early;
                }
                String trouble = trouble();
                if (trouble.isEmpty()) {
                    wellNanos = System.nanoTime();
                } else if (System.nanoTime() - wellNanos > PATIENCE.toNanos()) {
                    throw new LogException(trouble);
                }
                quiet = isDecided() ? quiet + 1 : 0;
            }
            state = quiet < QUIET ? ReplayReport.CANCELLED : ReplayReport.DONE;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            state = ReplayReport.CANCELLED;
        } catch (RuntimeException e) {
            LOG.warn("replay {} ended", order.run, e);
            problem = String.valueOf(e.getMessage());
        }
        ReplayReport report = now().ended(state, problem);
        try {
            stages.close();
        } catch (RuntimeException e) {
            LOG.warn("what replay {} needed is not all gone", order.run, e);
        }
        result = report;
        ended.accept(report);
        over.countDown();
        LOG.info("replay {} of engine {} is {}: {} events, {} alerts", order.run, engine.name(), state, report.events(),
                report.alerts());
    }

    /** Whether event time is further than the wanted speed lets it be. */
    private boolean isAhead() {
        ReplayFeed reads = feed;
        if (order.speed <= 0 || reads == null || reads.isDone()) {
            return false;
        }
        double passedMillis = (System.nanoTime() - begunNanos) / 1e6;
        return clock.millis() - order.from.toEpochMilli() > passedMillis * order.speed;
    }

    private boolean isDecided() {
        ReplayFeed reads = feed;
        ReplayTail decides = tail;
        return reads != null && decides != null && reads.isDone() && decides.isDone()
                && stages.status().getLast().lag() == 0
                && stages.status().stream().allMatch(s -> s.state().equals("running"));
    }

    private String trouble() {
        return stages.status().stream().filter(s -> !s.error().isEmpty()).map(s -> s.name() + ": " + s.error())
                .findFirst().orElse("");
    }

    ReplayReport report() {
        ReplayReport known = result;
        return known != null ? known : now();
    }

    private ReplayReport now() {
        List<StageStatus> status = stages.status();
        double seconds = (System.nanoTime() - begunNanos) / 1e9;
        long events = detecting.events();
        ReplayFeed reads = feed;
        long records = stages.records();
        boolean all = reads == null || reads.isDone();
        long seen = all || reads == null ? records : Math.min(records, reads.seen());
        double millions = events / 1e6;
        double cpu = (detecting.cpuNanos() + correlating.cpuNanos()) / 1e9;
        long bytes = detecting.allocatedBytes() + correlating.allocatedBytes();
        return new ReplayReport(order.run, engine.name(), engine.content(), order.who, order.from, order.to,
                order.speed,
                ReplayReport.RUNNING, trouble(), order.started, round(seconds), records, seen, events,
                round(events / Math.max(0.001, seconds)), left(seconds, seen, records),
                detecting.nanosAt(0.5) / 1e3, detecting.nanosAt(0.99) / 1e3, events == 0 ? 0 : round(cpu / millions),
                events == 0 ? 0 : Math.rint(bytes / (double) events), heapMax,
                status.stream().mapToLong(StageStatus::held).sum(),
                status.stream().mapToLong(StageStatus::dead).sum(), Map.copyOf(engine.hits()));
    }

    private double left(double seconds, long seen, long records) {
        if (seen >= records) {
            return 0;
        }
        double byRate = seen == 0 ? -1 : seconds * (records - seen) / seen;
        if (order.speed <= 0) {
            return round(byRate);
        }
        double byClock = (order.to.toEpochMilli() - clock.millis()) / 1e3 / order.speed;
        return round(Math.max(byRate, byClock));
    }

    private static double round(double value) {
        return Math.rint(value * 1000) / 1000;
    }

    void cancel() {
        cancelled.countDown();
    }

    /** Cancels it and waits until it is over. */
    @Override
    public void close() {
        cancel();
        try {
            over.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.tocsin.source.api;

import dev.tocsin.source.api.Pass.Read;
import dev.tocsin.source.state.FencedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Catches up where pages can only be followed one after the other: the past is cut into stretches of about a page each,
 * several are read at one time, and they are given in order. In memory are as many stretches as may be in flight, none
 * with more than {@value #EVENTS_MAX} events and a page. Owned by the thread that reads.
 */
final class Segments implements AutoCloseable {
    static final int EVENTS_MAX = 5000;
    /** So full should a page be on average that hardly any stretch needs a second. */
    private static final double FULL = 0.75;
    private static final double NEWEST = 0.25;
    private static final int GROWTH_MAX = 16;
    /** Fewer stretches than these are not worth a thread. */
    private static final int LEAST = 4;
    private static final Duration WIDTH_FIRST = Duration.ofSeconds(10);

    private final Fetching fetching;
    private final Supplier<WindowReader> readers;
    private final Holding holding;
    private final PageSizes sizes;
    private final int perPage;
    private final int inFlight;
    private final Deque<Flight> flying = new ArrayDeque<>();
    private double perSecond = -1;
    private Duration width = WIDTH_FIRST;

    /** @param upTo before the end when there were too many events */
    private record Segment(List<Read> read, Instant upTo) {
    }

    /** Waits because nothing can be read on. */
    @FunctionalInterface
    interface Holding {
        void of(String problem, Duration wait) throws InterruptedException;
    }

    private record Flight(Instant since, Instant until, Future<Segment> segment) {
    }

    /**
     * @param readers makes one for each stretch
     * @param holding holds a stretch in that stretch's thread
     */
    Segments(Fetching fetching, Supplier<WindowReader> readers, Holding holding, PageSizes sizes,
            Settings settings) {
        this.fetching = fetching;
        this.readers = readers;
        this.holding = holding;
        this.sizes = sizes;
        perPage = settings.perPage();
        inFlight = settings.config().inFlight();
    }

    /** Whether so much is left that reading ahead is worth while. */
    boolean isWorthWhile(Instant at, Instant until) {
        return inFlight > 1 && at.plus(width.multipliedBy(LEAST)).isBefore(until);
    }

    /**
     * Gives the next stretch to the lane.
     *
     * @param reader for what a stretch leaves
     * @return up to where everything was given
     */
    Instant step(Instant at, Instant until, WindowReader reader, Lane lane)
            throws InterruptedException, FencedException {
        Instant begin = flying.isEmpty() ? at : flying.getLast().until;
        while (flying.size() < inFlight && begin.isBefore(until)) {
            Instant wanted = reader.floor(begin.plus(width));
            Instant end = wanted.isAfter(begin) && wanted.isBefore(until) ? wanted : until;
            flying.add(begin(begin, end));
            begin = end;
        }
        Flight flight = flying.remove();
        Segment segment = await(flight);
        for (Read read : segment.read) {
            lane.take(read);
        }
        adapt(flight, segment);
        for (Instant on = segment.upTo; on.isBefore(flight.until);) {
            on = reader.step(on, flight.until, lane);
        }
        return flight.until;
    }

    private Segment await(Flight flight) throws InterruptedException {
        try {
            return fetching.await(flight.segment);
        } catch (TooDeepException e) {
            throw new IllegalStateException("a window's reader handles what is too deep", e);
        }
    }

    /** Wider where there is little, narrower where there is much. */
    private void adapt(Flight flight, Segment segment) {
        double seconds = Math.max(1e-3, Duration.between(flight.since, segment.upTo).toMillis() / 1000.0);
        double now = segment.read.size() / seconds;
        perSecond = perSecond < 0 ? now : perSecond + NEWEST * (now - perSecond);
        double wanted = FULL * sizes.full(perPage) / Math.max(1e-9, perSecond);
        long millis = (long) (1000 * Math.min(wanted, GROWTH_MAX * seconds));
        width = Duration.ofMillis(Math.clamp(millis, 1000, Duration.ofDays(3650).toMillis()));
    }

    private Flight begin(Instant since, Instant until) {
        return new Flight(since, until, fetching.submit(() -> {
            List<Read> all = new ArrayList<>();
            Lane collecting = new Lane() {
                @Override
                public void take(Read read) {
                    all.add(read);
                }

                @Override
                public void hold(String problem, Duration wait) throws InterruptedException {
                    holding.of(problem, wait);
                }
            };
            WindowReader reader = readers.get();
            Instant at = since;
            while (at.isBefore(until) && all.size() < EVENTS_MAX) {
                at = reader.step(at, until, collecting);
            }
            reader.settle(collecting);
            return new Segment(all, at);
        }));
    }

    @Override
    public void close() {
        flying.forEach(f -> f.segment.cancel(true));
        flying.clear();
    }
}

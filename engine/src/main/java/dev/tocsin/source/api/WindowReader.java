package dev.tocsin.source.api;

import dev.tocsin.source.api.ApiDefinition.Order;
import dev.tocsin.source.api.Pages.End;
import dev.tocsin.source.api.Pass.Read;
import dev.tocsin.source.state.FencedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads stretches of time whole, whatever the API does.
 *
 * <p>A window that holds more than the API shows of one is gone on from by time: where pages rise, from the last time
 * that they showed; else the window is halved. What was read of it is checked afterwards: the last page is asked for
 * again, and when it or the count has changed, things have moved between pages, and the window is read again, at last
 * page by page. An instant with more events than can be shown is read in parts by the split filter; when that does not
 * do, the reader stays there, and says so, rather than leave anything out. Owned by one thread.
 */
final class WindowReader {
    private static final Logger LOG = LoggerFactory.getLogger(WindowReader.class);
    private static final int PARALLEL_READINGS = 2;
    private static final int READINGS_MAX = 8;
    private static final Duration WIDEST = Duration.ofDays(36_525);
    /** More than this at the start of a run is a backlog. */
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration HOLD = Duration.ofSeconds(30);

    private final Settings settings;
    private final ApiDefinition definition;
    private final Requests requests;
    private final Fetching fetching;
    private final ApiCounts counts;
    private final PageSizes sizes;
    private final Duration unit;
    private boolean countCounts = true;
    /** Whether the next window is expected to have many pages. */
    private boolean eager;
    private boolean stepped;
    private Duration width = WIDEST;
    private Optional<Unchecked> unchecked = Optional.empty();

    /** The check of a window that was read up to {@code until} is on its way. */
    private record Unchecked(Recheck check, Instant until) {
    }

    WindowReader(Settings settings, Requests requests, Fetching fetching, PageSizes sizes, ApiCounts counts) {
        this.settings = settings;
        definition = settings.definition();
        this.requests = requests;
        this.fetching = fetching;
        this.counts = counts;
        this.sizes = sizes;
        unit = requests.unit();
    }

    /** Cut to what a request can say. */
    Instant floor(Instant time) {
        long nanos = unit.toNanos();
        return nanos >= 1_000_000_000
                ? Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), unit.toSeconds()) * unit.toSeconds())
                : time.minusNanos(time.getNano() % nanos);
    }

    /**
     * Reads on from {@code since}, at most up to {@code until}, both as {@link #floor} cuts them. Where pages are read in
     * parallel, the check of one window runs while the next is read: {@link #verified} says how far it has come.
     *
     * @return from where to read on; later than {@code since}
     */
    Instant step(Instant since, Instant until, Lane lane) throws InterruptedException, FencedException {
        Optional<Unchecked> before = unchecked;
        unchecked = Optional.empty();
        eager |= !stepped && Duration.between(since, until).compareTo(LONG) > 0;
        stepped = true;
        Instant on = step(since, until, lane, isPipelined());
        if (before.isPresent()) {
            check(before.get(), lane);
        }
        return on;
    }

    /** Up to where all is known to have been given to the lane, when {@code step} has come to {@code read}. */
    Instant verified(Instant read) {
        return unchecked.map(u -> u.check.pass().window.since()).orElse(read);
    }

    /** Ends the check that is still open. */
    void settle(Lane lane) throws InterruptedException, FencedException {
        if (unchecked.isPresent()) {
            Unchecked last = unchecked.get();
            unchecked = Optional.empty();
            check(last, lane);
        }
    }

    private void check(Unchecked open, Lane lane) throws InterruptedException, FencedException {
        if (open.check.isSteady(fetching, countCounts)) {
            return;
        }
        counts.windowsReread.increment();
        Instant at = open.check.pass().window.since();
        while (at.isBefore(open.until)) {
            at = step(at, open.until, lane, false);
        }
    }

    private Instant step(Instant since, Instant until, Lane lane, boolean pipelined)
            throws InterruptedException, FencedException {
        Instant to = isHalving() && since.plus(width).isBefore(until) ? floor(since.plus(width)) : until;
        to = to.isAfter(since) ? to : until;
        for (;;) {
            Window window = Window.of(since, to);
            Pass pass = pipelined ? pass(window, true, new LinkedHashMap<>(), lane) : checked(window, lane);
            boolean whole = pass.end == End.WHOLE;
            Instant reached = whole || isHalving() || !pass.isOrdered()
                    ? to
                    : pass.last().map(this::floor).orElse(since);
            eager = !whole;
            if (!whole) {
                counts.windowSplits.increment();
            }
            if (whole || reached.isAfter(since) && reached.isBefore(to)) {
                width = !whole || width.compareTo(WIDEST) > 0 ? width : width.multipliedBy(2);
                if (pipelined && pass.pages() > 1) {
                    unchecked = Optional.of(new Unchecked(Recheck.begin(pass, fetching), reached));
                }
                return reached;
            }
            Instant middle = floor(since.plus(Duration.between(since, to).dividedBy(2)));
            boolean oneInstant = !isHalving() && pass.isOrdered() && pass.pages() > 0;
            if (oneInstant || !middle.isAfter(since)) {
                narrow(since, lane);
                return since.plus(unit);
            }
            to = middle;
            width = Duration.between(since, to);
        }
    }

    /** Pages that are read in parallel, and are of use even when the window is cut. */
    boolean isPipelined() {
        return !isHalving() && settings.config().inFlight() > 1
                && (definition.pagination() instanceof PaginationConfig.Page
                        || definition.pagination() instanceof PaginationConfig.Offset);
    }

    /** Whether windows that are too full are halved: what they show of themselves is of no use. */
    private boolean isHalving() {
        return definition.order() == Order.DESC || definition.pagination() instanceof PaginationConfig.Window;
    }

    /** Reads the window until nothing has moved meanwhile. */
    private Pass checked(Window window, Lane lane) throws InterruptedException, FencedException {
        Map<IdHash, Read> collected = new LinkedHashMap<>();
        for (int reading = 1;; reading++) {
            Pass pass = pass(window, reading <= PARALLEL_READINGS, collected, lane);
            if (pass.pages() <= 1 || Recheck.begin(pass, fetching).isSteady(fetching, countCounts)) {
                if (pass.end != End.CUT || !isHalving()) {
                    give(collected, lane);
                }
                return pass;
            }
            counts.windowsReread.increment();
            if (reading == READINGS_MAX) {
                if (countCounts && pass.end == End.WHOLE && pass.count().isPresent()) {
                    countCounts = false;
                    LOG.warn("{}: the count of {} does not agree with its events ({} of {}) however often it is read;"
                            + " from now on it is not looked at", settings.config().url(), definition.path(),
                            pass.size(), pass.count().getAsLong());
                }
                give(collected, lane);
                return pass;
            }
        }
    }

    private static void give(Map<IdHash, Read> collected, Lane lane) throws InterruptedException, FencedException {
        List<Read> rising = collected.values().stream()
                .sorted(Comparator.comparing((Read r) -> r.event().time())).toList();
        for (Read read : rising) {
            lane.take(read);
        }
    }

    private Pass pass(Window window, boolean parallel, Map<IdHash, Read> collected, Lane lane)
            throws InterruptedException, FencedException {
        Pass pass = new Pass(window, unit, counts);
        try (Pages pages = open(pass, parallel)) {
            for (Optional<Pages.Given> given = pages.next(); given.isPresent(); given = pages.next()) {
                List<Read> read = pass.take(given.get());
                if (isHalving()) {
                    read.forEach(r -> collected.putIfAbsent(r.hash(), r));
                } else {
                    for (Read r : read) {
                        lane.take(r);
                    }
                }
            }
            pass.end = pages.end();
        }
        return pass;
    }

    private Pages open(Pass pass, boolean parallel) {
        PaginationConfig pagination = definition.pagination();
        return switch (pagination) {
            case PaginationConfig.Page _,PaginationConfig.Offset _ ->
                new StridedPages(fetching, requests, pagination, sizes, pass,
                        new StridedPages.Limits(parallel ? settings.config().inFlight() : 1, parallel && eager,
                                settings.windowEventsMax(), !isHalving()));
            case PaginationConfig.Window whole -> new WholePages(fetching, requests, whole, pass);
            case PaginationConfig.Cursor _,PaginationConfig.Link _,PaginationConfig.Next _,PaginationConfig.Expression _ ->
                new FollowedPages(fetching, requests, sizes, pass, settings.windowEventsMax(), !isHalving(),
                        counts);
        };
    }

    /** Reads an instant that has more events than can be shown, by each value of the split filter; stays until it can. */
    private void narrow(Instant instant, Lane lane) throws InterruptedException, FencedException {
        for (;;) {
            SplitFilter split = definition.split();
            List<Map<String, String>> filters = split == null || definition.until() == null
                    ? List.of()
                    : split.values().stream().map(value -> Map.of(split.parameter(), value)).toList();
            boolean whole = !filters.isEmpty();
            Set<IdHash> ids = new HashSet<>();
            for (Map<String, String> filter : filters) {
                Pass pass = checked(new Window(instant, instant.plus(unit), filter), lane);
                whole &= pass.end == End.WHOLE;
                ids.addAll(pass.ids());
            }
            if (whole && isAll(instant, ids)) {
                return;
            }
            // What the API shows may have been cut short by a passing fault, or its limit may have been raised.
            sizes.forgetCap();
            if (checked(Window.of(instant, instant.plus(unit)), lane).end == End.WHOLE) {
                return;
            }
            lane.hold("more events have the time " + instant + " than the API shows"
                    + (split == null
                            ? "; give the definition a split filter"
                            : " with any " + split.parameter()
                                    + "; give its split filter all values, or another parameter")
                    + "; reading stays there until then, and nothing is left out", HOLD);
        }
    }

    /** Whether the parts are as many as the whole, where the API tells. */
    private boolean isAll(Instant instant, Set<IdHash> ids) throws InterruptedException {
        Window all = Window.of(instant, instant.plus(unit));
        try {
            Page first = fetching.ask(requests.first(all));
            return first.count().isEmpty() || !countCounts || ids.size() >= first.count().getAsLong();
        } catch (TooDeepException e) {
            return true;
        }
    }
}

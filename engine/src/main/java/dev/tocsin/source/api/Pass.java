package dev.tocsin.source.api;

import dev.tocsin.source.api.Page.Listed;
import dev.tocsin.source.api.Requests.PageCall;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** One reading of a window: what its pages had. Owned by the thread that reads. */
final class Pass {
    final Window window;
    private final Duration unit;
    private final ApiCounts counts;
    private final Set<IdHash> ids = new HashSet<>();
    private final Map<String, Integer> occurrences = new HashMap<>();
    private int pages;
    private boolean ordered = true;
    /** Whether all pages told the same count. */
    private boolean counted = true;
    private OptionalLong count = OptionalLong.empty();
    private Optional<Instant> last = Optional.empty();
    private Optional<PageCall> lastCall = Optional.empty();
    private Set<IdHash> lastIds = Set.of();
    private Optional<PageCall> firstCall = Optional.empty();
    private Set<IdHash> firstIds = Set.of();
    Pages.End end = Pages.End.WHOLE;

    /** An event with the hash of its id. */
    record Read(ApiEvent event, IdHash hash) {
    }

    /** @param unit the smallest step of a window's bounds */
    Pass(Window window, Duration unit, ApiCounts counts) {
        this.window = window;
        this.unit = unit;
        this.counts = counts;
    }

    /** How many events of a page were not on those before it; of events without ids all. */
    int fresh(Page page) {
        return (int) page.events().stream().filter(e -> !e.hasId() || !ids.contains(IdHash.of(e.event().id()))).count();
    }

    /** Takes a page in; answers those of its events that are of the window and were not on a page before. */
    List<Read> take(Pages.Given given) {
        pages++;
        lastCall = Optional.of(given.call());
        firstCall = firstCall.or(() -> lastCall);
        if (count.isEmpty()) {
            count = given.page().count();
        }
        counted &= given.page().count().equals(count);
        List<Read> read = new ArrayList<>(given.page().events().size());
        Set<IdHash> fresh = new HashSet<>();
        for (Listed listed : given.page().events()) {
            Read event = named(listed);
            if (!ids.add(event.hash)) {
                continue;
            }
            fresh.add(event.hash);
            Instant time = event.event.time();
            ordered &= last.isEmpty() || !time.isBefore(last.get());
            last = last.isEmpty() || time.isAfter(last.get()) ? Optional.of(time) : last;
            if (!listed.timed()) {
                counts.eventsUntimed.increment();
            }
            placed(event).ifPresent(read::add);
        }
        lastIds = fresh;
        firstIds = pages == 1 ? fresh : firstIds;
        return read;
    }

    private Read named(Listed listed) {
        ApiEvent event = listed.event();
        String id = listed.hasId()
                ? event.id()
                : event.id() + "/" + occurrences.merge(event.id(), 1, Integer::sum);
        return new Read(new ApiEvent(id, event.time(), event.json()), IdHash.of(id));
    }

    /**
     * Bounds that are inclusive or coarse let in neighbours, which other windows have. What is far outside shows that the
     * API filters by another time than its events tell; it is delivered as if it were at the window's bound.
     */
    private Optional<Read> placed(Read read) {
        Instant time = read.event.time();
        if (!time.isBefore(window.since()) && time.isBefore(window.until())) {
            return Optional.of(read);
        }
        if (!time.isBefore(window.since().minus(unit)) && !time.isAfter(window.until().plus(unit))) {
            return Optional.empty();
        }
        counts.eventsOutside.increment();
        Instant bound = time.isBefore(window.since()) ? window.since() : window.until().minusNanos(1);
        return Optional.of(new Read(new ApiEvent(read.event.id(), bound, read.event.json()), read.hash));
    }

    int pages() {
        return pages;
    }

    int size() {
        return ids.size();
    }

    Set<IdHash> ids() {
        return ids;
    }

    /** Whether times never fell. */
    boolean isOrdered() {
        return ordered;
    }

    OptionalLong count() {
        return count;
    }

    /** The latest time read. */
    Optional<Instant> last() {
        return last;
    }

    /**
     * What to ask for again to see whether things have moved meanwhile: the last page, which shows also whether the count
     * is another one, and the first, from which old events disappear.
     */
    List<PageCall> witnesses() {
        List<PageCall> calls = new ArrayList<>();
        lastCall.ifPresent(calls::add);
        if (pages > 1) {
            firstCall.ifPresent(calls::add);
        }
        return calls;
    }

    /**
     * Whether the window has not changed meanwhile.
     *
     * @param call of the witnesses
     * @param again what it shows now
     */
    boolean isSteady(PageCall call, Page again, boolean countCounts) {
        if (countCounts && again.count().isPresent()) {
            boolean same = counted && again.count().equals(count)
                    && (end == Pages.End.CUT || again.count().getAsLong() == ids.size());
            if (!same) {
                return false;
            }
        }
        Set<IdHash> now = new HashSet<>();
        boolean named = true;
        for (Listed listed : again.events()) {
            named &= listed.hasId();
            now.add(IdHash.of(listed.event().id()));
        }
        boolean isLast = lastCall.filter(call::equals).isPresent();
        return !named || now.containsAll(isLast ? lastIds : firstIds) && ids.containsAll(now);
    }
}

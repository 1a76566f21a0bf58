package dev.tocsin.source.api;

import dev.tocsin.source.api.Requests.PageCall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Future;

/** Pages with numbers or places: several are on their way at one time, and are given in order. */
final class StridedPages implements Pages {
    private final Fetching fetching;
    private final Requests requests;
    private final PaginationConfig pagination;
    private final PageSizes sizes;
    private final Pass pass;
    private final Limits limits;
    private final Deque<Flight> flying = new ArrayDeque<>();
    private int asked;
    private int given;
    private int pagesMax;
    private boolean ended;
    private End end = End.WHOLE;

    private record Flight(PageCall call, Future<Page> page) {
    }

    /**
     * @param ahead pages on their way at one time
     * @param eager whether the window is known to have many pages, so that not even the first is waited for
     * @param eventsMax after so many events the window is cut
     * @param streamed whether a cut window's pages are of use; if not, it ends as soon as it is known to be too full
     */
    record Limits(int ahead, boolean eager, int eventsMax, boolean streamed) {
    }

    StridedPages(Fetching fetching, Requests requests, PaginationConfig pagination, PageSizes sizes, Pass pass,
            Limits limits) {
        this.fetching = fetching;
        this.requests = requests;
        this.pagination = pagination;
        this.sizes = sizes;
        this.pass = pass;
        this.limits = limits;
        pagesMax = limit(sizes.stride(requests.perPage(), limits.eager));
    }

    private int limit(int stride) {
        int wanted = (limits.eventsMax + stride - 1) / Math.max(1, stride);
        int most = Math.max(1, Math.min(sizes.pageCap(), wanted));
        // A last round of requests that is not full would be waited for all the same.
        return most > limits.ahead ? most - most % limits.ahead : most;
    }

    @Override
    public Optional<Given> next() throws InterruptedException {
        if (ended) {
            return Optional.empty();
        }
        int ahead = given == 0 && !limits.eager ? 1 : limits.ahead;
        while (flying.size() < ahead && asked < pagesMax) {
            PageCall call = call(++asked);
            flying.add(new Flight(call, fetching.submit(call)));
        }
        Flight flight = flying.poll();
        if (flight == null) {
            return ended(End.CUT);
        }
        Page page;
        try {
            page = fetching.await(flight.page);
        } catch (TooDeepException e) {
            sizes.refusedAfter(given);
            return ended(End.CUT);
        }
        given++;
        int size = page.events().size();
        if (given == 1 && size > 0 && !sizes.stride(size) && pagination instanceof PaginationConfig.Offset) {
            // Pages beyond the first were asked for at places that are not where they begin.
            cancel();
            asked = 1;
        }
        judge(page, size);
        return Optional.of(new Given(flight.call, page));
    }

    private void judge(Page page, int size) {
        int fresh = pass.fresh(page);
        if (given == 1) {
            pagesMax = limit(Math.max(1, size));
        }
        // Some counts stop at a round number: behind a full page it is looked whether there is another.
        boolean full = size >= requests.perPage() || given > 1 && size >= sizes.stride(size, true);
        boolean whole = size == 0 || (page.count().isPresent()
                ? !full && pass.size() + fresh >= page.count().getAsLong()
                : !full && sizes.isShort(size));
        sizes.read(fresh);
        if (whole) {
            var _ = ended(End.WHOLE);
        } else if (given >= pagesMax) {
            var _ = ended(End.CUT);
        } else if (given == 1 && page.count().isPresent()) {
            foretold(page.count().getAsLong(), size);
        }
    }

    /** The first page says how many there are. */
    private void foretold(long count, int size) {
        if (!limits.streamed && count > (long) pagesMax * size) {
            var _ = ended(End.CUT);
        } else if (limits.ahead > 1) {
            long pages = count / size + 1;
            pagesMax = (int) Math.min(pagesMax, Math.max(2, pages));
            flying.removeIf(f -> f.call.number() > pagesMax && (f.page.cancel(true) || f.page.isDone()));
            asked = Math.min(asked, pagesMax);
        }
    }

    private PageCall call(int number) {
        return switch (pagination) {
            case PaginationConfig.Page(String parameter, int first, var _) ->
                requests.numbered(pass.window, number, parameter, (long) first + number - 1);
            case PaginationConfig.Offset(String parameter, var _) -> {
                // One at a time, what was really read counts; else the first page says how far the others are apart.
                long place = limits.ahead == 1
                        ? pass.size()
                        : (long) (number - 1) * sizes.stride(requests.perPage(), true);
                yield requests.numbered(pass.window, number, parameter, place);
            }
            default -> throw new IllegalStateException("such pages have no numbers");
        };
    }

    private Optional<Given> ended(End how) {
        ended = true;
        end = how;
        cancel();
        return Optional.empty();
    }

    private void cancel() {
        flying.forEach(f -> f.page.cancel(true));
        flying.clear();
    }

    @Override
    public End end() {
        return end;
    }

    @Override
    public void close() {
        cancel();
    }
}

package dev.tocsin.source.api;

import dev.tocsin.source.api.Requests.PageCall;
import java.net.URI;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;

/**
 * Pages that name the next one, one after the other; the next is on its way while one is handled. A page that names none
 * although there must be one, or one that was read already, is asked for again.
 */
final class FollowedPages implements Pages {
    private static final int TRIES = 8;

    private final Fetching fetching;
    private final Requests requests;
    private final PageSizes sizes;
    private final Pass pass;
    private final int eventsMax;
    private final boolean streamed;
    private final ApiCounts counts;
    private final Set<URI> visited = new HashSet<>();
    private Optional<PageCall> call;
    private Optional<Future<Page>> coming;
    private End end = End.WHOLE;

    /** What a page says of what is behind it; AGAIN is what cannot be. */
    private enum Verdict {
        NEXT,
        AGAIN,
        WHOLE,
        CUT
    }

    /**
     * @param eventsMax after so many events the window is cut
     * @param streamed whether a window that is cut can be gone on from by time
     */
    FollowedPages(Fetching fetching, Requests requests, PageSizes sizes, Pass pass, int eventsMax,
            boolean streamed, ApiCounts counts) {
        this.fetching = fetching;
        this.requests = requests;
        this.sizes = sizes;
        this.pass = pass;
        this.eventsMax = eventsMax;
        this.streamed = streamed;
        this.counts = counts;
        PageCall first = requests.first(pass.window);
        call = Optional.of(first);
        coming = Optional.of(fetching.submit(first));
    }

    @Override
    public Optional<Given> next() throws InterruptedException {
        if (call.isEmpty() || coming.isEmpty()) {
            return Optional.empty();
        }
        PageCall now = call.get();
        visited.add(now.call().uri());
        Page page = null;
        for (int tries = 1;; tries++) {
            try {
                page = fetching.await(coming.get());
            } catch (TooDeepException e) {
                // The page's name is not good; from the last time on the others are named anew.
                return ended(End.CUT);
            }
            Optional<PageCall> next = following(now, page);
            Verdict verdict = judge(now, page, next);
            if (verdict != Verdict.AGAIN || tries == TRIES) {
                sizes.read(pass.fresh(page));
                go(verdict, next, page);
                return Optional.of(new Given(now, page));
            }
            counts.retries.increment();
            coming = Optional.of(fetching.submit(now));
        }
    }

    private void go(Verdict verdict, Optional<PageCall> next, Page page) {
        switch (verdict) {
            case NEXT -> {
                sizes.followed(page.events().size());
                call = next;
                coming = next.map(fetching::submit);
            }
            case WHOLE -> ended(End.WHOLE);
            // What stays wrong after many tries is gone on from by time, where that is possible.
            case AGAIN -> ended(next.isPresent() || isOnByTime(page) || page.more().orElse(false)
                    || page.count().isPresent() ? End.CUT : End.WHOLE);
            case CUT -> ended(End.CUT);
        }
    }

    private Optional<PageCall> following(PageCall now, Page page) {
        return page.next().flatMap(next -> {
            try {
                return Optional.of(requests.following(now, next));
            } catch (BadPageException e) {
                return Optional.empty();
            }
        });
    }

    private Verdict judge(PageCall now, Page page, Optional<PageCall> next) {
        int size = page.events().size();
        int sofar = pass.size() + pass.fresh(page);
        if (next.isPresent()) {
            if (visited.contains(next.get().call().uri())) {
                return Verdict.AGAIN;
            }
            return now.number() >= sizes.pageCap() || sofar >= eventsMax ? Verdict.CUT : Verdict.NEXT;
        }
        if (now.number() >= sizes.pageCap()) {
            return page.count().isPresent() && sofar >= page.count().getAsLong() ? Verdict.WHOLE : Verdict.CUT;
        }
        if (page.more().isPresent()) {
            return page.more().get() ? Verdict.AGAIN : Verdict.WHOLE;
        }
        if (page.count().isPresent()) {
            return sofar >= page.count().getAsLong() ? Verdict.WHOLE : Verdict.AGAIN;
        }
        if (size == 0 || sizes.isShort(size) && size < requests.perPage()) {
            return Verdict.WHOLE;
        }
        // As full as pages get, and nothing behind it: from its last time on it shows whether there is more.
        return isOnByTime(page) ? Verdict.CUT : Verdict.AGAIN;
    }

    /** Whether the window can be gone on from at a later time, once this page is taken. */
    private boolean isOnByTime(Page page) {
        Instant since = pass.window.since().plus(requests.unit());
        return streamed && (pass.last().filter(last -> !last.isBefore(since)).isPresent()
                || page.events().stream().anyMatch(e -> !e.event().time().isBefore(since)));
    }

    private Optional<Given> ended(End how) {
        end = how;
        coming.ifPresent(c -> c.cancel(true));
        call = Optional.empty();
        coming = Optional.empty();
        return Optional.empty();
    }

    @Override
    public End end() {
        return end;
    }

    @Override
    public void close() {
        coming.ifPresent(c -> c.cancel(true));
    }
}

package dev.tocsin.source.api;

import java.util.Optional;

/** An API without pages: all of a window in one answer, or a refusal when that would be too much. */
final class WholePages implements Pages {
    private final Fetching fetching;
    private final Requests requests;
    private final Pass pass;
    private final int max;
    private boolean asked;
    private End end = End.WHOLE;

    WholePages(Fetching fetching, Requests requests, PaginationConfig.Window pagination, Pass pass) {
        this.fetching = fetching;
        this.requests = requests;
        this.pass = pass;
        max = pagination.max() == 0 ? Integer.MAX_VALUE : pagination.max();
    }

    @Override
    public Optional<Given> next() throws InterruptedException {
        if (asked) {
            return Optional.empty();
        }
        asked = true;
        Requests.PageCall call = requests.first(pass.window);
        try {
            Page page = fetching.ask(call);
            if (page.events().size() >= max) {
                end = End.CUT;
            }
            return Optional.of(new Given(call, page));
        } catch (TooDeepException e) {
            end = End.CUT;
            return Optional.empty();
        }
    }

    @Override
    public End end() {
        return end;
    }

    @Override
    public void close() {
        // Nothing is on its way between two calls.
    }
}

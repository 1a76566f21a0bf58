package dev.tocsin.source.api;

import dev.tocsin.source.api.Requests.PageCall;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Pages on their way, a virtual thread for each. Submitted and awaited by the one thread that reads. */
final class Fetching implements AutoCloseable {
    private static final long LOOK_MILLIS = 100;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ApiClient client;
    private final PageReader reader;
    private final ApiCounts counts;
    private final BooleanSupplier isOver;

    /** @param isOver asked while a page is awaited */
    Fetching(ApiClient client, PageReader reader, ApiCounts counts, BooleanSupplier isOver) {
        this.client = client;
        this.reader = reader;
        this.counts = counts;
        this.isOver = isOver;
    }

    Future<Page> submit(PageCall call) {
        Callable<Page> task = () -> {
            Page page = client.ask(call.call(),
                    answer -> reader.read(answer, call.window().since(), call.parameters(), call.number()));
            counts.pages.increment();
            return page;
        };
        return threads.submit(task);
    }

    /** Any other work that asks for pages. */
    <T> Future<T> submit(Callable<T> task) {
        return threads.submit(task);
    }

    /**
     * @throws TooDeepException when the API refuses the page for good
     * @throws StoppedException when nobody wants it any more
     */
    <T> T await(Future<T> coming) throws InterruptedException, TooDeepException {
        for (;;) {
            if (isOver.getAsBoolean()) {
                throw new StoppedException();
            }
            try {
                return coming.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Looked whether it is over; the page is still wanted.
            } catch (CancellationException e) {
                throw new StoppedException();
            } catch (ExecutionException e) {
                switch (e.getCause()) {
                    case TooDeepException deep -> throw deep;
                    case InterruptedException _ -> throw new StoppedException();
                    case RuntimeException bug -> throw bug;
                    case Error error -> throw error;
                    case null, default -> throw new IllegalStateException(e.getCause());
                }
            }
        }
    }

    Page ask(PageCall call) throws InterruptedException, TooDeepException {
        return await(submit(call));
    }

    /** Gives up what is on its way. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}

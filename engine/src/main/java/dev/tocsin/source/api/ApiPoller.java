package dev.tocsin.source.api;

import dev.tocsin.source.ApiSourceConfig;
import dev.tocsin.source.state.FencedException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls one paged event API: every event that it ever shows is delivered once, in the order of its clock but for those
 * that came late. It is given a cursor and a {@link Delivery}; who leads, and where cursors are kept, others know.
 *
 * <p>How: {@link Polling} says what is read when, {@link WindowReader} how a window is read whole, {@link Seen} how a
 * repeat is known, {@link ApiClient} how a request is made until it is answered.
 */
public final class ApiPoller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiPoller.class);

    private final String name;
    private final Settings settings;
    private final ServerClock clock;
    private final ApiCounts counts;
    private final Transport transport;
    private final Pause pause;
    private final Requests requests;
    private final ApiClient client;
    private final PageReader pageReader;
    private final PageSizes sizes;
    private final Troubles troubles = new Troubles();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile ApiStatus.State state = ApiStatus.State.WAITING;
    private volatile @Nullable Polling polling;

    /**
     * Opens no connection yet.
     *
     * @param name of the source
     * @param budgets shared by all pollers of the process
     * @throws ApiException when the definition cannot be used
     */
    public ApiPoller(String name, ApiSourceConfig config, RateBudgets budgets, InstantSource clock, ApiCounts counts) {
        this(name, config, budgets, clock, counts, new HttpTransport(config.timeout()), Optional.empty(),
                new Random());
    }

    /** @param waiting how to wait; empty is to wait */
    ApiPoller(String name, ApiSourceConfig config, RateBudgets budgets, InstantSource clock, ApiCounts counts,
            Transport transport, Optional<Pause> waiting, Random random) {
        this.name = name;
        this.counts = counts;
        this.transport = transport;
        ApiDefinition definition = ApiDefinitions.of(config);
        settings = Settings.of(config, definition);
        this.clock = new ServerClock(clock);
        pause = waiting.orElse(this::waitStoppable);
        Redaction redaction = new Redaction();
        RateBudget budget = budgets.of(credential(config), settings.rate());
        ApiClient.Shared shared = new ApiClient.Shared(name, transport, budget, this.clock, troubles, redaction, counts,
                pause, random);
        URI base = Requests.base(config);
        Login login = config.auth() instanceof AuthConfig.Oauth2 oauth
                ? new TokenLogin(oauth, Objects.requireNonNullElse(oauth.token(), definition.token()), base,
                        shared::send, clock, redaction, counts)
                : FixedLogin.of(config.auth(), redaction);
        client = new ApiClient(shared, login);
        requests = new Requests(config, definition);
        pageReader = new PageReader(definition);
        sizes = new PageSizes(definition.pageCap());
    }

    /** By what the vendor counts requests: the API and who asks. */
    private static String credential(ApiSourceConfig config) {
        String who = switch (config.auth()) {
            case AuthConfig.None _ -> "";
            case AuthConfig.Basic basic -> basic.username();
            case AuthConfig.Bearer bearer -> bearer.token().value();
            case AuthConfig.ApiKey key -> key.key().value();
            case AuthConfig.Oauth2 oauth -> oauth.clientId();
        };
        return URI.create(config.url()).getAuthority() + " " + who;
    }

    private void waitStoppable(Duration duration) throws InterruptedException {
        if (stopped.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new StoppedException();
        }
    }

    /**
     * Polls until closed, or until the delivery says that it is over. May be called again afterwards, with the last cursor
     * that was accepted.
     *
     * @param cursor as it was delivered; empty at the very first time
     * @param once whether to end when everything up to the present was read and delivered
     * @throws FencedException from the delivery
     * @throws ApiException when the cursor cannot be gone on from
     */
    public void run(String cursor, Delivery delivery, boolean once) throws FencedException, InterruptedException {
        try (Fetching fetching = new Fetching(client, pageReader, counts,
                () -> stopped.getCount() == 0 || delivery.isOver())) {
            learnTime(fetching);
            Progress progress = progress(cursor);
            Polling now = new Polling(new Polling.Surroundings(name, settings, clock, counts, troubles, pause,
                    s -> state = s, fetching, sizes,
                    () -> new WindowReader(settings, requests, fetching, sizes, counts)),
                    new Guarded(delivery), progress);
            polling = now;
            now.run(once);
        } catch (StoppedException e) {
            // Closed, or over: what was not delivered is read again by whoever goes on.
        } finally {
            troubles.clear();
            state = ApiStatus.State.WAITING;
        }
    }

    /** A delivery that is over when the poller is closed, too. */
    private final class Guarded implements Delivery {
        private final Delivery inner;

        Guarded(Delivery inner) {
            this.inner = inner;
        }

        @Override
        public void deliver(java.util.List<ApiEvent> events, String cursor)
                throws FencedException, InterruptedException {
            inner.deliver(events, cursor);
        }

        @Override
        public boolean isOver() {
            return stopped.getCount() == 0 || inner.isOver();
        }
    }

    /** Asks for next to nothing, to see the server's clock, and that the credentials are good. */
    private void learnTime(Fetching fetching) throws InterruptedException {
        Instant here = clock.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        try {
            Page _ = fetching.ask(requests.first(Window.of(here.minusSeconds(1), here)));
        } catch (TooDeepException e) {
            // A second full of events is an answer, too.
        }
    }

    private Progress progress(String cursor) {
        if (cursor.isEmpty()) {
            Instant now = clock.now();
            Instant start = Start.of(settings.config().start()).at(now);
            Duration retention = settings.definition().retention();
            Instant oldest = retention == null ? start : now.minus(retention);
            Instant first = start.isBefore(oldest) ? oldest : start;
            return Progress.first(settings, first.isAfter(now) ? now : first, now);
        }
        Progress progress = Progress.read(settings, cursor);
        if (Progress.isOfAnother(settings, cursor)) {
            LOG.warn(
                    "{}: the cursor was written for another list of events ({}); reading goes on from its time, and what"
                            + " the list has of before is not read",
                    name, settings.config().url());
        }
        return progress;
    }

    /** How it stands; any thread may ask. */
    public ApiStatus status() {
        Optional<String> trouble = troubles.reason();
        Polling now = polling;
        return new ApiStatus(trouble.isPresent() ? ApiStatus.State.DEGRADED : state, trouble.orElse(""),
                now == null ? Optional.empty() : Optional.of(now.watermark()), counts.lag());
    }

    /** Stops soon: what was not delivered is not delivered any more. */
    @Override
    public void close() {
        stopped.countDown();
        transport.close();
    }
}

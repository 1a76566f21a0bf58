package dev.tocsin.content;

import dev.tocsin.log.LogException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a place again and again, and pushes what is new there. What is refused is said and not tried again until it changes;
 * what somebody went back from is not announced again until it changes.
 */
public final class ContentFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContentFeed.class);
    private static final int REASONS_MAX = 20;

    private final ContentDesk desk;
    private final FeedConfig config;
    private final FeedSource source;
    private volatile State state = new State("", "", List.of(), Instant.EPOCH);
    private volatile boolean closing;
    private @Nullable Thread thread;
    private String done = "";
    private String coming = "";
    private Instant since = Instant.EPOCH;

    /**
     * How it is.
     *
     * @param commit that was pushed last, or empty
     * @param unreachable why the place cannot be looked at, or empty
     * @param refused why what is there is refused
     * @param looked when it was last looked at
     */
    public record State(String commit, String unreachable, List<String> refused, Instant looked) {
        public State {
            refused = List.copyOf(refused);
        }
    }

    public ContentFeed(ContentDesk desk, FeedConfig config) {
        this.desk = desk;
        this.config = config;
        this.source = FeedSource.of(config, desk.parts().config().limits());
    }

    public void start() {
        thread = Thread.ofPlatform().daemon().name("content-feed").start(this::run);
    }

    public State state() {
        return state;
    }

    public String describe() {
        return config.describe();
    }

    private void run() {
        Duration pause = Duration.ZERO;
        while (!closing && source.await(pause)) {
            pause = config.every();
            try {
                look();
            } catch (IOException | UncheckedIOException | LogException e) {
                String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                if (state.unreachable().isEmpty()) {
                    LOG.warn("content of {} is tried again: {}", config.describe(), why);
                }
                state = new State(state.commit(), why, state.refused(), state.looked());
            } catch (RuntimeException e) {
                LOG.error("content of {} cannot be looked at, which is tried again", config.describe(), e);
                state = new State(state.commit(), e.toString(), state.refused(), state.looked());
            }
        }
    }

    private void look() throws IOException {
        Instant now = desk.parts().clock().instant();
        String there = source.look();
        if (there.equals(done)) {
            state = new State(state.commit(), "", state.refused(), now);
            return;
        }
        if (!there.equals(coming)) {
            coming = there;
            since = now;
        }
        if (!desk.unknown().isEmpty()) {
            throw new LogException("what was announced is not known: " + desk.unknown());
        }
        try {
            PushOutcome outcome = desk.push(source.read(), new PushRequest(config.engines(), "feed " + config
                    .describe(), "it changed", config.keepGood(), false, since, true));
            List<String> reasons = outcome.wasRefused() ? outcome.reasons() : List.of();
            reasons.stream().limit(REASONS_MAX).forEach(r -> LOG.error("content {} is refused: {}", outcome.commit(),
                    r));
            state = new State(outcome.wasRefused() ? state.commit() : outcome.commit(), "", reasons.stream().limit(
                    REASONS_MAX).toList(), now);
        } catch (ContentException e) {
            LOG.error("content of {} is refused: {}", config.describe(), e.problem());
            state = new State(state.commit(), "", List.of(e.problem().toString()), now);
        }
        done = there;
    }

    @Override
    public void close() {
        closing = true;
        source.close();
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            try {
                running.join(TimeUnit.SECONDS.toMillis(10));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

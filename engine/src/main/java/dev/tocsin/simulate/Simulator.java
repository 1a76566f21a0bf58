package dev.tocsin.simulate;

import dev.tocsin.simulate.Draw.Purpose;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A whole simulated vendor: the token endpoint, the event API, its faults, and the admin's door.
 *
 * <p>The shape of {@code /oauth/access_token} and {@code /v1/events} is that of CloudPassage Halo; where its
 * documentation is silent the harder choice was made. A request has a number, and its faults are drawn for that number:
 * who asks one thing after the other gets the same faults with the same seed.
 */
public final class Simulator {
    private final Settings settings;
    private final Pause pause;
    private final Timeline timeline;
    private final Tokens tokens;
    private final Faults faults;
    private final Quota quota = new Quota();
    private final EventApi api;
    private final Admin admin;
    private final Statistics statistics = new Statistics();
    private final AtomicLong requests = new AtomicLong();
    private volatile Knobs knobs;
    private volatile String base = "http://127.0.0.1";

    /** Waits on purpose; tests only take note. */
    @FunctionalInterface
    public interface Pause {
        void of(Duration duration) throws InterruptedException;
    }

    /**
     * What does not change while it runs.
     *
     * @param key empty is one made from the seed
     * @param secret empty is one made from the seed
     * @param history how far back there are events at the start
     */
    public record Settings(long seed, String key, String secret, Duration history, SimulatedClock clock) {
        public Settings {
            key = key.isEmpty() ? HexFormat.of().toHexDigits((int) Draw.bits(seed, Purpose.KEY, 0)) : key;
            secret = secret.isEmpty()
                    ? HexFormat.of().toHexDigits(Draw.bits(seed, Purpose.KEY, 1))
                            + HexFormat.of().toHexDigits(Draw.bits(seed, Purpose.KEY, 2))
                    : secret;
        }
    }

    public Simulator(Settings settings, Knobs knobs, Pause pause) {
        this.settings = settings;
        this.knobs = knobs;
        this.pause = pause;
        timeline = new Timeline(settings.seed(), knobs,
                SimulatedClock.micros(settings.clock().now().minus(settings.history())));
        tokens = new Tokens(settings.seed(), settings.key(), settings.secret());
        faults = new Faults(settings.seed());
        EventMaker maker = new EventMaker(settings.seed());
        api = new EventApi(timeline, maker, faults, statistics);
        admin = new Admin(this, timeline, maker, statistics);
    }

    public Settings settings() {
        return settings;
    }

    /** Under what address it is reached, such as {@code http://127.0.0.1:8090}: for the addresses it tells. */
    public void reachedAt(String address) {
        base = address;
    }

    Knobs knobs() {
        return knobs;
    }

    /** @throws IllegalArgumentException when it is not to be had while it runs */
    synchronized void turn(Knobs wanted) {
        if (wanted.count(Knob.EVENTS_MAX) != knobs.count(Knob.EVENTS_MAX)) {
            throw new IllegalArgumentException("events_max stands from the start on");
        }
        now();
        timeline.turn(wanted);
        knobs = wanted;
    }

    /** The time in microseconds; all that has happened until then is there. */
    long now() {
        long now = SimulatedClock.micros(settings.clock().now());
        timeline.advance(now);
        return now;
    }

    long tokensIssued() {
        return tokens.issued();
    }

    /** Answers; takes as long as the knobs say. */
    public ApiAnswer answer(ApiRequest request) throws InterruptedException {
        ApiAnswer answer;
        try {
            answer = request.path().startsWith("/admin/") ? admin.answer(request) : answerAsVendor(request);
        } catch (RefusedException e) {
            answer = e.answer();
        }
        statistics.count("status." + answer.status());
        return answer.with("Date", Faults.date(serverTime()));
    }

    private Instant serverTime() {
        return settings.clock().now().plus(knobs.duration(Knob.CLOCK_SKEW));
    }

    private ApiAnswer answerAsVendor(ApiRequest request) throws InterruptedException {
        Knobs turned = knobs;
        long number = requests.getAndIncrement();
        statistics.count("requests");
        Duration latency = faults.latency(turned, number);
        if (latency.isPositive()) {
            pause.of(latency);
        }
        if (faults.hits(turned, Knob.TIMEOUT, Purpose.TIMEOUT, number)) {
            statistics.count("fault.timeout");
            pause.of(turned.duration(Knob.HOLD));
            throw new RefusedException(504, "timeout", "made by the knob timeout");
        }
        Optional<ApiAnswer> refusal = faults.refusal(turned, number, serverTime());
        if (refusal.isPresent()) {
            statistics.count("fault." + refusal.get().status());
            return refusal.get();
        }
        long now = now();
        Duration early = quota.take(turned, now);
        if (early.isPositive()) {
            statistics.count("fault.requests_rate");
            return faults.tooMany(turned, number, serverTime(), Knob.REQUESTS_RATE, early);
        }
        if (request.path().equals("/oauth/access_token")) {
            must(request, "POST");
            return tokens.issue(request, now, turned);
        }
        if (!request.path().startsWith("/v1/")) {
            throw new RefusedException(404, "not_found", "there is no " + request.path());
        }
        must(request, "GET");
        tokens.check(request.authorization(), now);
        return api.answer(new EventApi.Call(request.path(), request.parameters(), base, turned, number, now));
    }

    static void must(ApiRequest request, String method) {
        if (!request.method().equals(method)) {
            throw new RefusedException(405, "method_not_allowed", request.path() + " is asked by " + method);
        }
    }
}

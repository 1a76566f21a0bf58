package dev.tocsin.source.api;

import dev.tocsin.base.RetryAfter;
import dev.tocsin.source.api.Transport.Answer;
import dev.tocsin.source.api.Transport.Ask;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks until there is an answer. A request that fails is made again for ever, after what the answer says about when to
 * come again, or else after a drawn wait of up to {@value #WAIT_MAX_MILLIS} ms that doubles from failure to failure ("full jitter",
 * M. Brooker, "Exponential Backoff And Jitter", 2015); nothing is ever left out. Thread-safe.
 */
final class ApiClient {
    private static final Logger LOG = LoggerFactory.getLogger(ApiClient.class);
    private static final long WAIT_FIRST_MILLIS = 500;
    /** Longer waits that a vendor asks for are cut into pieces. */
    private static final Duration TOLD_MAX = Duration.ofHours(1);
    static final long WAIT_MAX_MILLIS = 60_000;
    private static final int DOUBLINGS_MAX = 10;

    private final Shared shared;
    private final Login login;

    /** What all requests of a source share. */
    record Shared(String name, Transport transport, RateBudget budget, ServerClock clock, Troubles troubles,
            Redaction redaction, ApiCounts counts, Pause pause, RandomGenerator random) {
        /** A request within the budget, whose answer shows the server's time. */
        Answer send(Ask ask) throws IOException, InterruptedException {
            budget.take(pause);
            Answer answer = transport.send(ask);
            clock.observe(answer.header("date"));
            return answer;
        }
    }

    ApiClient(Shared shared, Login login) {
        this.shared = shared;
        this.login = login;
    }

    /**
     * A page to ask for.
     *
     * @param what how people call it, without parameters that may be secret
     * @param refusals status codes that mean that the page is not to be had, rather than that something is wrong
     */
    record Call(URI uri, Map<String, String> headers, String what, List<Integer> refusals) {
    }

    /** Reads an answer. */
    @FunctionalInterface
    interface Reading<T> {
        T read(Answer answer) throws BadPageException;
    }

    /** @throws TooDeepException when the API refuses the page for good */
    <T> T ask(Call call, Reading<T> reading) throws InterruptedException, TooDeepException {
        Object trouble = new Object();
        try {
            for (int failures = 0;; failures++) {
                try {
                    Answer answer = authorized(call);
                    if (answer.status() / 100 == 2) {
                        return reading.read(answer);
                    }
                    if (call.refusals.contains(answer.status())) {
                        throw new TooDeepException(call.what + ": status " + answer.status());
                    }
                    throw new RefusedAnswerException(call.what, answer);
                } catch (IOException e) {
                    failed(call, trouble, e, failures);
                }
            }
        } finally {
            shared.troubles.end(trouble);
        }
    }

    private void failed(Call call, Object trouble, IOException e, int failures) throws InterruptedException {
        shared.counts.retries.increment();
        Optional<Duration> told = e instanceof RefusedAnswerException refused
                ? limited(refused.answer())
                : Optional.empty();
        Duration wait = told.orElseGet(() -> drawn(failures));
        String why = e instanceof RefusedAnswerException
                ? String.valueOf(e.getMessage())
                : call.what + ": " + (e instanceof BadPageException ? "" : e.getClass().getSimpleName() + " ")
                        + e.getMessage();
        String reason = shared.redaction.clean(why);
        shared.troubles.begin(trouble, reason + "; asking again in " + wait.toMillis() + " ms, nothing is left out");
        // The first failures of a page are everyday; what lasts is told, ever more seldom.
        if (failures > 0 && Integer.bitCount(failures) == 1) {
            LOG.warn("{}: {}; failed {} times, asking again in {} ms; nothing is left out", shared.name, reason,
                    failures + 1,
                    wait.toMillis());
        }
        if (told.isEmpty()) {
            shared.pause.of(wait);
        }
    }

    /** How long the vendor wants nobody with these credentials to come; the budget is closed for so long. */
    private Optional<Duration> limited(Answer answer) {
        boolean spent = answer.header("x-ratelimit-remaining").filter("0"::equals).isPresent();
        boolean says = answer.status() == 429
                || (answer.status() == 503 || answer.status() == 403 && spent)
                        && answer.header("retry-after").or(() -> answer.header("x-ratelimit-reset")).isPresent();
        if (!says) {
            return Optional.empty();
        }
        shared.counts.rateLimited.increment();
        Optional<Duration> told = RetryAfter.of(answer::header, shared.clock.now(), TOLD_MAX);
        told.ifPresent(wait -> {
            shared.counts.rateLimitedMillis.add(wait.toMillis());
            shared.budget.closeFor(wait);
        });
        return told.filter(Duration::isPositive);
    }

    private Duration drawn(int failures) {
        long most = Math.min(WAIT_MAX_MILLIS, WAIT_FIRST_MILLIS << Math.min(failures, DOUBLINGS_MAX));
        return Duration.ofMillis(1 + shared.random.nextLong(most));
    }

    /** With one more try after a 401, with another token, when there can be one. */
    private Answer authorized(Call call) throws IOException, InterruptedException {
        Login.Pass pass = login.pass(0);
        Answer answer = send(call, pass);
        return answer.status() == 401 && login.renews() ? send(call, login.pass(pass.generation())) : answer;
    }

    private Answer send(Call call, Login.Pass pass) throws IOException, InterruptedException {
        Map<String, String> headers = new HashMap<>(Map.of("Accept", "application/json"));
        headers.putAll(call.headers);
        headers.putAll(pass.headers());
        StringBuilder address = new StringBuilder(call.uri.toString());
        pass.parameters().forEach((key, value) -> address.append(address.indexOf("?") < 0 ? '?' : '&')
                .append(URLEncoder.encode(key, StandardCharsets.UTF_8)).append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return shared.send(new Ask("GET", URI.create(address.toString()), headers, new byte[0]));
    }
}

package dev.tocsin.source.api;

import dev.tocsin.event.Json;
import dev.tocsin.source.api.Transport.Answer;
import dev.tocsin.source.api.Transport.Ask;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * OAuth2 client credentials (RFC 6749, section 4.4). One thread fetches, whoever needs a token meanwhile waits; at 80 %
 * of its life the first who comes fetches the next, while the others go on with the old one, which is still good.
 */
final class TokenLogin implements Login {
    private static final double REFRESH_AT = 0.8;
    /** Where the answer does not say how long a token is good; a shorter life shows by a 401. */
    private static final Duration LIFE = Duration.ofHours(1);

    private final AuthConfig.Oauth2 auth;
    private final TokenEndpoint endpoint;
    private final URI uri;
    private final Asking asking;
    private final InstantSource clock;
    private final Redaction redaction;
    private final ApiCounts counts;
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile Token token = Token.NONE;

    /** How a request for a token is made: within the budget, and with a look at the server's clock. */
    @FunctionalInterface
    interface Asking {
        Answer ask(Ask ask) throws IOException, InterruptedException;
    }

    private record Token(Pass pass, Instant refreshFrom, Instant until) {
        static final Token NONE = new Token(new Pass(Map.of(), Map.of(), 0), Instant.MIN, Instant.MIN);
    }

    TokenLogin(AuthConfig.Oauth2 auth, TokenEndpoint endpoint, URI base, Asking asking, InstantSource clock,
            Redaction redaction, ApiCounts counts) {
        this.auth = auth;
        this.endpoint = endpoint;
        this.asking = asking;
        this.clock = clock;
        this.redaction = redaction;
        this.counts = counts;
        uri = endpoint.url().startsWith("/") ? URI.create(base + endpoint.url()) : URI.create(endpoint.url());
        redaction.add(auth.clientId());
        redaction.add(auth.clientSecret().value());
        redaction.add(FixedLogin.basic(auth.clientId(), auth.clientSecret().value()));
    }

    @Override
    public boolean renews() {
        return true;
    }

    @Override
    public Pass pass(long refused) throws IOException, InterruptedException {
        Token now = token;
        if (isGood(now, refused) && clock.instant().isBefore(now.refreshFrom)) {
            return now.pass;
        }
        if (isGood(now, refused)) {
            if (!fetching.tryLock()) {
                return now.pass;
            }
        } else {
            fetching.lockInterruptibly();
        }
        try {
            Token other = token;
            // Another has fetched while this one waited for the lock.
            if (isGood(other, refused) && clock.instant().isBefore(other.refreshFrom)) {
                return other.pass;
            }
            Token fetched = fetch(other.pass.generation() + 1);
            token = fetched;
            return fetched.pass;
        } finally {
            fetching.unlock();
        }
    }

    private boolean isGood(Token t, long refused) {
        return t.pass.generation() > refused && clock.instant().isBefore(t.until);
    }

    private Token fetch(long generation) throws IOException, InterruptedException {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("grant_type", "client_credentials");
        parameters.putAll(endpoint.parameters());
        Map<String, String> headers = new LinkedHashMap<>(Map.of("Accept", "application/json"));
        if (endpoint.client() == TokenEndpoint.Client.BASIC) {
            headers.put("Authorization",
                    "Basic " + FixedLogin.basic(auth.clientId(), auth.clientSecret().value()));
        } else {
            parameters.put("client_id", auth.clientId());
            parameters.put("client_secret", auth.clientSecret().value());
        }
        String form = parameters.entrySet().stream()
                .map(e -> encode(e.getKey()) + "=" + encode(e.getValue())).collect(Collectors.joining("&"));
        Ask ask;
        if (endpoint.parametersIn() == TokenEndpoint.Parameters.QUERY) {
            ask = new Ask("POST", URI.create(uri + "?" + form), headers, new byte[0]);
        } else {
            headers.put("Content-Type", "application/x-www-form-urlencoded");
            ask = new Ask("POST", uri, headers, form.getBytes(StandardCharsets.UTF_8));
        }
        Answer answer = asking.ask(ask);
        if (answer.status() / 100 != 2) {
            throw new RefusedAnswerException("no token", answer);
        }
        return read(answer, generation);
    }

    private Token read(Answer answer, long generation) throws BadPageException {
        JsonNode body;
        try {
            body = Json.read(answer.body());
        } catch (JacksonException e) {
            throw new BadPageException("the token's answer is no JSON");
        }
        String word = body.path("access_token").asString("");
        if (word.isEmpty()) {
            throw new BadPageException("the token's answer has no access_token");
        }
        redaction.addToken(word);
        counts.tokenRefreshes.increment();
        double seconds = body.path("expires_in").asDouble(LIFE.toSeconds());
        Instant now = clock.instant();
        return new Token(new Pass(Map.of("Authorization", "Bearer " + word), Map.of(), generation),
                now.plusMillis((long) (seconds * 1000 * REFRESH_AT)), now.plusMillis((long) (seconds * 1000)));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

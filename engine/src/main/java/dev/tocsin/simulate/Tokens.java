package dev.tocsin.simulate;

import dev.tocsin.event.Json;
import dev.tocsin.simulate.Draw.Purpose;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The keys to the API: one pair of key and secret, and the bearer tokens that were given for it. Thread-safe. */
final class Tokens {
    /** More than these, and the oldest is forgotten. */
    private static final int TOKENS_MAX = 10_000;
    private static final long SECOND = 1_000_000;

    private final long seed;
    private final String basic;
    private final Map<String, Token> tokens = new LinkedHashMap<>();
    private long issued;

    private record Token(long until, long usesLeft) {
    }

    Tokens(long seed, String key, String secret) {
        this.seed = seed;
        basic = Base64.getEncoder().encodeToString((key + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    ApiAnswer issue(ApiRequest request, long now, Knobs knobs) {
        if (!"client_credentials".equals(grant(request))) {
            throw RefusedException.bad("grant_type is not client_credentials");
        }
        String[] words = request.authorization().split(" ", 2);
        if (words.length < 2 || !words[0].equalsIgnoreCase("basic")
                || !MessageDigest.isEqual(words[1].strip().getBytes(StandardCharsets.UTF_8),
                        basic.getBytes(StandardCharsets.UTF_8))) {
            throw new RefusedException(401, "invalid_client", "the key or its secret is wrong");
        }
        long life = knobs.micros(Knob.TOKEN_LIFE);
        long uses = knobs.count(Knob.TOKEN_USES);
        return ApiAnswer
                .json(200, Json.object().put("access_token", next(now + life, uses == 0 ? Long.MAX_VALUE : uses))
                        .put("token_type", "bearer").put("expires_in", life / SECOND).put("scope", "read"))
                .with("Cache-Control", "no-store");
    }

    private static String grant(ApiRequest request) {
        String inQuery = request.parameters().getOrDefault("grant_type", "");
        return inQuery.isEmpty()
                ? Parameters.parse(new String(request.body(), StandardCharsets.UTF_8)).getOrDefault("grant_type", "")
                : inQuery;
    }

    private synchronized String next(long until, long uses) {
        String token = HexFormat.of().toHexDigits(Draw.bits(seed, Purpose.TOKEN, 2 * issued))
                + HexFormat.of().toHexDigits(Draw.bits(seed, Purpose.TOKEN, 2 * issued + 1));
        issued++;
        if (tokens.size() >= TOKENS_MAX) {
            tokens.remove(tokens.keySet().iterator().next());
        }
        tokens.put(token, new Token(until, uses));
        return token;
    }

    /** Counts as one use of the token. @throws RefusedException 401 when it is none, or too old, or used up */
    synchronized void check(String authorization, long now) {
        String[] words = authorization.split(" ", 2);
        String name = words.length == 2 && words[0].equalsIgnoreCase("bearer") ? words[1].strip() : "";
        Token token = tokens.get(name);
        if (token == null || token.until() <= now || token.usesLeft() <= 0) {
            tokens.remove(name);
            throw new RefusedException(401, "invalid_token",
                    token == null ? "no such access token" : "the access token has expired");
        }
        tokens.put(name, new Token(token.until(), token.usesLeft() - 1));
    }

    synchronized long issued() {
        return issued;
    }
}

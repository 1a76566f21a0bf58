package dev.tocsin.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Who sends: decides by the token, and only by it, whose the events are. All tokens are compared, each in constant
 * time, so that the answer's delay says nothing about any of them.
 */
final class HttpAccess {
    private final List<Known> known;
    private final Sender anybody;

    private record Known(byte[] hash, Sender sender) {
    }

    /**
     * @param number which token it was; channels of different tokens are different channels
     * @param source the only source it may write, or null for any
     */
    record Sender(int number, String customer, @Nullable String source) {
    }

    HttpAccess(HttpSourceConfig config) {
        List<HttpSourceConfig.Token> tokens = config.tokens();
        known = IntStream.range(0, tokens.size()).mapToObj(i -> {
            HttpSourceConfig.Token t = tokens.get(i);
            return new Known(hash(t.token().value()), new Sender(i, t.customer(), t.source()));
        }).toList();
        anybody = new Sender(-1, config.customer(), null);
    }

    /** @throws RefusedException when tokens are asked for and none or a wrong one was shown */
    Sender sender(HttpIntake.Request request) {
        if (known.isEmpty()) {
            return anybody;
        }
        String shown = request.header("Authorization").strip();
        if (shown.isEmpty()) {
            throw new RefusedException(request.query("token").isEmpty()
                    ? HecReply.TOKEN_REQUIRED
                    : HecReply.QUERY_AUTHORIZATION);
        }
        byte[] hash = hash(token(shown));
        Sender found = null;
        for (Known k : known) {
            if (MessageDigest.isEqual(k.hash, hash)) {
                found = k.sender;
            }
        }
        if (found == null) {
            throw new RefusedException(HecReply.INVALID_TOKEN);
        }
        return found;
    }

    private static String token(String header) {
        int space = header.indexOf(' ');
        String value = header.substring(space + 1).strip();
        return switch (header.substring(0, Math.max(space, 0)).toLowerCase(Locale.ROOT)) {
            case "splunk", "bearer" -> value;
            case "basic" -> password(value);
            default -> throw new RefusedException(HecReply.INVALID_AUTHORIZATION);
        };
    }

    private static String password(String basic) {
        try {
            String text = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
            return text.substring(text.indexOf(':') + 1);
        } catch (IllegalArgumentException _) {
            throw new RefusedException(HecReply.INVALID_AUTHORIZATION);
        }
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package dev.tocsin.source.api;

import dev.tocsin.base.Printable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Takes credentials out of what is told to people. Thread-safe. */
final class Redaction {
    private static final int TEXT_MAX = 300;
    /** A shorter one would tear holes into ordinary words. */
    private static final int SECRET_MIN = 4;
    /** An answer that repeats an older token than these is not to be expected. */
    private static final int TOKENS_MAX = 16;

    private final List<String> secrets = new ArrayList<>();
    private final Deque<String> tokens = new ArrayDeque<>();

    /** A secret of the configuration, and how it looks in an address. */
    synchronized void add(String secret) {
        if (secret.length() >= SECRET_MIN) {
            secrets.add(secret);
            secrets.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
        }
    }

    synchronized void addToken(String token) {
        if (token.length() >= SECRET_MIN) {
            tokens.addLast(token);
            if (tokens.size() > TOKENS_MAX) {
                tokens.removeFirst();
            }
        }
    }

    /** One line, clipped, in which three stars stand for every secret. */
    synchronized String clean(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, "***");
        }
        for (String token : tokens) {
            clean = clean.replace(token, "***");
        }
        return Printable.clip(clean, TEXT_MAX);
    }
}

package dev.tocsin.web;

import dev.tocsin.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** The admin token, kept as a hash. Comparing takes equally long whatever is wrong with the guess. */
final class AdminToken {
    private final byte[] expected;

    /** @throws IllegalArgumentException when the token is so short that it could be guessed */
    AdminToken(Secret token) {
        if (token.value().length() < 16) {
            throw new IllegalArgumentException("the admin token must have 16 characters or more");
        }
        expected = sha256(token.value());
    }

    boolean matches(@Nullable String guess) {
        return MessageDigest.isEqual(expected, sha256(guess == null ? "" : guess));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package dev.tocsin.source.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** 128 bits of an id's SHA-256: with a billion ids, two are alike by a chance of less than one in 10^20. */
record IdHash(long high, long low) {
    static final int BYTES = 16;

    static IdHash of(String id) {
        ByteBuffer digest = ByteBuffer.wrap(sha256(id.getBytes(StandardCharsets.UTF_8)));
        return new IdHash(digest.getLong(), digest.getLong());
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

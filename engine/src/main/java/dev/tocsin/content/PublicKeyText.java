package dev.tocsin.content;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A public key as people hand it on: {@code ed25519:} and the base64 of its 32 bytes (RFC 8032).
 *
 * @param text in that form
 */
public record PublicKeyText(String text) {
    private static final String KIND = "ed25519:";
    private static final int KEY_BYTES = 32;
    /** What stands before the key in its X.509 form (RFC 8410). */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    /** @throws IllegalArgumentException when it is none */
    public static PublicKeyText parse(String text) {
        PublicKeyText key = new PublicKeyText(text.strip());
        key.key();
        return key;
    }

    static PublicKeyText of(PublicKey key) {
        byte[] encoded = key.getEncoded();
        return new PublicKeyText(KIND + Base64.getEncoder().encodeToString(
                Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length)));
    }

    /** A short name: the first 16 hexadecimal digits of the SHA-256 of {@link #text}. */
    public String name() {
        return Hashes.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    private PublicKey key() {
        if (!text.startsWith(KIND)) {
            throw new IllegalArgumentException("not a public key: \"" + text
                    + "\"; write it as content keygen prints it, ed25519: and 44 characters");
        }
        try {
            byte[] raw = Base64.getDecoder().decode(text.substring(KIND.length()));
            if (raw.length != KEY_BYTES) {
                throw new IllegalArgumentException("not a public key: \"" + text + "\" has " + raw.length
                        + " bytes instead of " + KEY_BYTES);
            }
            byte[] encoded = Arrays.copyOf(PREFIX, PREFIX.length + KEY_BYTES);
            System.arraycopy(raw, 0, encoded, PREFIX.length, KEY_BYTES);
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a public key: \"" + text + "\": " + e.getMessage(), e);
        }
    }

    /** Whether the signature, base64, is this key's under the message. */
    boolean signed(byte[] message, String signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key());
            verifier.update(message);
            return verifier.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return false;
        }
    }
}

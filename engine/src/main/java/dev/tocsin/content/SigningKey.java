package dev.tocsin.content;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key with which bundles are signed: Ed25519 (RFC 8032). Its file has the private key in PEM (PKCS#8), readable by its
 * owner only, and the public key in a line of its own.
 */
public final class SigningKey {
    private static final Pattern PRIVATE = Pattern
            .compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");
    private static final Pattern PUBLIC = Pattern.compile("(?m)^(ed25519:\\S+)$");
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    private final PrivateKey key;
    private final PublicKeyText publicKey;

    private SigningKey(PrivateKey key, PublicKeyText publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /** Makes a key and its file. @throws FileAlreadyExistsException rather than to lose a key */
    public static SigningKey generate(Path file) throws IOException {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            PublicKeyText text = PublicKeyText.of(pair.getPublic());
            String pem = "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder(64, "\n".getBytes(
                    StandardCharsets.US_ASCII)).encodeToString(pair.getPrivate().getEncoded())
                    + "\n-----END PRIVATE KEY-----\n" + text.text() + "\n";
            Path temporary = Files.createTempFile(file.toAbsolutePath().getParent(), ".key", ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(temporary, pem, StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
                // A link, unlike a move, does not replace what is there.
                Files.createLink(file, temporary);
            } finally {
                Files.deleteIfExists(temporary);
            }
            return new SigningKey(pair.getPrivate(), text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 on has Ed25519", e);
        }
    }

    /** @throws ContentException when the file holds no such key, or others may read it */
    public static SigningKey read(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        Matcher pem = PRIVATE.matcher(text);
        Matcher line = PUBLIC.matcher(text);
        if (!pem.find() || !line.find()) {
            throw ContentException.of(file.toString(), "this is no key to sign with",
                    "make one with tocsin content keygen");
        }
        Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        permissions.retainAll(OTHERS);
        if (!permissions.isEmpty()) {
            throw ContentException.of(file.toString(), "others may read or write this key", "chmod 600 " + file);
        }
        try {
            PrivateKey key = KeyFactory.getInstance("Ed25519").generatePrivate(
                    new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
            SigningKey read = new SigningKey(key, PublicKeyText.parse(line.group(1)));
            if (!read.publicKey.signed(Hashes.signedText("probe"), read.sign("probe"))) {
                throw ContentException.of(file.toString(), "the public key is not that of the private key",
                        "make a new one with tocsin content keygen");
            }
            return read;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw ContentException.of(file.toString(), "this key cannot be used: " + e.getMessage(),
                    "make a new one with tocsin content keygen");
        }
    }

    /** The key of this file, made when it is not there. */
    public static SigningKey own(Path file) throws IOException {
        if (!Files.exists(file)) {
            try {
                return generate(file);
            } catch (FileAlreadyExistsException _) {
                // Somebody was quicker.
            }
        }
        return read(file);
    }

    public PublicKeyText publicKey() {
        return publicKey;
    }

    /** Signs a bundle, base64. */
    public String sign(String sha256) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(Hashes.signedText(sha256));
            return Base64.getEncoder().encodeToString(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("an Ed25519 key signs", e);
        }
    }
}

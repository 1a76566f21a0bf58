package dev.tocsin.content;

/**
 * By whom a bundle is signed.
 *
 * @param key public key, as {@link PublicKeyText} has it
 * @param signature base64
 */
public record BundleSignature(String key, String signature) {
}

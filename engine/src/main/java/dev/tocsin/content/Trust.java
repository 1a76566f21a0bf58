package dev.tocsin.content;

import dev.tocsin.base.Problem;
import java.util.List;

/**
 * Whose bundles an engine runs.
 *
 * @param keys at least one
 * @param onlyOwn whether nobody was named, so that it is this node's own key
 */
record Trust(List<PublicKeyText> keys, boolean onlyOwn) {
    static Trust of(List<String> named, PublicKeyText own) {
        return named.isEmpty()
                ? new Trust(List.of(own), true)
                : new Trust(named.stream().map(PublicKeyText::parse).toList(), false);
    }

    boolean has(PublicKeyText key) {
        return keys.contains(key);
    }

    /** @throws ContentException when the bundle is signed by nobody we know, or not by whom it says */
    void require(String sha256, BundleSignature by) {
        PublicKeyText key;
        try {
            key = PublicKeyText.parse(by.key());
        } catch (IllegalArgumentException e) {
            throw new ContentException(new Problem("E431", short12(sha256), "the bundle is not signed: "
                    + e.getMessage(), "push it again"));
        }
        if (!has(key)) {
            throw new ContentException(new Problem("E431", short12(sha256), "the bundle is signed by key " + key.name()
                    + ", which this node does not trust", "if it should, add to content.trust: " + key.text()));
        }
        if (!key.signed(Hashes.signedText(sha256), by.signature())) {
            throw new ContentException(new Problem("E431", short12(sha256), "the signature of the bundle is wrong",
                    "somebody may have changed it; push it again"));
        }
    }

    /** Enough to tell bundles apart. */
    static String short12(String sha256) {
        return sha256.substring(0, Math.min(12, sha256.length()));
    }
}

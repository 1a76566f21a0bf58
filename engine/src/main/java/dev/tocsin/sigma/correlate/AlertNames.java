package dev.tocsin.sigma.correlate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;

/** Makes the ids of alerts; the caller's, so that alerts of correlations are named as all others are. */
@FunctionalInterface
public interface AlertNames {
    /**
     * @param name the rule's id, and more where the events alone would not tell two alerts apart
     * @param events those that made it fire, in any order; none where it fired because nothing came
     */
    MatchId id(String name, Collection<MatchId> events);

    /** For those who compare ids only with each other: a hash of the parts. */
    static AlertNames ofHash() {
        return (name, events) -> {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                events.stream().sorted().forEach(
                        e -> digest.update(ByteBuffer.allocate(16).putLong(e.high()).putLong(e.low()).flip()));
                ByteBuffer hash = ByteBuffer.wrap(digest.digest());
                return new MatchId(hash.getLong(), hash.getLong());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        };
    }
}

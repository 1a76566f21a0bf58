package dev.tocsin.sigma.correlate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the matches of a group have in common: whose they are, and the values of {@code group-by}, null where one is missing. */
public final class GroupKey {
    private final String customer;
    private final List<@Nullable String> values;
    private final int hash;

    public GroupKey(String customer, List<@Nullable String> values) {
        this.customer = customer;
        this.values = Collections.unmodifiableList(new ArrayList<>(values));
        this.hash = customer.hashCode() * 31 + this.values.hashCode();
    }

    public String customer() {
        return customer;
    }

    /** In the order of the rule's {@code group-by}. */
    public List<@Nullable String> values() {
        return values;
    }

    /** 32 hexadecimal digits that name the group; different groups have different ones. */
    public String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            add(digest, customer);
            values.forEach(value -> add(digest, value));
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, @Nullable String part) {
        byte[] bytes = part == null ? new byte[0] : part.getBytes(StandardCharsets.UTF_8);
        int length = part == null ? -1 : bytes.length;
        for (int shift = 24; shift >= 0; shift -= 8) {
            digest.update((byte) (length >>> shift));
        }
        digest.update(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GroupKey k && k.hash == hash && k.customer.equals(customer) && k.values.equals(values);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return customer + values;
    }
}

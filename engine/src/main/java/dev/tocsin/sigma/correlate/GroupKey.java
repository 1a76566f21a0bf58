package dev.tocsin.sigma.correlate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the matches of a group have in common: whose they are, and the values of {@code group-by}, null where one is missing. */
public final class GroupKey {
    /** Never used itself. */
    private static final MessageDigest SHA256 = sha256();

    private final String customer;
    private final @Nullable String[] values;
    private final int hash;

    public GroupKey(String customer, List<@Nullable String> values) {
        this.customer = customer;
        this.values = values.toArray(new String[0]);
        this.hash = customer.hashCode() * 31 + Arrays.hashCode(this.values);
    }

    public String customer() {
        return customer;
    }

    /** In the order of the rule's {@code group-by}. */
    public List<@Nullable String> values() {
        return Collections.unmodifiableList(Arrays.asList(values));
    }

    void write(RecordWriter out) {
        out.text(customer);
        out.one(values.length);
        for (String value : values) {
            out.text(value);
        }
    }

    /** 32 hexadecimal digits that name the group; different groups have different ones. */
    public String digest() {
        MessageDigest digest = fresh();
        add(digest, customer);
        for (String value : values) {
            add(digest, value);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    /** Looking the algorithm up costs more than the hash. */
    private static MessageDigest fresh() {
        try {
            return (MessageDigest) SHA256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's SHA-256 can be cloned", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
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
        return other instanceof GroupKey k && k.hash == hash && k.customer.equals(customer)
                && Arrays.equals(k.values, values);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return customer + Arrays.toString(values);
    }
}

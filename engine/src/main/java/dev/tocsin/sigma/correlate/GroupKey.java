package dev.tocsin.sigma.correlate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the matches of a group have in common: whose they are, and the values of {@code group-by}, null where one is missing. */
public final class GroupKey {
    /** Never used itself. */
    private static final MessageDigest SHA256 = sha256();
    private static final long ODD = 0x9E3779B97F4A7C15L;

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
        out.small(values.length);
        for (String value : values) {
            out.text(value);
        }
    }

    static GroupKey read(RecordReader in) {
        String customer = in.text();
        int size = in.small();
        List<@Nullable String> values = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            values.add(in.text());
        }
        return new GroupKey(customer == null ? "" : customer, values);
    }

    static void skip(RecordReader in) {
        in.skipText();
        int size = in.small();
        for (int i = 0; i < size; i++) {
            in.skipText();
        }
    }

    /** Whether this key is what was written there. */
    boolean isAt(RecordReader in) {
        if (!in.isText(customer) || in.small() != values.length) {
            return false;
        }
        for (String value : values) {
            if (!in.isText(value)) {
                return false;
            }
        }
        return true;
    }

    /** Mixes all characters with the seed, so that nobody can choose names that all fall together. */
    int hash(long seed) {
        long mixed = mix(seed, customer);
        for (String value : values) {
            mixed = value == null ? (mixed ^ 1) * ODD : mix(mixed, value);
        }
        return (int) (mixed ^ mixed >>> 32);
    }

    private static long mix(long from, String text) {
        long mixed = (from ^ text.length()) * ODD;
        int at = 0;
        while (at < text.length()) {
            long four = 0;
            for (int end = Math.min(at + 4, text.length()); at < end; at++) {
                four = four << 16 | text.charAt(at);
            }
            mixed = (mixed ^ four) * ODD;
            mixed ^= mixed >>> 29;
        }
        return mixed;
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

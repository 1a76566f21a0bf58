package dev.tocsin.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;

/**
 * The 128-bit name of an event or alert: the first half of a SHA-256 over length-prefixed parts.
 *
 * <p>A cryptographic hash, because the content is written by whoever attacks: with a weaker one somebody could make two
 * events of one name and so make one of them vanish. Text form: 32 lower-case hexadecimal digits.
 */
public record EventId(long high, long low) implements Comparable<EventId> {
    private static final HexFormat HEX = HexFormat.of();
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** The id of an event to which its maker gave an id. */
    public static EventId ofVendor(String customer, String source, String vendorId) {
        return new Hash("vendor").add(customer).add(source).add(vendorId).id();
    }

    /**
     * The id of an event that has no id of its own.
     *
     * @param content everything the sender said about the event, time included, and nothing the receiver added
     * @param occurrence how many equal contents came from that source before this one, from 0
     */
    public static EventId ofContent(String customer, String source, byte[] content, long occurrence) {
        return new Hash("content").add(customer).add(source).add(content).add(occurrence).id();
    }

    /** The id of a record unrolled from a batch record, such as one of CloudTrail's {@code Records}. */
    public static EventId ofChild(EventId parent, int position) {
        return new Hash("child").add(parent.high).add(parent.low).add(position).id();
    }

    /** The id of an alert: the rule and the events that made it fire, in any order. */
    public static EventId ofAlert(String ruleId, Collection<EventId> events) {
        Hash hash = new Hash("alert").add(ruleId);
        events.stream().sorted().forEach(e -> hash.add(e.high).add(e.low));
        return hash.id();
    }

    /** @throws IllegalArgumentException when the text is not 32 hexadecimal digits */
    public static EventId parse(String text) {
        if (text.length() != 32) {
            throw new IllegalArgumentException("an event id has 32 hexadecimal digits, not " + text.length());
        }
        return new EventId(HexFormat.fromHexDigitsToLong(text, 0, 16), HexFormat.fromHexDigitsToLong(text, 16, 32));
    }

    @Override
    public int compareTo(EventId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }

    /** Each part is preceded by its length, so that ("ab", "c") and ("a", "bc") differ. */
    private static final class Hash {
        private byte[] bytes = new byte[128];
        private int length;

        Hash(String kind) {
            add(kind);
        }

        Hash add(String part) {
            return add(part.getBytes(StandardCharsets.UTF_8));
        }

        Hash add(byte[] part) {
            grow(4 + part.length);
            INT.set(bytes, length, part.length);
            System.arraycopy(part, 0, bytes, length + 4, part.length);
            length += 4 + part.length;
            return this;
        }

        Hash add(long part) {
            grow(8);
            LONG.set(bytes, length, part);
            length += 8;
            return this;
        }

        /** The digest is asked once, for all parts: most are a few bytes. */
        private void grow(int more) {
            if (length + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + more + 64, bytes.length * 2));
            }
        }

        EventId id() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(bytes, 0, length);
                byte[] hash = digest.digest();
                return new EventId((long) LONG.get(hash, 0), (long) LONG.get(hash, 8));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}

package dev.tocsin.sigma;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 network. Addresses are parsed here and never resolved; IPv4 addresses are strict dotted quads without
 * leading zeros.
 *
 * @param high the upper 64 bits of the network's address; 0 for IPv4
 * @param low the lower 64 bits; an IPv4 address is the lowest 32
 * @param prefix bits that count, 0 to 32 or 0 to 128
 */
public record Network(boolean v6, long high, long low, int prefix) {
    private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
    private static final int TEXT_MAX = 100;
    private static final int V6_BITS = 128;

    private record Address(boolean v6, long high, long low) {
    }

    /** Reads {@code 10.0.0.0/8}, {@code fe80::/10} or a single address; bits behind the prefix are cleared. */
    public static Optional<Network> parse(String text) {
        int slash = text.indexOf('/');
        Optional<Address> address = address(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        Address a = address.get();
        int bits = a.v6 ? 128 : 32;
        String length = slash < 0 ? Integer.toString(bits) : text.substring(slash + 1);
        if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > bits) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(length);
        return Optional.of(
                new Network(a.v6, a.high & mask(a.v6 ? prefix : 64), a.low & lowMask(a.v6, prefix), prefix));
    }

    /** Whether the text is an address of this family and within. */
    public boolean contains(String text) {
        Optional<Address> address = address(text);
        return address.isPresent() && address.get().v6 == v6 && (address.get().high & mask(v6 ? prefix : 64)) == high
                && (address.get().low & lowMask(v6, prefix)) == low;
    }

    /** The network of which an IPv6 address is the whole; empty if the text is none. */
    static Optional<Network> ofV6(String text) {
        return address(text).filter(Address::v6).map(a -> new Network(true, a.high, a.low, V6_BITS));
    }

    /** The IPv6 network of that shorter prefix in which this one is. */
    Network widened(int to) {
        return new Network(true, high & mask(to), low & lowMask(true, to), to);
    }

    /** The leading bits of a 64-bit half. */
    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
    }

    /** Which of the lower 64 bits count. */
    static long lowMask(boolean v6, int prefix) {
        return v6 ? mask(prefix - 64) : mask(32 + prefix);
    }

    private static Optional<Address> address(String text) {
        if (text.length() > TEXT_MAX) {
            return Optional.empty();
        }
        return text.indexOf(':') < 0 ? quad(text).map(v -> new Address(false, 0, v)) : v6(text);
    }

    private static Optional<Long> quad(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long quad = quad(bytes, 0, bytes.length);
        return quad < 0 ? Optional.empty() : Optional.of(quad);
    }

    /** An IPv4 address in four decimals, or a negative number. */
    static long quad(byte[] text, int from, int end) {
        long value = 0;
        int at = from;
        for (int i = 0; i < 4; i++) {
            int first = at;
            int octet = 0;
            while (at < end && at < first + 3 && text[at] >= '0' && text[at] <= '9') {
                octet = octet * 10 + text[at++] - '0';
            }
            boolean ends = i == 3 ? at == end : at < end && text[at] == '.';
            if (at == first || octet > 255 || text[first] == '0' && at > first + 1 || !ends) {
                return -1;
            }
            at++;
            value = value << 8 | octet;
        }
        return value;
    }

    private static Optional<Address> v6(String written) {
        int zone = written.indexOf('%');
        String text = zone < 0 ? written : written.substring(0, zone);
        int dotted = text.indexOf('.') < 0 ? -1 : text.lastIndexOf(':') + 1;
        if (dotted > 0) {
            Optional<Long> quad = quad(text.substring(dotted));
            if (quad.isEmpty()) {
                return Optional.empty();
            }
            long v = quad.get();
            text = text.substring(0, dotted) + Long.toHexString(v >>> 16) + ":" + Long.toHexString(v & 0xffff);
        }
        int gap = text.indexOf("::");
        if (gap < 0) {
            return groups(text, 8).map(g -> pack(g, new int[0]));
        }
        Optional<int[]> before = groups(text.substring(0, gap), -7);
        Optional<int[]> after = groups(text.substring(gap + 2), -7);
        return before.isEmpty() || after.isEmpty() || before.get().length + after.get().length > 7
                ? Optional.empty()
                : Optional.of(pack(before.get(), after.get()));
    }

    /** @param count how many there must be; negative: at most so many */
    private static Optional<int[]> groups(String text, int count) {
        if (text.isEmpty()) {
            return count < 0 ? Optional.of(new int[0]) : Optional.empty();
        }
        String[] parts = text.split(":", -1);
        if (count > 0 ? parts.length != count : parts.length > -count) {
            return Optional.empty();
        }
        int[] groups = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            if (!GROUP.matcher(parts[i]).matches()) {
                return Optional.empty();
            }
            groups[i] = Integer.parseInt(parts[i], 16);
        }
        return Optional.of(groups);
    }

    private static Address pack(int[] before, int[] after) {
        long[] halves = new long[2];
        for (int i = 0; i < before.length; i++) {
            halves[i / 4] |= (long) before[i] << (48 - 16 * (i % 4));
        }
        for (int j = 0; j < after.length; j++) {
            int i = 8 - after.length + j;
            halves[i / 4] |= (long) after[j] << (48 - 16 * (i % 4));
        }
        return new Address(true, halves[0], halves[1]);
    }

    @Override
    public String toString() {
        if (!v6) {
            return (low >>> 24) + "." + (low >>> 16 & 255) + "." + (low >>> 8 & 255) + "." + (low & 255) + "/" + prefix;
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            out.append(i == 0 ? "" : ":")
                    .append(Long.toHexString((i < 4 ? high : low) >>> (48 - 16 * (i % 4)) & 0xffff));
        }
        return out.append('/').append(prefix).toString();
    }
}

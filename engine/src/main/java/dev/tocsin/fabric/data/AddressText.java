package dev.tocsin.fabric.data;

import java.util.Optional;

/** Addresses as text: RFC 4291 section 2.2 in, RFC 5952 out. */
final class AddressText {
    private AddressText() {
    }

    static String print(Address address) {
        long low = address.low();
        if (address.isV4()) {
            return (low >> 24 & 0xff) + "." + (low >> 16 & 0xff) + "." + (low >> 8 & 0xff) + "." + (low & 0xff);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (address.high() >>> 48 - 16 * i & 0xffff);
            groups[i + 4] = (int) (low >>> 48 - 16 * i & 0xffff);
        }
        int start = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
            i = Math.max(i, end);
        }
        StringBuilder out = new StringBuilder(40);
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                out.append("::");
                i += length - 1;
                continue;
            }
            if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
                out.append(':');
            }
            out.append(Integer.toHexString(groups[i]));
        }
        return out.toString();
    }

    static Optional<Address> parse(String text) {
        if (text.indexOf(':') < 0) {
            long v4 = v4(text);
            return v4 < 0 ? Optional.empty() : Optional.of(Address.v4(v4));
        }
        int gap = text.indexOf("::");
        if (gap < 0) {
            long[] all = new long[2];
            return groups(text, all, 0) == 8 ? Optional.of(new Address(all[0], all[1])) : Optional.empty();
        }
        long[] head = new long[2];
        long[] tail = new long[2];
        String after = text.substring(gap + 2);
        int before = gap == 0 ? 0 : groups(text.substring(0, gap), head, 0);
        int behind = after.isEmpty() ? 0 : groups(after, tail, 0);
        if (before < 0 || behind < 0 || before + behind > 7 || gap > 0 && text.lastIndexOf('.', gap) >= 0) {
            return Optional.empty();
        }
        long[] end = new long[2];
        groups(after, end, 8 - behind);
        return Optional.of(new Address(head[0] | end[0], head[1] | end[1]));
    }

    /** Puts groups from position {@code first} on; how many, or -1 for no groups. */
    private static int groups(String text, long[] into, int first) {
        if (text.isEmpty()) {
            return 0;
        }
        String[] parts = text.split(":", -1);
        int at = 0;
        for (int i = 0; i < parts.length; i++) {
            if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                long v4 = v4(parts[i]);
                if (v4 < 0) {
                    return -1;
                }
                put(into, first + at++, v4 >>> 16);
                put(into, first + at++, v4 & 0xffff);
            } else {
                int group = hex(parts[i]);
                if (group < 0) {
                    return -1;
                }
                put(into, first + at++, group);
            }
        }
        return at;
    }

    private static void put(long[] into, int position, long group) {
        if (position < 8) {
            into[position / 4] |= group << 48 - 16 * (position % 4);
        }
    }

    private static int hex(String text) {
        if (text.isEmpty() || text.length() > 4) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            number = number * 16 + digit;
        }
        return number;
    }

    /** The 32 bits, or -1. */
    private static long v4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return -1;
        }
        long bits = 0;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3) {
                return -1;
            }
            int number = 0;
            for (int i = 0; i < part.length(); i++) {
                if (part.charAt(i) < '0' || part.charAt(i) > '9') {
                    return -1;
                }
                number = number * 10 + part.charAt(i) - '0';
            }
            if (number > 255) {
                return -1;
            }
            bits = bits << 8 | number;
        }
        return bits;
    }
}

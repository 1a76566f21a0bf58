package dev.tocsin.fabric.data;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** An IP address as its 128 bits; IPv4 as {@code ::ffff:a.b.c.d}. */
public record Address(long high, long low) implements Value {
    private static final long V4 = 0xffffL << 32;

    /** @param bits from the most significant, only the lower 32 are used */
    public static Address v4(long bits) {
        return new Address(0, V4 | bits & 0xffff_ffffL);
    }

    public static Address of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return v4(number(bytes, 0, 4));
        }
        return new Address(number(bytes, 0, 8), number(bytes, 8, 8));
    }

    /**
     * Reads {@code 10.0.0.1} (leading zeros are decimal), {@code 2001:db8::1}, {@code ::ffff:10.0.0.1}.
     *
     * @return empty if it is none of them
     */
    public static Optional<Address> parse(String text) {
        return AddressText.parse(text);
    }

    public boolean isV4() {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /** The address with all but the first {@code bits} of its 128 bits cleared. */
    Address prefix(int bits) {
        long upper = bits >= 64 ? high : bits == 0 ? 0 : high & -1L << 64 - bits;
        long lower = bits >= 128 ? low : bits <= 64 ? 0 : low & -1L << 128 - bits;
        return upper == high && lower == low ? this : new Address(upper, lower);
    }

    public InetAddress toInetAddress() {
        try {
            byte[] bytes = new byte[isV4() ? 4 : 16];
            for (int i = 0; i < bytes.length; i++) {
                int shift = 8 * (bytes.length - 1 - i);
                bytes[i] = (byte) (shift >= 64 ? high >>> shift - 64 : low >>> shift);
            }
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long number(byte[] bytes, int from, int length) {
        long number = 0;
        for (int i = from; i < from + length; i++) {
            number = number << 8 | bytes[i] & 0xff;
        }
        return number;
    }

    @Override
    public Type type() {
        return Type.ADDRESS;
    }

    /** RFC 5952: lower case, the longest run of zeros as {@code ::}; IPv4 dotted. */
    @Override
    public String toString() {
        return AddressText.print(this);
    }
}

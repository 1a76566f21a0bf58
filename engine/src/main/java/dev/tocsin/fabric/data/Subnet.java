package dev.tocsin.fabric.data;

import java.util.Optional;

/**
 * A network: an address and how many of its leading bits count.
 *
 * @param network the address, with the bits behind the prefix 0
 * @param bits of 128, so 10.0.0.0/8 has 104
 */
public record Subnet(Address network, int bits) implements Value {
    /**
     * Bits behind the prefix are cleared.
     *
     * @throws ValueException if {@code bits} is not within 0 to 128
     */
    public Subnet {
        if (bits < 0 || bits > 128) {
            throw new ValueException("a prefix of " + bits + " bits is not within 0 to 128");
        }
        network = network.prefix(bits);
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32}; bits behind the prefix are cleared.
     *
     * @return empty if it is none
     */
    public static Optional<Subnet> parse(String text) {
        return ScalarText.parse(Type.SUBNET, Bytes.of(text)).map(Subnet.class::cast);
    }

    /** Counted as it is written: of 32 for an IPv4 address, of 128 for another. */
    public int length() {
        return network.isV4() && bits >= 96 ? bits - 96 : bits;
    }

    @Override
    public Type type() {
        return Type.SUBNET;
    }

    @Override
    public String toString() {
        return network + "/" + length();
    }
}

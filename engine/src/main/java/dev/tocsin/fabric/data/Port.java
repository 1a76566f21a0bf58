package dev.tocsin.fabric.data;

/** A transport port, {@code 443/tcp}. */
public record Port(int number, Protocol protocol) implements Value {
    /** The transport; the position is the byte of {@code broker-bin-v1}. */
    public enum Protocol {
        UNKNOWN("?"),
        TCP("tcp"),
        UDP("udp"),
        ICMP("icmp");

        private final String text;

        Protocol(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        /** {@link #UNKNOWN} for every name that is none. */
        static Protocol named(String text) {
            return switch (text) {
                case "tcp" -> TCP;
                case "udp" -> UDP;
                case "icmp" -> ICMP;
                default -> UNKNOWN;
            };
        }
    }

    /** @throws ValueException if the number is not within 0 to 65535 */
    public Port {
        if (number < 0 || number > 0xffff) {
            throw new ValueException("port " + number + " is not within 0 to 65535");
        }
    }

    @Override
    public Type type() {
        return Type.PORT;
    }

    @Override
    public String toString() {
        return number + "/" + protocol.text();
    }
}

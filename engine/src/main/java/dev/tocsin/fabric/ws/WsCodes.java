package dev.tocsin.fabric.ws;

/** Close codes (RFC 6455, section 7.4, and IANA's registry), opcodes, and the codes of error objects. */
final class WsCodes {
    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int UNSUPPORTED = 1003;
    /** None was sent; never on the wire. */
    static final int NONE = 1005;
    /** The connection ended without a close; never on the wire. */
    static final int ABNORMAL = 1006;
    static final int POLICY = 1008;
    static final int TOO_BIG = 1009;
    static final int INTERNAL = 1011;

    static final byte CONTINUATION = 0;
    static final byte TEXT = 1;
    static final byte BINARY = 2;
    static final byte CLOSE = 8;
    static final byte PING = 9;
    static final byte PONG = 10;

    static final String DESERIALIZATION = "deserialization_failed";
    static final String FORBIDDEN = "forbidden";
    static final String SERIALIZATION = "serialization_failed";

    private WsCodes() {
    }
}

package dev.tocsin.fabric.peer;

import java.net.ProtocolException;

/** The kinds of frames, and what is in their bodies. */
enum Frame {
    /** Magic, lowest and highest version spoken, node name, endpoint id, where it listens (or nothing). Goes first. */
    HELLO(1),
    /** A {@link Refusal}, a text for people. The connection ends. */
    REFUSE(2),
    /** The stream of the other side that this one knows, and up to which place it has it; zeros when it knows none. */
    RESUME(3),
    /** The stream that now comes, and the place of its first entry. */
    START(4),
    /** Origin, topic, sequence, ordinal, payload. Takes one place. */
    DATA(5),
    /** Origin, topic, sequence, ordinal, count. Takes one place. */
    GAP(6),
    /** Up to which place everything is taken. */
    ACK(7),
    /** Endpoint, node name, version, path, prefixes: who wants what, and over whom it is reached. */
    ADVERT(8),
    /** Endpoint that is not reached this way any more. */
    WITHDRAW(9),
    /** All that was to be said about who wants what has been said; what was known before and not said again is over. */
    ADVERTS_SAID(10),
    /** Nothing; asks for a {@link #PONG}. */
    PING(11),
    PONG(12),
    /** Goodbye: the link is taken down on purpose. */
    BYE(13),
    /** 0 for publishing, 1 for subscribing, and the topic or prefix that the other side has no right to. Since version 2. */
    DENIED(14);

    private static final Frame[] BY_CODE = new Frame[15];

    static {
        for (Frame frame : values()) {
            BY_CODE[frame.code] = frame;
        }
    }

    private final int code;

    Frame(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Frame of(int code) throws ProtocolException {
        if (code < 1 || code >= BY_CODE.length) {
            throw new ProtocolException("there is no frame of kind " + code);
        }
        return BY_CODE[code];
    }
}

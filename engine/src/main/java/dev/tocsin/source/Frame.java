package dev.tocsin.source;

import dev.tocsin.base.ByteSize;
import java.util.Arrays;

/**
 * One message cut out of a stream.
 *
 * @param bytes without the framing
 * @param cause why it cannot be an event; empty for a good one
 */
record Frame(byte[] bytes, String cause) {
    static Frame good(byte[] bytes) {
        return new Frame(bytes, "");
    }

    /** A message of which only the first part was kept. */
    static Frame tooLong(byte[] kept, long length, String setting, long max) {
        byte[] first = kept.length > Limits.KEPT_BYTES ? Arrays.copyOf(kept, Limits.KEPT_BYTES) : kept;
        return new Frame(first, "the message has " + length + " bytes, more than " + setting + " (" + new ByteSize(max)
                + "); its first " + first.length + " bytes are kept");
    }
}

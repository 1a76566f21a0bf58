package dev.tocsin.source;

import java.util.Arrays;
import java.util.List;

/**
 * Cuts a TCP stream into syslog messages. RFC 6587 knows two ways and no sign for which one is used: octet counting
 * ({@code LEN SP MSG}) and a trailer (LF; some senders NUL). So each message says it by its beginning: digits, a space
 * and then {@code <} is counted; anything else is a line. After a counted message, digits and a space are enough, for
 * counted messages without a priority. A line that begins with a number, such as a date, stays a line.
 *
 * <p>A message beyond the limit is read to its end but only its beginning is kept, so that the next one is found again.
 * A wrong count cannot lose bytes: what is left over becomes part of the next message or a line of its own.
 *
 * <p>Owned by the thread of its connection. Bound: one message of the greatest length.
 */
final class SyslogFraming {
    /** Longer numbers are not a length but the beginning of a line. */
    private static final int DIGITS_MAX = 9;

    private enum State {
        START,
        DIGITS,
        SPACE,
        COUNTED,
        LINE
    }

    private final int messageMax;
    private State state = State.START;
    private boolean wasCounted;
    private byte[] held = new byte[0];
    private int heldLength;
    /** Length of the message so far, also of the part that was not kept. */
    private long length;
    private long announced;

    SyslogFraming(int messageMax) {
        this.messageMax = messageMax;
    }

    /** Bytes of the unfinished message that are kept here. */
    int held() {
        return heldLength;
    }

    /** Takes the next bytes of the stream and adds the messages that they complete. */
    void feed(byte[] from, int offset, int count, List<Frame> to) {
        int at = offset;
        int end = offset + count;
        while (at < end) {
            switch (state) {
                case START -> at = begin(from, at);
                case DIGITS -> at = digit(from, at);
                case SPACE -> afterSpace(from[at]);
                case COUNTED -> {
                    int take = (int) Math.min(end - at, announced - length);
                    hold(from, at, take);
                    at += take;
                    if (length == announced) {
                        finish(to);
                    }
                }
                case LINE -> {
                    int stop = trailer(from, at, end);
                    hold(from, at, stop - at);
                    at = stop;
                    if (stop < end) {
                        at++;
                        finish(to);
                    }
                }
            }
        }
    }

    /** The stream ended: an unfinished line is a message, an unfinished counted one is not. */
    void end(List<Frame> to) {
        if (state == State.COUNTED || wasCounted && (state == State.DIGITS || state == State.SPACE)) {
            byte[] kept = Arrays.copyOf(held, Math.min(heldLength, Limits.KEPT_BYTES));
            to.add(new Frame(kept, state == State.COUNTED
                    ? "the connection ended after " + length + " of the " + announced
                            + " bytes that were announced for this message"
                    : "the connection ended within the length of a message"));
            reset();
        } else if (state != State.START) {
            finish(to);
        }
    }

    private int begin(byte[] from, int at) {
        byte b = from[at];
        if (b == '\n' || b == '\r' || b == 0) {
            return at + 1;
        }
        announced = 0;
        state = b >= '1' && b <= '9' ? State.DIGITS : State.LINE;
        return at;
    }

    private int digit(byte[] from, int at) {
        byte b = from[at];
        if (b >= '0' && b <= '9' && heldLength < DIGITS_MAX) {
            announced = announced * 10 + b - '0';
            hold(from, at, 1);
            return at + 1;
        }
        if (b == ' ') {
            hold(from, at, 1);
            state = State.SPACE;
            return at + 1;
        }
        state = State.LINE;
        return at;
    }

    private void afterSpace(byte next) {
        if (next == '<' || wasCounted && next != '\n') {
            heldLength = 0;
            length = 0;
            state = State.COUNTED;
            wasCounted = true;
        } else {
            state = State.LINE;
        }
    }

    private static int trailer(byte[] from, int at, int end) {
        int i = at;
        while (i < end && from[i] != '\n' && from[i] != 0) {
            i++;
        }
        return i;
    }

    private void hold(byte[] from, int at, int count) {
        length += count;
        // One byte beyond the limit may be the trailer inside a counted message; two may be CR LF.
        int take = Math.min(count, messageMax + 2 - heldLength);
        if (take <= 0) {
            return;
        }
        if (heldLength + take > held.length) {
            held = Arrays.copyOf(held, Math.max(heldLength + take, Math.min(messageMax + 2, held.length * 2)));
        }
        System.arraycopy(from, at, held, heldLength, take);
        heldLength += take;
    }

    private void finish(List<Frame> to) {
        wasCounted = state == State.COUNTED;
        int trailing = 0;
        while (trailing < heldLength && length == heldLength && isTrailer(held[heldLength - 1 - trailing])) {
            trailing++;
        }
        long message = length - trailing;
        if (message > messageMax) {
            to.add(Frame.tooLong(Arrays.copyOf(held, Math.min(heldLength, Limits.KEPT_BYTES)), message, "message_max",
                    messageMax));
        } else if (message > 0) {
            to.add(Frame.good(Arrays.copyOf(held, (int) message)));
        }
        reset();
    }

    private static boolean isTrailer(byte b) {
        return b == '\n' || b == '\r' || b == 0;
    }

    private void reset() {
        state = State.START;
        heldLength = 0;
        length = 0;
        // An idle connection keeps no memory of its largest message.
        if (held.length > 16 * 1024) {
            held = new byte[0];
        }
    }
}

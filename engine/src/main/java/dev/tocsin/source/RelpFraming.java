package dev.tocsin.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts a RELP stream into frames: {@code TXNR SP COMMAND SP DATALEN [SP DATA] LF} (RELP specification, "Syntax"). Of data
 * beyond the limit only the beginning is kept. Owned by the thread of its connection; bound: one frame.
 */
final class RelpFraming {
    private static final int NUMBER_DIGITS_MAX = 9;
    private static final int COMMAND_LETTERS_MAX = 32;

    private enum State {
        NUMBER,
        COMMAND,
        LENGTH,
        BODY,
        END
    }

    private final int dataMax;
    private State state = State.NUMBER;
    private long number = -1;
    private final StringBuilder command = new StringBuilder();
    private long length = -1;
    private byte[] data = new byte[0];
    private int kept;
    private long read;

    /**
     * A frame.
     *
     * @param number of the transaction
     * @param data at most what the limit says
     * @param length of the data as it was sent
     */
    record RelpFrame(int number, String command, byte[] data, long length) {
    }

    /** The stream is not RELP from here on; whoever sent it must connect anew. */
    static final class BrokenException extends Exception {
        private final int number;
        private final byte[] message;

        /**
         * @param number of the frame, or 0 when it was not known yet
         * @param message what was sent as a message nevertheless; may be empty
         */
        BrokenException(int number, byte[] message, String why) {
            super(why);
            this.number = number;
            this.message = message.clone();
        }

        int number() {
            return number;
        }

        byte[] message() {
            return message.clone();
        }
    }

    RelpFraming(int dataMax) {
        this.dataMax = dataMax;
    }

    /** Takes the next bytes of the stream and gives out the frames that they complete. */
    void feed(byte[] from, int count, Consumer<RelpFrame> to) throws BrokenException {
        int at = 0;
        while (at < count) {
            switch (state) {
                case NUMBER -> number(from[at++]);
                case COMMAND -> command(from[at++]);
                case LENGTH -> length(from[at++], to);
                case BODY -> at = body(from, at, count);
                case END -> end(from[at++], to);
            }
        }
    }

    private void number(byte b) throws BrokenException {
        if (isDigit(b)) {
            number = Math.max(0, number) * 10 + b - '0';
            check(number < Math.pow(10, NUMBER_DIGITS_MAX), "the number of a frame has more than 9 digits");
        } else {
            check(b == ' ' && number >= 0, "a frame must begin with its number and a space");
            state = State.COMMAND;
        }
    }

    private void command(byte b) throws BrokenException {
        if (b == ' ') {
            check(!command.isEmpty(), "a frame has no command");
            state = State.LENGTH;
        } else {
            boolean letter = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || isDigit(b);
            check(letter && command.length() < COMMAND_LETTERS_MAX, "a command has 1 to 32 letters and digits");
            command.append((char) b);
        }
    }

    private void length(byte b, Consumer<RelpFrame> to) throws BrokenException {
        if (isDigit(b)) {
            length = Math.max(0, length) * 10 + b - '0';
            check(length < Math.pow(10, NUMBER_DIGITS_MAX), "the length of a frame has more than 9 digits");
        } else if (b == '\n' && length == 0) {
            finish(to);
        } else {
            check(b == ' ' && length >= 0, "after the length of a frame comes a space, or LF if it is 0");
            state = length == 0 ? State.END : State.BODY;
        }
    }

    private int body(byte[] from, int at, int count) {
        int take = (int) Math.min(count - at, length - read);
        int keep = Math.min(take, dataMax - kept);
        if (keep > 0) {
            if (kept + keep > data.length) {
                int wanted = (int) Math.min(dataMax, length);
                data = Arrays.copyOf(data, Math.min(wanted, Math.max(kept + keep, data.length * 2)));
            }
            System.arraycopy(from, at, data, kept, keep);
            kept += keep;
        }
        read += take;
        if (read == length) {
            state = State.END;
        }
        return at + take;
    }

    private void end(byte b, Consumer<RelpFrame> to) throws BrokenException {
        if (b != '\n') {
            byte[] message = command.toString().equals("syslog")
                    ? Arrays.copyOf(data, Math.min(kept, Limits.KEPT_BYTES))
                    : new byte[0];
            throw new BrokenException((int) number, message,
                    "no LF stands behind the " + length + " bytes that the frame announced");
        }
        finish(to);
    }

    private void finish(Consumer<RelpFrame> to) {
        byte[] own = data.length == kept ? data : Arrays.copyOf(data, kept);
        RelpFrame frame = new RelpFrame((int) number, command.toString(), own, length);
        state = State.NUMBER;
        number = -1;
        command.setLength(0);
        length = -1;
        data = new byte[0];
        kept = 0;
        read = 0;
        to.accept(frame);
    }

    private void check(boolean right, String why) throws BrokenException {
        if (!right) {
            int known = state == State.NUMBER ? 0 : (int) number;
            throw new BrokenException(known, new byte[0], why);
        }
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** A frame as bytes. */
    static byte[] write(int number, String command, String data) {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        String head = number + " " + command + " " + bytes.length + (bytes.length == 0 ? "" : " ");
        return (head + data + "\n").getBytes(StandardCharsets.UTF_8);
    }
}

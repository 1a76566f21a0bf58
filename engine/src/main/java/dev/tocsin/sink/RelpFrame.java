package dev.tocsin.sink;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A frame of RELP, the reliable event logging protocol: {@code TXNR SP COMMAND SP LENGTH [SP DATA] LF}.
 *
 * @param number of the transaction, from 1 to 999,999,999; 0 for what the server says unasked
 */
record RelpFrame(int number, String command, byte[] payload) {
    static final int NUMBER_MAX = 999_999_999;
    private static final int ANSWER_BYTES_MAX = 64 << 10;
    private static final int WORD_MAX = 32;

    static RelpFrame of(int number, String command, String payload) {
        return new RelpFrame(number, command, payload.getBytes(StandardCharsets.UTF_8));
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 32);
        out.writeBytes((number + " " + command + " " + payload.length).getBytes(StandardCharsets.US_ASCII));
        if (payload.length > 0) {
            out.write(' ');
            out.writeBytes(payload);
        }
        out.write('\n');
        return out.toByteArray();
    }

    String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** @throws IOException when it is no frame, or a longer one than any answer is */
    static RelpFrame read(InputStream in) throws IOException {
        int number = number(word(in));
        String command = word(in);
        StringBuilder length = new StringBuilder();
        int end = in.read();
        for (; end >= '0' && end <= '9' && length.length() < WORD_MAX; end = in.read()) {
            length.append((char) end);
        }
        int bytes = number(length.toString());
        if (bytes > ANSWER_BYTES_MAX) {
            throw new IOException("its answer has " + bytes + " bytes");
        }
        byte[] payload = new byte[0];
        // Some write the blank also before data that is empty.
        if (end == ' ') {
            payload = in.readNBytes(bytes);
            end = in.read();
        }
        if (end < 0 || payload.length < bytes) {
            throw new EOFException("it closed the connection");
        }
        if (end != '\n') {
            throw new IOException("what it says is not RELP");
        }
        return new RelpFrame(number, command, payload);
    }

    private static String word(InputStream in) throws IOException {
        StringBuilder word = new StringBuilder();
        for (int c = in.read(); c != ' '; c = in.read()) {
            if (c < 0) {
                throw new EOFException("it closed the connection");
            }
            if (c < ' ' || word.length() >= WORD_MAX) {
                throw new IOException("what it says is not RELP");
            }
            word.append((char) c);
        }
        return word.toString();
    }

    private static int number(String digits) throws IOException {
        if (!digits.matches("\\d{1,9}")) {
            throw new IOException("what it says is not RELP");
        }
        return Integer.parseInt(digits);
    }
}

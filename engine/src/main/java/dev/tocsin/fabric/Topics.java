package dev.tocsin.fabric;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * What a topic is: up to 65,535 bytes, without any structure; a subscription is a prefix of bytes, and the empty one
 * covers all. In Java a topic is a string of its UTF-8. A byte that is not UTF-8 stands as the lone surrogate
 * {@code U+DC00 + byte}, so that every topic from every peer comes out as it went in.
 */
public final class Topics {
    public static final int BYTES_MAX = 65_535;

    private static final char ESCAPE = '\uDC00';

    private Topics() {
    }

    /** @throws IllegalArgumentException when it is too long */
    public static byte[] bytes(String topic) {
        byte[] bytes = isPlain(topic) ? topic.getBytes(StandardCharsets.UTF_8) : escaped(topic);
        if (bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("a topic has at most " + BYTES_MAX + " bytes; this one has "
                    + bytes.length);
        }
        return bytes;
    }

    public static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 ? text : decoded(bytes);
    }

    public static boolean isPrefix(byte[] prefix, byte[] topic) {
        if (prefix.length > topic.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (prefix[i] != topic[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(String topic) {
        for (int i = 0; i < topic.length(); i++) {
            if (Character.isSurrogate(topic.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static byte[] escaped(String topic) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(topic.length() + 16);
        for (int i = 0; i < topic.length();) {
            int point = topic.codePointAt(i);
            if (point >= ESCAPE + 0x80 && point <= ESCAPE + 0xFF) {
                out.write(point - ESCAPE);
            } else {
                out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            }
            i += Character.charCount(point);
        }
        return out.toByteArray();
    }

    private static String decoded(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (result.isUnderflow()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE + (in.get() & 0xFF)));
            }
            decoder.reset();
        }
    }
}

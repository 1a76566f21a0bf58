package dev.tocsin.sigma;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The encoding modifiers. Encoded text is kept one character per byte (ISO 8859-1) until base64 reads it as bytes. */
final class Encoding {
    /** Where the part that does not depend on what stands before begins, for 0, 1, 2 bytes before. */
    private static final int[] FIRST_FIXED = {0, 2, 3};
    /** How many characters at the end depend on what follows, by length modulo 3. */
    private static final int[] LOOSE_AT_END = {0, 3, 2};

    private Encoding() {
    }

    static String utf16(String text, Modifier modifier) {
        Charset charset = modifier == Modifier.UTF16BE ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
        return new String(text.getBytes(charset), StandardCharsets.ISO_8859_1);
    }

    /** The byte order mark that {@code utf16} puts in front, little-endian. */
    static String byteOrderMark() {
        return "\u00ff\u00fe";
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The three texts of which one occurs in the base64 of anything that holds these bytes. */
    static List<String> base64Offsets(byte[] bytes) {
        List<String> forms = new ArrayList<>();
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            String encoded = base64(shifted);
            int end = encoded.length() - LOOSE_AT_END[shifted.length % 3];
            forms.add(encoded.substring(Math.min(FIRST_FIXED[before], end), end));
        }
        return forms;
    }
}

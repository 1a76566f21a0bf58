package dev.tocsin.index;

/**
 * Cuts text into words: runs of letters and digits; everything else, the dot, the slash, the dash, the underscore, is
 * between words, so that {@code cmd} finds {@code C:\Windows\cmd.exe} and {@code cmd.exe} is two words in a row. Each
 * ideograph is a word. The same cutting serves documents and queries, which is what makes paths, command lines,
 * addresses and base64 findable in whole and in part.
 */
final class Words {
    /** A longer run is cut into pieces of this many characters, which follow each other. */
    static final int LENGTH_MAX = 255;

    /** Receives the words in order. */
    @FunctionalInterface
    interface Sink {
        void word(String text, int start, int end);
    }

    private Words() {
    }

    /** @return how many words there were */
    static int each(String text, Sink sink) {
        int count = 0;
        int start = -1;
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            int width = Character.charCount(c);
            boolean inWord = isWord(c);
            boolean alone = inWord && c > 0x2E80 && Character.isIdeographic(c);
            if (start >= 0 && (!inWord || alone || at - start + width > LENGTH_MAX)) {
                sink.word(text, start, at);
                count++;
                start = -1;
            }
            if (alone) {
                sink.word(text, at, at + width);
                count++;
            } else if (inWord && start < 0) {
                start = at;
            }
            at += width;
        }
        if (start >= 0) {
            sink.word(text, start, at);
            count++;
        }
        return count;
    }

    /** Whether the text as a whole is one word; its exact form and its word are then the same. */
    static boolean isOne(String text) {
        return !text.isEmpty() && text.length() <= LENGTH_MAX
                && text.codePoints().allMatch(c -> isWord(c) && !(c > 0x2E80 && Character.isIdeographic(c)));
    }

    static boolean isWord(int c) {
        if (c < 128) {
            return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z';
        }
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c) || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }
}

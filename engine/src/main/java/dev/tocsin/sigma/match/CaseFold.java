package dev.tocsin.sigma.match;

/**
 * Text without case, character by character: Unicode lower case, with the two small sigmas as one. Which small sigma a
 * capital one becomes depends on what follows; with both as one, no character depends on another, so that a folded part of a
 * text is a part of the folded text.
 */
public final class CaseFold {
    /** The one character whose lower case is two: a small i and a dot above. */
    static final int CAPITAL_DOTTED_I = 0x130;
    static final int DOT_ABOVE = 0x307;
    private static final int FINAL_SIGMA = 0x3c2;
    private static final int SIGMA = 0x3c3;

    private CaseFold() {
    }

    /** @param codePoint any but {@link #CAPITAL_DOTTED_I} */
    static int of(int codePoint) {
        return codePoint == FINAL_SIGMA ? SIGMA : Character.toLowerCase(codePoint);
    }

    /** The folded text in UTF-8; a surrogate without its other half is written as if it were a character. */
    public static byte[] bytes(String text) {
        FoldedText out = new FoldedText(text.length() + FoldedText.PAD);
        out.append(text);
        return java.util.Arrays.copyOf(out.bytes(), out.end());
    }
}

package dev.tocsin.sigma;

import java.util.Locale;

/** Text without case: Unicode lower case, and the two small sigmas as one, since which one it is depends on what follows. */
final class Fold {
    private Fold() {
    }

    static String fold(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.indexOf('\u03c2') < 0 ? lower : lower.replace('\u03c2', '\u03c3');
    }
}

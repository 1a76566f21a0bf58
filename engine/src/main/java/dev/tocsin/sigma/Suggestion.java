package dev.tocsin.sigma;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody meant to write. */
final class Suggestion {
    private Suggestion() {
    }

    /** {@code did you mean "contains"?}, or, when nothing is near, the other hint. */
    static String hint(String written, Collection<String> known, String otherwise) {
        return nearest(written, known).map(k -> "did you mean \"" + k + "\"?").orElse(otherwise);
    }

    static Optional<String> nearest(String written, Collection<String> known) {
        String best = null;
        int bestDistance = Math.max(1, written.length() / 3) + 1;
        String lower = written.toLowerCase(Locale.ROOT);
        for (String candidate : known) {
            int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}

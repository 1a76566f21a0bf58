package dev.tocsin.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** "Did you mean": the known word that takes the fewest typing errors to become the given one. */
public final class Nearest {
    private Nearest() {
    }

    /** Empty when nothing is near: more than a third of the letters would have to be wrong. */
    public static Optional<String> to(String word, Collection<String> known) {
        int errorsMax = Math.max(1, word.length() / 3);
        if (word.length() > 64) {
            return Optional.empty();
        }
        record Near(String word, int errors) {
        }
        return known.stream().map(k -> new Near(k, distance(word, k))).filter(n -> n.errors <= errorsMax)
                .min(Comparator.comparingInt(Near::errors).thenComparing(Near::word)).map(Near::word);
    }

    /** The hint for an unknown word: {@code did you mean "x"? known here: x, y}. */
    public static String hint(String word, Collection<String> known) {
        List<String> sorted = known.stream().sorted().toList();
        String all = sorted.isEmpty() ? "nothing can be set here" : "known here: " + String.join(", ", sorted);
        return to(word, sorted).map(near -> "did you mean \"" + near + "\"? " + all).orElse(all);
    }

    /** Optimal string alignment: insertions, deletions, substitutions, swaps of neighbours. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}

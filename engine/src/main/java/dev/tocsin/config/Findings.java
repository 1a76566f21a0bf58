package dev.tocsin.config;

import dev.tocsin.base.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The problems of one file while it is read. Owned by the thread that reads. */
final class Findings {
    /** Nobody mends more at once, and each problem may list all known settings. */
    static final int PROBLEMS_MAX = 500;

    private final String file;
    private final List<Found> found = new ArrayList<>();
    private boolean refused;
    private int left;

    private record Found(Place place, Problem problem) {
    }

    Findings(String file) {
        this.file = file;
    }

    void add(ProblemCode code, Place place, String what, String hint) {
        refused |= code.isError();
        if (found.size() >= PROBLEMS_MAX) {
            left++;
            return;
        }
        String where = file + ":" + place.line() + ":" + place.column();
        found.add(new Found(place, code.problem(where, what, hint)));
    }

    /** Whether anything was found for which the file must not be used; warnings do not count. */
    boolean refused() {
        return refused;
    }

    int size() {
        return found.size() + left;
    }

    /** In the order of the file. */
    List<Problem> sorted() {
        List<Problem> sorted = new ArrayList<>(
                found.stream().sorted(Comparator.comparing(Found::place)).map(Found::problem).toList());
        if (left > 0) {
            sorted.add(ProblemCode.TOO_MANY.problem(file, left + " more problems are not listed",
                    "mend the first ones and check again"));
        }
        return List.copyOf(sorted);
    }
}

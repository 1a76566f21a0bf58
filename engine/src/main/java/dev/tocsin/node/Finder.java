package dev.tocsin.node;

import dev.tocsin.base.Problem;
import dev.tocsin.config.Marks;
import dev.tocsin.config.ProblemCode;
import java.util.List;

/** Takes what a check finds, and says where in the file it is. Owned by the thread that checks. */
record Finder(Marks marks, List<Problem> problems) {
    /** @param way of the setting, such as {@code sources.web.listen} */
    void found(ProblemCode code, String way, String what, String hint) {
        problems.add(code.problem(marks.of(way), what, hint));
    }
}

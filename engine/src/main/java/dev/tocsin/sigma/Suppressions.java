package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Comments that switch checks off: {@code # tocsin-lint: disable=S217,S218} behind something is about its line, on a line
 * of its own about the next one; {@code disable-file=} is about the file. What keeps a rule from loading cannot be
 * switched off.
 */
final class Suppressions {
    private static final Pattern COMMENT = Pattern
            .compile("#\\s*tocsin-lint:\\s*(disable(?:-file)?)\\s*=\\s*([\\w, ]+)");

    private final String file;
    private final List<Suppression> all = new ArrayList<>();

    /** @param line that it is about; 0 for the file */
    private record Suppression(int line, String code, Place place) {
        boolean isFor(SigmaProblem problem) {
            return problem.code().equals(code) && (line == 0 || line == problem.line());
        }
    }

    Suppressions(String file, String text) {
        this.file = file;
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            Matcher comment = COMMENT.matcher(lines[i]);
            while (comment.find()) {
                boolean alone = lines[i].substring(0, comment.start()).isBlank();
                int line = comment.group(1).equals("disable-file") ? 0 : alone ? i + 2 : i + 1;
                for (String code : comment.group(2).strip().split("[,\\s]+")) {
                    all.add(new Suppression(line, code, new Place(file, i + 1, comment.start() + 1)));
                }
            }
        }
    }

    /** What is left, and what is wrong with the comments themselves. */
    List<SigmaProblem> left(List<SigmaProblem> problems) {
        List<SigmaProblem> left = new ArrayList<>();
        Set<Suppression> used = new HashSet<>();
        for (SigmaProblem problem : problems) {
            List<Suppression> these = problem.isError()
                    ? List.of()
                    : all.stream().filter(s -> s.isFor(problem)).toList();
            used.addAll(these);
            if (these.isEmpty()) {
                left.add(problem);
            }
        }
        for (Suppression one : all) {
            if (LintCheck.ofCode(one.code()).isEmpty()) {
                left.add(LintCheck.UNKNOWN_SUPPRESSION.at(one.place(), "there is no check \"" + one.code() + "\"",
                        "checks are called S201 and so on; what keeps a rule from loading cannot be switched off"));
            } else if (!used.contains(one)) {
                left.add(LintCheck.IDLE_SUPPRESSION.at(one.place(), one.code() + " finds nothing "
                        + (one.line() == 0 ? "in " + file : "in line " + one.line()), "remove the comment"));
            }
        }
        return left;
    }
}

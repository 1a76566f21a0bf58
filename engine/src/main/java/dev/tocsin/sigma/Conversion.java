package dev.tocsin.sigma;

import java.util.List;

/**
 * What became of a file of old rules.
 *
 * @param yaml the whole file in today's format; empty when there was nothing to convert, or nothing could be
 * @param converted how many rules were converted
 * @param problems what could not be converted, and what to look at in what was, each with file, line and column
 */
public record Conversion(String yaml, int converted, List<SigmaProblem> problems) {
    public Conversion {
        problems = List.copyOf(problems);
    }
}

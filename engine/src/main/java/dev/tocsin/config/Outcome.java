package dev.tocsin.config;

import dev.tocsin.base.Problem;
import java.util.List;
import java.util.Optional;

/**
 * What became of reading a file.
 *
 * @param value the record; absent exactly when there is an error among the problems
 * @param problems errors and warnings in the order of the file
 * @param marks where the settings stand, for whoever finds more
 */
public record Outcome<T>(Optional<T> value, List<Problem> problems, Marks marks) {
    public Outcome {
        problems = List.copyOf(problems);
        if (value.isPresent() == problems.stream().anyMatch(p -> ProblemCode.isError(p.code()))) {
            throw new IllegalArgumentException("a value goes with no errors, and no value with errors");
        }
    }
}

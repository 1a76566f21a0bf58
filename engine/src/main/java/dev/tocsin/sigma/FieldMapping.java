package dev.tocsin.sigma;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Under which other names an event may hold a field that a rule names. The rule's own name always comes first, so the same
 * rule runs on events as the sender wrote them and on events that were normalised. The first name that the event has
 * counts, the others are not looked at; pySigma, which cannot see events, asks for any of them instead.
 */
public final class FieldMapping {
    /** No other names. */
    public static final FieldMapping IDENTITY = new FieldMapping(List.of());

    /** A step of a pipeline, for rules of some log sources. */
    record Step(List<RuleCondition> conditions, boolean any, Rename rename) {
        boolean isFor(RuleLogSource source) {
            return conditions.isEmpty() || (any
                    ? conditions.stream().anyMatch(c -> c.holds(source))
                    : conditions.stream().allMatch(c -> c.holds(source)));
        }
    }

    /** Containment, as pySigma's: what the condition names, the rule must name. */
    record RuleCondition(RuleLogSource source, boolean negated) {
        boolean holds(RuleLogSource rule) {
            return negated != source.includes(rule);
        }
    }

    /** What a step does to a name. */
    interface Rename {
        List<String> apply(String field);
    }

    private final List<Step> steps;

    FieldMapping(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /** A mapping and what of its file could not be used. */
    public record Read(FieldMapping mapping, List<SigmaProblem> problems) {
        public Read {
            problems = List.copyOf(problems);
        }
    }

    /** One mapping for all rules. */
    public static FieldMapping of(Map<String, List<String>> names) {
        Map<String, List<String>> copy = Map.copyOf(names);
        return new FieldMapping(List.of(new Step(List.of(), false, field -> copy.getOrDefault(field, List.of(field)))));
    }

    /**
     * Reads a pySigma processing pipeline: {@code field_name_mapping}, {@code field_name_prefix}, each with
     * {@code rule_conditions} of type {@code logsource}. Any other step is left out and reported.
     */
    public static Read read(String file, String yaml) {
        return MappingReader.read(file, yaml);
    }

    /** The mapping that ships with us: Sigma's taxonomy to the Elastic Common Schema. */
    public static FieldMapping ecs() {
        try (InputStream in = FieldMapping.class.getResourceAsStream("/sigma/ecs.yml")) {
            if (in == null) {
                throw new IllegalStateException("sigma/ecs.yml is not in the program");
            }
            Read read = read("sigma/ecs.yml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
            if (!read.problems().isEmpty()) {
                throw new IllegalStateException(read.problems().toString());
            }
            return read.mapping();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The paths to try for a field of a rule of that log source, in order; the first is the field itself. */
    public List<String> paths(String field, RuleLogSource source) {
        if (steps.isEmpty()) {
            return List.of(field);
        }
        List<String> names = List.of(field);
        for (Step step : steps) {
            if (step.isFor(source)) {
                List<String> renamed = new ArrayList<>();
                names.forEach(name -> renamed.addAll(step.rename().apply(name)));
                names = renamed;
            }
        }
        Set<String> paths = new LinkedHashSet<>(List.of(field));
        paths.addAll(names);
        return List.copyOf(paths);
    }
}

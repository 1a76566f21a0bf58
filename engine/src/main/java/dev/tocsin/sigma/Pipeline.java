package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A pySigma processing pipeline: rewrites a rule for the events at hand, before it is compiled. What follows sees nothing of
 * it but another rule.
 *
 * <p>All transformations and conditions of pySigma 1.5 are known that mean something where no query is made; source: its
 * documentation, "Processing Pipelines". Differences on purpose: of several names or values that a step puts in place of
 * one, one has to match also where pySigma would ask for all; {@code hashes_fields} keeps what it does not know.
 */
public final class Pipeline {
    /** Changes nothing, and leaves no placeholder open. */
    public static final Pipeline NONE = new Pipeline("", 0, Map.of(), List.of());

    private final String name;
    private final long priority;
    private final Map<String, List<String>> vars;
    private final List<PipelineStep> steps;

    Pipeline(String name, long priority, Map<String, List<String>> vars, List<PipelineStep> steps) {
        this.name = name;
        this.priority = priority;
        this.vars = vars;
        this.steps = List.copyOf(steps);
    }

    /** A pipeline and what of its file could not be used. */
    public record Read(Pipeline pipeline, List<SigmaProblem> problems) {
        public Read {
            problems = List.copyOf(problems);
        }
    }

    /** What became of a rule. */
    public sealed interface Outcome {
    }

    public record Rewritten(SigmaRule rule) implements Outcome {
    }

    /** The rule cannot be used with this pipeline. */
    public record Refused(SigmaProblem problem) implements Outcome {
    }

    /** Reads pipelines from text as if it were a file of that name; several documents are chained. */
    public static Read read(String file, String yaml) {
        return new PipelineReader().read(file, yaml);
    }

    /** One pipeline that does what all of them do, the lowest priority first; variables of later ones win. */
    public static Pipeline chain(Collection<Pipeline> pipelines) {
        if (pipelines.size() == 1) {
            return pipelines.iterator().next();
        }
        List<PipelineStep> steps = new ArrayList<>();
        Map<String, List<String>> vars = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        for (Pipeline pipeline : pipelines.stream().sorted(Comparator.comparingLong(p -> p.priority)).toList()) {
            steps.addAll(pipeline.steps);
            vars.putAll(pipeline.vars);
            names.add(pipeline.name);
        }
        return new Pipeline(String.join(", ", names), pipelines.stream().mapToLong(p -> p.priority).min().orElse(0),
                vars, steps);
    }

    public String name() {
        return name;
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }

    public Outcome apply(SigmaRule rule) {
        try {
            return new Rewritten(rewrite(rule));
        } catch (RuleRefused e) {
            return new Refused(e.problem());
        }
    }

    SigmaRule rewrite(SigmaRule rule) {
        if (steps.isEmpty()) {
            return rule;
        }
        RuleDraft draft = new RuleDraft(rule, vars);
        steps.forEach(step -> step.run(draft));
        PlaceholderTransformations.requireNone(draft);
        return draft.finished();
    }

    /**
     * The names that a field gets in a rule, for what speaks of fields outside of detections, such as a correlation's
     * {@code group-by}.
     *
     * @param rule as it was before this pipeline
     */
    public List<String> names(String field, SigmaRule rule) {
        String key = "(the field " + field + ")";
        Map<String, Detection> detections = new LinkedHashMap<>(rule.detections());
        detections.put(key, new Detection.Item(field,
                new Detection.FieldTest(field, List.of(new ValueTest.Exists(true)), false, false), rule.line(), 1));
        RuleDraft draft = new RuleDraft(
                rule.with(rule.logSource(), detections, rule.conditions(), rule.custom(), rule.filters()), vars);
        try {
            steps.forEach(step -> step.run(draft));
        } catch (RuleRefused _) {
            return List.of(field);
        }
        return draft.items(key).map(item -> item.test().field()).filter(Objects::nonNull).distinct().toList();
    }

    /** The kinds of transformations and conditions that are understood, by the key under which they stand. */
    public static Map<String, Collection<String>> vocabulary() {
        Map<String, Collection<String>> known = new LinkedHashMap<>();
        known.put("transformations", PipelineReader.types().keySet());
        known.put("rule_conditions", RuleConditions.types().keySet());
        known.put("detection_item_conditions", ItemConditions.types().keySet());
        known.put("field_name_conditions", FieldConditions.types().keySet());
        return known;
    }
}

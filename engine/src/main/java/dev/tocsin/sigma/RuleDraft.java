package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A rule on its way through a pipeline, and what the pipeline remembers of it. Used by one thread, for one rule. */
final class RuleDraft {
    private final SigmaRule rule;
    private final Map<String, List<String>> vars;
    private final Map<String, Detection> detections;
    private final Map<String, JsonNode> custom;
    private final Map<String, String> state = new HashMap<>();
    private final Set<String> appliedSteps = new HashSet<>();
    private final Map<String, Set<String>> fieldSteps = new HashMap<>();
    private final Set<String> mappedFields = new HashSet<>();
    /** By identity, since equal items at two places are processed apart. */
    private final IdentityHashMap<Detection.Item, Set<String>> itemSteps = new IdentityHashMap<>();
    private RuleLogSource logSource;
    private List<Condition> conditions;

    RuleDraft(SigmaRule rule, Map<String, List<String>> vars) {
        this.rule = rule;
        this.vars = vars;
        detections = new LinkedHashMap<>(rule.detections());
        custom = new LinkedHashMap<>(rule.custom());
        logSource = rule.logSource();
        conditions = rule.conditions();
    }

    /** As it was before the pipeline. */
    SigmaRule rule() {
        return rule;
    }

    Place place() {
        return new Place(rule.file(), rule.line(), 1);
    }

    Place place(Detection.Item item) {
        return new Place(rule.file(), item.line(), item.column());
    }

    Map<String, List<String>> vars() {
        return vars;
    }

    RuleLogSource logSource() {
        return logSource;
    }

    void logSource(RuleLogSource other) {
        logSource = other;
    }

    Map<String, JsonNode> custom() {
        return custom;
    }

    Optional<String> state(String key) {
        return Optional.ofNullable(state.get(key));
    }

    void state(String key, String value) {
        state.put(key, value);
    }

    void applied(String step) {
        appliedSteps.add(step);
    }

    boolean wasApplied(String step) {
        return appliedSteps.contains(step);
    }

    boolean wasItem(Detection.Item item, String step) {
        return itemSteps.getOrDefault(item, Set.of()).contains(step);
    }

    boolean wasField(String field, String step) {
        return fieldSteps.getOrDefault(field, Set.of()).contains(step);
    }

    /** A field was given other names by a step. */
    void renamed(String field, List<String> names, String step) {
        mappedFields.addAll(names);
        if (!names.equals(List.of(field))) {
            Set<String> steps = new HashSet<>(Objects.requireNonNullElse(fieldSteps.remove(field), Set.of()));
            steps.add(step);
            names.forEach(name -> fieldSteps.put(name, new HashSet<>(steps)));
        }
    }

    boolean isMapped(String field) {
        return mappedFields.contains(field);
    }

    Stream<Detection.Item> items() {
        return detections.values().stream().flatMap(RuleDraft::items);
    }

    /** Those of one selection. */
    Stream<Detection.Item> items(String selection) {
        return Stream.ofNullable(detections.get(selection)).flatMap(RuleDraft::items);
    }

    private static Stream<Detection.Item> items(Detection detection) {
        return switch (detection) {
            case Detection.AllOf(var parts) -> parts.stream().flatMap(RuleDraft::items);
            case Detection.AnyOf(var parts) -> parts.stream().flatMap(RuleDraft::items);
            case Detection.Item item -> Stream.of(item);
        };
    }

    /** Puts a selection in front of every condition. */
    void require(String name, Detection detection, boolean negated, String step) {
        String unique = name;
        for (int i = 2; detections.containsKey(unique); i++) {
            unique = name + " " + i;
        }
        detections.put(unique, detection);
        items(detection).forEach(item -> itemSteps.put(item, Set.of(step)));
        Condition selection = new Condition.Selection(unique);
        Condition added = negated ? new Condition.Not(selection) : selection;
        conditions = conditions.stream().<Condition>map(c -> new Condition.And(List.of(added, c))).toList();
    }

    /**
     * Rewrites each item that the step is for.
     *
     * @param rewriting returns the same item when nothing changes, and a detection without parts to drop it
     */
    void rewrite(PipelineStep step, Function<Detection.Item, Detection> rewriting) {
        detections.replaceAll((_, detection) -> rewrite(detection, step, rewriting));
    }

    private Detection rewrite(Detection detection, PipelineStep step, Function<Detection.Item, Detection> rewriting) {
        return switch (detection) {
            case Detection.AllOf(var parts) ->
                new Detection.AllOf(parts.stream().map(p -> rewrite(p, step, rewriting)).toList());
            case Detection.AnyOf(var parts) ->
                new Detection.AnyOf(parts.stream().map(p -> rewrite(p, step, rewriting)).toList());
            case Detection.Item item -> {
                Detection other = step.isFor(this, item) ? rewriting.apply(item) : item;
                if (other != item) {
                    Set<String> steps = new HashSet<>(itemSteps.getOrDefault(item, Set.of()));
                    steps.add(step.id());
                    items(other).forEach(made -> itemSteps.put(made, steps));
                }
                yield other;
            }
        };
    }

    /** The rule as it is now. What was dropped takes the parts of the conditions with it that ask nothing else. */
    SigmaRule finished() {
        Map<String, Detection> left = new LinkedHashMap<>();
        detections.forEach((name, detection) -> {
            Detection pruned = pruned(detection);
            if (pruned != null) {
                left.put(name, pruned);
            }
        });
        List<Condition> asked = new ArrayList<>();
        for (Condition condition : conditions) {
            Condition pruned = left.size() == detections.size() ? condition : pruned(condition, left.keySet());
            if (pruned != null) {
                asked.add(pruned);
            }
        }
        if (asked.isEmpty()) {
            throw place().refuse("S132", "the pipeline leaves nothing of what the rule asks", "");
        }
        return rule.with(logSource, left, asked, custom, rule.filters());
    }

    private static @Nullable Detection pruned(Detection detection) {
        return switch (detection) {
            case Detection.AllOf(var parts) -> {
                List<Detection> left = parts.stream().map(RuleDraft::pruned).filter(Objects::nonNull).toList();
                yield left.isEmpty() ? null : left.size() == 1 ? left.getFirst() : new Detection.AllOf(left);
            }
            case Detection.AnyOf(var parts) -> {
                List<Detection> left = parts.stream().map(RuleDraft::pruned).filter(Objects::nonNull).toList();
                yield left.isEmpty() ? null : left.size() == 1 ? left.getFirst() : new Detection.AnyOf(left);
            }
            case Detection.Item item -> item;
        };
    }

    private static @Nullable Condition pruned(Condition condition, Set<String> names) {
        return switch (condition) {
            case Condition.And(var parts) -> {
                List<Condition> left = pruned(parts, names);
                yield left.isEmpty() ? null : left.size() == 1 ? left.getFirst() : new Condition.And(left);
            }
            case Condition.Or(var parts) -> {
                List<Condition> left = pruned(parts, names);
                yield left.isEmpty() ? null : left.size() == 1 ? left.getFirst() : new Condition.Or(left);
            }
            case Condition.Not(var part) -> {
                Condition inner = pruned(part, names);
                yield inner == null ? null : new Condition.Not(inner);
            }
            case Condition.Selection(var name) -> names.contains(name) ? condition : null;
            case Condition.Quantified(var written, boolean all, var some) -> {
                List<String> left = some.stream().filter(names::contains).toList();
                yield left.isEmpty() ? null : new Condition.Quantified(written, all, left);
            }
        };
    }

    private static List<Condition> pruned(List<Condition> parts, Set<String> names) {
        return parts.stream().map(part -> pruned(part, names)).filter(Objects::nonNull).toList();
    }
}

package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Lints a rule against the fields that events of its log source have. */
final class FieldLint {
    /** The table knows too little of a log source with fewer fields to say that one is not among them. */
    private static final int FIELDS_MIN = 12;

    private final SigmaRule rule;
    private final KnownFields known;
    private final FieldMapping mapping;
    private final List<SigmaProblem> problems = new ArrayList<>();

    FieldLint(SigmaRule rule, KnownFields known, FieldMapping mapping) {
        this.rule = rule;
        this.known = known;
        this.mapping = mapping;
    }

    List<SigmaProblem> problems(Place logSource) {
        if (!known.isComplete()) {
            words(logSource);
        }
        Set<String> fields = known.of(rule.logSource());
        if (fields == null) {
            if (known.isComplete()) {
                problems.add(LintCheck.SOURCE_NOT_SEEN.at(logSource, "no event of " + rule.logSource() + " was seen",
                        "the rule cannot fire on what was given"));
            }
            return problems;
        }
        Set<String> told = new TreeSet<>();
        rule.detections().values().forEach(detection -> unknown(detection, fields, told));
        if (known.isComplete() && rule.conditions().stream().noneMatch(c -> may(c, fields, true))) {
            problems.add(LintCheck.NEVER_FIRES.at(new Place(rule.file(), rule.line(), 1),
                    "the rule can never fire without " + String.join(", ", told),
                    "events of " + rule.logSource() + " do not have it; is a pipeline missing?"));
        }
        return problems;
    }

    private void words(Place place) {
        RuleLogSource own = rule.logSource();
        word(place, "product", own.product(), known.sources().stream().map(RuleLogSource::product).toList());
        word(place, "category", own.category(), known.sources().stream().map(RuleLogSource::category).toList());
        word(place, "service", own.service(), known.sources().stream().map(RuleLogSource::service).toList());
    }

    private void word(Place place, String key, @Nullable String value, List<@Nullable String> all) {
        if (value == null || all.contains(value)) {
            return;
        }
        Set<String> names = new TreeSet<>();
        for (String one : all) {
            if (one != null) {
                names.add(one);
            }
        }
        if (names.contains(value.toLowerCase(java.util.Locale.ROOT))) {
            return; // Said by LOGSOURCE_CASE.
        }
        problems.add(LintCheck.UNKNOWN_LOGSOURCE.at(place, "no public rule has the " + key + " \"" + value + "\"",
                Suggestion.hint(value, names, "right if the log source is your own")));
    }

    private void unknown(Detection detection, Set<String> fields, Set<String> told) {
        switch (detection) {
            case Detection.AllOf(var parts) -> parts.forEach(p -> unknown(p, fields, told));
            case Detection.AnyOf(var parts) -> parts.forEach(p -> unknown(p, fields, told));
            case Detection.Item item -> {
                String field = item.test().field();
                if (field == null || isThere(field, fields) || !known.isComplete() && fields.size() < FIELDS_MIN
                        || !told.add(field)) {
                    return;
                }
                Optional<String> near = Suggestion.nearest(field, fields);
                // A table of what others ask is not all there is: only what looks like a slip is said.
                if (known.isComplete() || near.isPresent()) {
                    problems.add(LintCheck.UNKNOWN_FIELD.at(new Place(rule.file(), item.line(), item.column()),
                            "events of " + rule.logSource() + " are not known to have \"" + field + "\"",
                            near.map(n -> "did you mean \"" + n + "\"?").orElse("")));
                }
            }
        }
    }

    private boolean isThere(String field, Set<String> fields) {
        List<String> paths = known.isComplete() ? mapping.paths(field, rule.logSource()) : List.of(field);
        return paths.stream().anyMatch(path -> fields.contains(path)
                || !known.isComplete() && path.indexOf('.') > 0);
    }

    /** Whether it may come out that way for some event that has only these fields. */
    private boolean may(Condition condition, Set<String> fields, boolean result) {
        return switch (condition) {
            case Condition.And(var parts) -> result
                    ? parts.stream().allMatch(p -> may(p, fields, true))
                    : parts.stream().anyMatch(p -> may(p, fields, false));
            case Condition.Or(var parts) -> result
                    ? parts.stream().anyMatch(p -> may(p, fields, true))
                    : parts.stream().allMatch(p -> may(p, fields, false));
            case Condition.Not(var part) -> may(part, fields, !result);
            case Condition.Selection(var name) -> may(rule.detection(name), fields, result);
            case Condition.Quantified(_, boolean all, var names) -> all == result
                    ? names.stream().allMatch(n -> may(rule.detection(n), fields, result))
                    : names.stream().anyMatch(n -> may(rule.detection(n), fields, result));
        };
    }

    private boolean may(Detection detection, Set<String> fields, boolean result) {
        return switch (detection) {
            case Detection.AllOf(var parts) -> result
                    ? parts.stream().allMatch(p -> may(p, fields, true))
                    : parts.stream().anyMatch(p -> may(p, fields, false));
            case Detection.AnyOf(var parts) -> result
                    ? parts.stream().anyMatch(p -> may(p, fields, true))
                    : parts.stream().allMatch(p -> may(p, fields, false));
            case Detection.Item(_, Detection.FieldTest test, _, _) -> test.field() == null
                    || isThere(test.field(), fields) || absent(test) == result;
        };
    }

    /** What the test says of an event without the field. */
    private static boolean absent(Detection.FieldTest test) {
        boolean any = test.values().stream()
                .anyMatch(v -> v instanceof ValueTest.IsNull || v instanceof ValueTest.Exists e && !e.expected());
        boolean all = test.values().stream()
                .allMatch(v -> v instanceof ValueTest.IsNull || v instanceof ValueTest.Exists e && !e.expected());
        return (test.all() ? all : any) != test.negated();
    }
}

package dev.tocsin.sigma;

import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The transformations that fill placeholders, and the check that none is left. */
final class PlaceholderTransformations {
    private static final TextPattern ANYTHING = new TextPattern(List.of(TextPattern.Wild.MANY));

    private PlaceholderTransformations() {
    }

    /** {@code value_placeholders}: by the pipeline's {@code vars}; a variable that is not there refuses the rule. */
    static PipelineStep.Transformation values(StepSettings settings) {
        Predicate<String> handled = handled(settings);
        return new ValueRewriting((value, draft, place) -> replaced(value, name -> {
            if (!handled.test(name)) {
                return Optional.empty();
            }
            Map<String, List<String>> vars = draft.vars();
            List<String> found = vars.getOrDefault(name, List.of());
            if (found.isEmpty()) {
                throw Placeholders.unresolved(name, vars.keySet(), place);
            }
            return Optional.of(found);
        }, place));
    }

    /** {@code wildcard_placeholders}: anything will do. */
    static PipelineStep.Transformation wildcards(StepSettings settings) {
        Predicate<String> handled = handled(settings);
        return new ValueRewriting((value, _, place) -> {
            if (value instanceof ValueTest.Search(Regex regex)) {
                String source = regex.source();
                for (String name : Placeholders.inRegex(source)) {
                    source = handled.test(name) ? source.replace("%" + name + "%", "(?:.*)") : source;
                }
                return source.equals(regex.source()) ? List.of(value) : List.of(search(regex, source, place));
            }
            return texts(value, (name, _) -> handled.test(name) ? List.of(ANYTHING) : List.of(itself(name)), place);
        });
    }

    /** {@code query_expression_placeholders} leaves a look-up to the system that is asked; nobody is asked here. */
    static PipelineStep.Transformation expressions(StepSettings settings) {
        throw settings.place().refuse("S131", "query_expression_placeholders makes part of a query, and there is none",
                "use value_placeholders with vars; the transformation is left out");
    }

    private static Predicate<String> handled(StepSettings settings) {
        Optional<List<String>> include = settings.optionalTexts("include");
        Optional<List<String>> exclude = settings.optionalTexts("exclude");
        if (include.isPresent() && exclude.isPresent()) {
            throw settings.place().refuse("S130", "include and exclude exclude each other", "");
        }
        return name -> include.map(names -> names.contains(name)).orElse(true)
                && !exclude.map(names -> names.contains(name)).orElse(false);
    }

    private interface Values {
        Optional<List<String>> of(String name);
    }

    private static List<ValueTest> replaced(ValueTest value, Values values, Place place) {
        if (value instanceof ValueTest.Search(Regex regex)) {
            String source = Placeholders.resolveInRegex(regex.source(), values::of);
            return source.equals(regex.source()) ? List.of(value) : List.of(search(regex, source, place));
        }
        return texts(value, (name, _) -> values.of(name)
                .map(found -> found.stream().map(v -> TextPattern.parse(v, false)).toList())
                .orElse(List.of(itself(name))), place);
    }

    private static List<ValueTest> texts(ValueTest value, Placeholders.Choice choice, Place place) {
        if (!(value instanceof ValueTest.Text(TextPattern pattern, boolean cased)) || !isOpen(pattern)) {
            return List.of(value);
        }
        List<ValueTest> forms = Placeholders.resolve(pattern, choice, place).stream()
                .<ValueTest>map(form -> new ValueTest.Text(form, cased)).toList();
        return forms.size() == 1 ? forms : List.of(new ValueTest.OneOf(forms));
    }

    private static ValueTest search(Regex regex, String source, Place place) {
        Regex other = new Regex(source, regex.ignoreCase(), regex.multiLine(), regex.dotAll());
        RegexCost.tooMuch(other).ifPresent(what -> {
            throw place.refuse("S113",
                    "with the placeholders' values the regular expression is too large to be compiled: " + what, "");
        });
        try {
            other.compile();
        } catch (PatternSyntaxException e) {
            throw place.refuse("S113", "with the placeholders' values the regular expression is not accepted: "
                    + e.getDescription() + ": " + e.getPattern(), "");
        }
        return new ValueTest.Search(other);
    }

    private static TextPattern itself(String name) {
        return new TextPattern(List.of(new TextPattern.Placeholder(name)));
    }

    private static boolean isOpen(TextPattern pattern) {
        return pattern.parts().stream().anyMatch(TextPattern.Placeholder.class::isInstance);
    }

    /** @throws RuleRefused when an item still has a placeholder that nobody filled */
    static void requireNone(RuleDraft draft) {
        draft.items().forEach(item -> ValueRewriting.flat(item.test().values()).forEach(value -> {
            List<String> open = switch (value) {
                case ValueTest.Text(TextPattern pattern, _) -> pattern.parts().stream()
                        .filter(TextPattern.Placeholder.class::isInstance)
                        .map(part -> ((TextPattern.Placeholder) part).name()).toList();
                case ValueTest.Search(Regex regex) when hasExpand(item) -> Placeholders.inRegex(regex.source());
                default -> List.of();
            };
            if (!open.isEmpty()) {
                throw Placeholders.unresolved(open.getFirst(), draft.vars().keySet(), draft.place(item));
            }
        }));
    }

    private static boolean hasExpand(Detection.Item item) {
        return List.of(item.written().split("\\|")).contains("expand");
    }
}

package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The {@code expand} modifier. A placeholder that nobody defined refuses the rule, as the specification demands.
 *
 * @param values by name
 * @param open whether a placeholder without values stays in the rule, because a pipeline comes behind that may have them
 */
record Placeholders(Map<String, List<String>> values, boolean open) {
    private static final Pattern IN_REGEX = Pattern.compile("(?<!\\\\)%([\\w.-]+)%");
    private static final int FORMS_MAX = 100_000;

    Placeholders {
        values = Map.copyOf(values);
    }

    /** What an {@code expand} makes of a text. */
    Operand resolve(Operand.Text text, Place place) {
        List<TextPattern> patterns = resolve(text.pattern(), this::chosen, place);
        List<Operand> forms = patterns.stream().<Operand>map(text::with).toList();
        return forms.size() == 1 ? forms.getFirst() : new Operand.Forms(forms);
    }

    /** The values of a placeholder of the rule; itself when it may stay. */
    private List<TextPattern> chosen(String name, Place place) {
        if (open && !isKnown(name)) {
            return List.of(new TextPattern(List.of(new TextPattern.Placeholder(name))));
        }
        return values(name, place).stream().map(v -> TextPattern.parse(v, false)).toList();
    }

    private boolean isKnown(String name) {
        return !values.getOrDefault(name, List.of()).isEmpty();
    }

    /** Finds the values of a placeholder, themselves Sigma strings; the placeholder itself stays when it is returned. */
    @FunctionalInterface
    interface Choice {
        List<TextPattern> of(String name, Place place);
    }

    /** All combinations of the placeholders' values. */
    static List<TextPattern> resolve(TextPattern pattern, Choice values, Place place) {
        List<List<TextPattern.Part>> combinations = new ArrayList<>();
        combinations.add(new ArrayList<>());
        for (TextPattern.Part part : pattern.parts()) {
            List<List<TextPattern.Part>> choices = part instanceof TextPattern.Placeholder p
                    ? values.of(p.name(), place).stream().map(TextPattern::parts).toList()
                    : List.of(List.of(part));
            if ((long) combinations.size() * choices.size() > FORMS_MAX) {
                throw place.refuse("S115", "the placeholders give more than " + FORMS_MAX + " combinations", "");
            }
            List<List<TextPattern.Part>> longer = new ArrayList<>();
            for (List<TextPattern.Part> begun : combinations) {
                for (List<TextPattern.Part> choice : choices) {
                    List<TextPattern.Part> sum = new ArrayList<>(begun);
                    sum.addAll(choice);
                    longer.add(sum);
                }
            }
            combinations = longer;
        }
        return combinations.stream().map(TextPattern::new).toList();
    }

    String resolveInRegex(String source, Place place) {
        if (open && inRegex(source).stream().anyMatch(name -> !isKnown(name))) {
            return source;
        }
        return resolveInRegex(source, name -> Optional.of(values(name, place))).replace("\\%", "%");
    }

    /** @param values of a placeholder, literal; it stays when there are none */
    static String resolveInRegex(String source, Function<String, Optional<List<String>>> values) {
        return IN_REGEX.matcher(source)
                .replaceAll(m -> Matcher.quoteReplacement(values.apply(m.group(1)).map(Placeholders::alternatives)
                        .orElse(m.group())));
    }

    private static String alternatives(List<String> values) {
        return values.stream().map(com.google.re2j.Pattern::quote).collect(Collectors.joining("|", "(?:", ")"));
    }

    /** The names of the placeholders in a regular expression. */
    static List<String> inRegex(String source) {
        return IN_REGEX.matcher(source).results().map(m -> m.group(1)).toList();
    }

    private List<String> values(String name, Place place) {
        List<String> found = values.get(name);
        if (found == null || found.isEmpty()) {
            throw unresolved(name, values.keySet(), place);
        }
        return found;
    }

    static RuleRefused unresolved(String name, Collection<String> known, Place place) {
        return place.refuse("S115", "nobody gave values to the placeholder %" + name + "%", Suggestion.hint(name, known,
                "give them in a pipeline with vars: and a transformation of type value_placeholders"));
    }
}

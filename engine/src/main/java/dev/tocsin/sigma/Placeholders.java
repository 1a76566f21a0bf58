package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The {@code expand} modifier. A placeholder that nobody defined refuses the rule, as the specification demands. */
final class Placeholders {
    private static final Pattern IN_REGEX = Pattern.compile("(?<!\\\\)%([\\w.-]+)%");
    private static final int FORMS_MAX = 100_000;

    private Placeholders() {
    }

    /** All combinations of the placeholders' values, which are Sigma strings themselves. */
    static Operand resolve(Operand.Text text, Map<String, List<String>> values, Place place) {
        List<List<TextPattern.Part>> combinations = new ArrayList<>();
        combinations.add(new ArrayList<>());
        for (TextPattern.Part part : text.pattern().parts()) {
            List<List<TextPattern.Part>> choices = part instanceof TextPattern.Placeholder p
                    ? values(p.name(), values, place).stream().map(v -> TextPattern.parse(v, false).parts()).toList()
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
        List<Operand> forms = combinations.stream().<Operand>map(parts -> text.with(new TextPattern(parts))).toList();
        return forms.size() == 1 ? forms.getFirst() : new Operand.Forms(forms);
    }

    static String resolveInRegex(String source, Map<String, List<String>> values, Place place) {
        return IN_REGEX.matcher(source)
                .replaceAll(m -> Matcher.quoteReplacement(values(m.group(1), values, place).stream()
                        .map(com.google.re2j.Pattern::quote).collect(Collectors.joining("|", "(?:", ")"))))
                .replace("\\%", "%");
    }

    private static List<String> values(String name, Map<String, List<String>> values, Place place) {
        List<String> found = values.get(name);
        if (found == null || found.isEmpty()) {
            throw place.refuse("S115", "nobody gave values to the placeholder %" + name + "%",
                    Suggestion.hint(name, values.keySet(), "the rule cannot be evaluated without them"));
        }
        return found;
    }
}
